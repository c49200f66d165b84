package nets

import "tesuji/internal/rng"

// NewGRU returns layers of gated recurrent units, with the gates in the order r, z, n, the reset
// gate after the product (the form of PyTorch and cuDNN).
func NewGRU(name string, c RecurrentConfig, r *rng.Stream) *Recurrent {
	return newRecurrent(name, kindGRU, 3, c, r)
}
