package dqn

import (
	"iter"

	"tesuji/agents/inputs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// network gives Q(s, a) for all actions a at once.
//
// A dueling network (Wang et al., "Dueling Network Architectures", ICML 2016, equation 9) ends
// in one layer that holds V and A side by side. Q = V + A - mean A is linear in them, so it
// is a product with a constant matrix:
//
//	[V A_1 .. A_n] · mix = Q,   mix row 0 = 1, row 1+i column j = 1[i=j] - 1/n
type network struct {
	eyes nets.Layer     // observations to [B, features]
	body *nets.MLP      // [B, features] to [B, width]; nil if there is no hidden layer
	head *nets.Linear   // [B, width] to [B, actions], or to [B, 1+actions] if dueling
	mix  *tensor.Tensor // [1+actions, actions], nil if not dueling
}

func newNetwork(c *Config, reader *inputs.Reader, actions int, r *rng.Stream) (*network, error) {
	act, err := nets.Activation(c.ActivationFn)
	if err != nil {
		return nil, err
	}
	eyes, width, err := inputs.Convolutions("q_net.cnn", c.CNN, reader, nets.PyTorchLinear, r)
	if err != nil {
		return nil, err
	}
	n := &network{eyes: eyes}
	if len(c.NetArch) > 0 {
		n.body = nets.NewMLP("q_net", width, c.NetArch, act, nets.PyTorchLinear, r)
		width = c.NetArch[len(c.NetArch)-1]
	}
	outputs := actions
	if c.Dueling {
		outputs++
		n.mix = tensor.New(outputs, actions)
		for i := range outputs {
			for j := range actions {
				switch {
				case i == 0:
					n.mix.Data[i*actions+j] = 1
				case i == j+1:
					n.mix.Data[i*actions+j] = 1 - 1/float32(actions)
				default:
					n.mix.Data[i*actions+j] = -1 / float32(actions)
				}
			}
		}
	}
	n.head = nets.NewLinear("q_net.head", width, outputs, tensor.None, nets.PyTorchLinear, r)
	return n, nil
}

// Params yields the parameters from the observations to the values.
func (n *network) Params() iter.Seq[*nets.Param] {
	if n.body == nil {
		return nets.Join(n.eyes, n.head)
	}
	return nets.Join(n.eyes, n.body, n.head)
}

// Forward returns Q [B, actions] for observations x.
func (n *network) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	x = n.eyes.Forward(t, x)
	if n.body != nil {
		x = n.body.Forward(t, x)
	}
	q := n.head.Forward(t, x)
	if n.mix != nil {
		q = t.MatMul(q, t.Input(n.mix))
	}
	return q
}
