package dqn

import (
	"fmt"
	"iter"

	"tesuji/agents/inputs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// network gives Q(s, a), or the distribution of returns whose mean that is, for all actions a at
// once. Its outputs are streams of atoms each: an action is a stream of its own, of one atom (its
// value) or more.
//
// A dueling network (Wang et al., "Dueling Network Architectures", ICML 2016, equation 9) ends
// in one layer that holds V and A side by side, as streams. Q = V + A - mean A, atom by atom, is
// linear in them, so it is a product with a constant matrix:
//
//	[V A_1 .. A_n] · mix = Q,   mix row 0 = 1, row 1+i column j = 1[i=j] - 1/n
type network struct {
	eyes nets.Layer // observations to [B, features]
	body nets.Layer // [B, features] to [B, width]; nil if there is no hidden layer
	head nets.Layer // [B, width] to [B, streams*atoms]

	actions int
	streams int            // actions, or 1+actions if dueling
	mix     *tensor.Tensor // [streams, actions], nil if not dueling
	mixes   []float32      // mix transposed, [actions, streams], for each of a batch
	atoms   int
	returns *tensor.Tensor // [atoms, 1] the returns of c51's atoms; nil but for c51
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
	linear := func(name string, in, out int, act tensor.Activation) nets.Layer {
		if c.Noisy {
			return nets.NewNoisy(name, in, out, act, c.NoisySigma, r)
		}
		return nets.NewLinear(name, in, out, act, nets.PyTorchLinear, r)
	}
	n := &network{eyes: eyes, actions: actions, streams: actions, atoms: 1}
	var body nets.Sequence
	for i, w := range c.NetArch {
		body = append(body, linear(fmt.Sprintf("q_net.%d", i), width, w, act))
		width = w
	}
	if len(body) > 0 {
		n.body = body
	}
	if c.Dueling {
		n.streams++
		n.mix = dueling(actions)
	}
	switch c.Distribution {
	case distributionC51:
		n.atoms, n.returns = c.Atoms, support(c)
	case distributionQuantile:
		n.atoms = c.Atoms
	}
	n.head = linear("q_net.head", width, n.streams*n.atoms, tensor.None)
	return n, nil
}

// dueling returns the matrix that makes Q of V and A [1+actions, actions].
func dueling(actions int) *tensor.Tensor {
	mix := tensor.New(1+actions, actions)
	for i := range 1 + actions {
		for j := range actions {
			switch {
			case i == 0:
				mix.Data[i*actions+j] = 1
			case i == j+1:
				mix.Data[i*actions+j] = 1 - 1/float32(actions)
			default:
				mix.Data[i*actions+j] = -1 / float32(actions)
			}
		}
	}
	return mix
}

// Params yields the parameters from the observations to the values.
func (n *network) Params() iter.Seq[*nets.Param] {
	if n.body == nil {
		return nets.Join(n.eyes, n.head)
	}
	return nets.Join(n.eyes, n.body, n.head)
}

// outputs returns the streams [B, streams*atoms] for observations x.
func (n *network) outputs(t *tensor.Tape, x tensor.Var) tensor.Var {
	x = n.eyes.Forward(t, x)
	if n.body != nil {
		x = n.body.Forward(t, x)
	}
	return n.head.Forward(t, x)
}

// Forward returns Q [B, actions] for observations x.
func (n *network) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	_, q := n.all(t, n.outputs(t, x))
	return q
}

// all returns what the network says of every action: a distribution (the logits of c51, quantiles)
// [B, actions, atoms], if there are atoms, and its mean [B, actions].
func (n *network) all(t *tensor.Tape, outputs tensor.Var) (atoms, q tensor.Var) {
	if n.atoms == 1 {
		if n.mix != nil {
			outputs = t.MatMul(outputs, t.Input(n.mix))
		}
		return outputs, outputs
	}
	atoms = outputs
	rows := t.Shape(outputs).Rows()
	if n.mix != nil {
		size := n.actions * n.streams
		for len(n.mixes) < rows*size {
			for j := range n.actions {
				for i := range n.streams {
					n.mixes = append(n.mixes, n.mix.Data[i*n.actions+j])
				}
			}
		}
		mix := t.InputOf(n.mixes[:rows*size], rows, n.actions, n.streams)
		atoms = t.BatchMatMul(mix, t.Reshape(outputs, rows, n.streams, n.atoms))
	}
	return atoms, n.mean(t, atoms, rows)
}

// mean returns the means [rows, actions] of distributions [rows, actions, atoms].
func (n *network) mean(t *tensor.Tape, atoms tensor.Var, rows int) tensor.Var {
	atoms = t.Reshape(atoms, rows*n.actions, n.atoms)
	if n.returns != nil {
		return t.Reshape(t.MatMul(t.Softmax(atoms), t.Input(n.returns)), rows, n.actions)
	}
	return t.Reshape(t.MeanLast(atoms), rows, n.actions)
}

// chosen returns what the network says of one action for each observation: its distribution
// [B, atoms], or its value [B, 1].
func (n *network) chosen(t *tensor.Tape, outputs tensor.Var, actions []int32) tensor.Var {
	if n.atoms == 1 {
		_, q := n.all(t, outputs)
		return t.Gather(q, actions)
	}
	rows := len(actions)
	columns := t.Buffer(rows, 1, n.streams)
	w := t.Value(columns)
	clear(w)
	for b, action := range actions {
		for i := range n.streams {
			switch {
			case n.mix != nil:
				w[b*n.streams+i] = n.mix.Data[i*n.actions+int(action)]
			case i == int(action):
				w[b*n.streams+i] = 1
			}
		}
	}
	return t.Reshape(t.BatchMatMul(columns, t.Reshape(outputs, rows, n.streams, n.atoms)), rows, n.atoms)
}
