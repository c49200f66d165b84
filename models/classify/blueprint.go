package classify

import (
	"tesuji/nets"
	"tesuji/tensor"
)

// Blueprint is the network. Its input is pictures in [0, 1], its outputs are logits [N, classes]
// and class [N], the index of the most likely.
func (t *Trainer) Blueprint() nets.Blueprint {
	set := t.data.Train
	return nets.Blueprint{
		Name: "network", Input: "picture", Dims: []int{set.H, set.W, set.C}, Params: t.net.Params(),
		Forward: func(tape *tensor.Tape, x tensor.Var) []nets.Output {
			logits := t.net.Forward(tape, x)
			return []nets.Output{{Name: "logits", Var: logits}, {Name: "class", Var: logits, ArgMax: true}}
		},
	}
}
