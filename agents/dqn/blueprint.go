package dqn

import (
	"tesuji/nets"
	"tesuji/tensor"
)

// Blueprint is the network. Its outputs are q [N, actions] and action [N], the index of the most
// valuable.
func (p *policy) Blueprint() nets.Blueprint {
	return nets.Blueprint{
		Name: "policy", Input: "observation", Dims: p.reader.Dims(), Params: p.net.Params(),
		Forward: func(t *tensor.Tape, x tensor.Var) []nets.Output {
			q := p.net.Forward(t, p.reader.Put(t, x))
			return []nets.Output{{Name: "q", Var: q}, {Name: "action", Var: q, ArgMax: true}}
		},
	}
}
