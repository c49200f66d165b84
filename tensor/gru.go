package tensor

// GRU runs a layer of gated recurrent units through the sequences x [B, T, I]. It returns the
// outputs y [B, T, H] and the last state h [B, H]. h0 [B, H] is the first state; the zero Var
// means 0. The gates lie in the order r, z, n, and the reset gate acts after the product:
//
//	r, z = sigmoid(x·X + BX + h·H + BH)    n = tanh(x·X + BX + r*(h·H + BH))
//	h' = (1-z)*n + z*h
//
// The sums of r and z are one chain each: from BX+BH over the inputs in order and then over the
// units; those of n are two. (Cho et al., "Learning Phrase Representations using RNN
// Encoder-Decoder for Statistical Machine Translation", 2014, in the form of cuDNN and PyTorch.)
func (t *Tape) GRU(x Var, w RecurrentWeights, h0 Var, seq Sequence) (y, h Var) {
	hidden, r := t.recur(opGRU, gru, x, w, h0, Var{}, seq)
	return t.outputs(hidden, r), t.state(hidden, t.at(x).shape.dims[1]-1)
}

var opGRU = define("GRU", backwardRecurrence)
