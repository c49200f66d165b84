package nets

import "tesuji/internal/rng"

// NewLSTM returns layers of long short-term memory, with the gates in the order i, f, g, o.
func NewLSTM(name string, c RecurrentConfig, r *rng.Stream) *Recurrent {
	n := newRecurrent(name, kindLSTM, 4, c, r)
	for _, cell := range n.cells {
		forget := cell.biasInput.Value.Data[c.Hidden : 2*c.Hidden]
		for u := range forget {
			forget[u] += c.ForgetBias
		}
	}
	return n
}
