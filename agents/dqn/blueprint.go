package dqn

import (
	"tesuji/nets"
	"tesuji/tensor"
)

// Blueprint is the network. Its outputs are q [N, actions] and action [N], the index of the most
// valuable.
func (p *policy) Blueprint() nets.Blueprint {
	spread := p.net.spread()
	return nets.Blueprint{
		Name: "policy", Input: "observation", Dims: p.reader.Dims(), Params: p.net.Params(),
		Forward: func(t *tensor.Tape, x tensor.Var) []nets.Output {
			x = p.reader.Put(t, x)
			var q tensor.Var
			if spread == nil {
				q = p.net.Forward(t, x)
			} else {
				q = p.net.mean(t, t.MatMul(p.net.outputs(t, x), t.Input(spread)), t.Shape(x).Dim(0))
			}
			return []nets.Output{{Name: "q", Var: q}, {Name: "action", Var: q, ArgMax: true}}
		},
	}
}

// spread returns the matrix that makes all atoms of all actions of those of V and A at once,
// [streams*atoms, actions*atoms], or nil where there are no atoms or no V. It is mostly zeros, so
// that the agent mixes streams in another way; but it is the same for any batch.
func (n *network) spread() *tensor.Tensor {
	if n.mix == nil || n.atoms == 1 {
		return nil
	}
	m := tensor.New(n.streams*n.atoms, n.actions*n.atoms)
	for i := range n.streams {
		for j := range n.actions {
			for k := range n.atoms {
				m.Data[(i*n.atoms+k)*n.actions*n.atoms+j*n.atoms+k] = n.mix.Data[i*n.actions+j]
			}
		}
	}
	return m
}
