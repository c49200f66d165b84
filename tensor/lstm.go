package tensor

// LSTM runs a layer of long short-term memory through the sequences x [B, T, I]. It returns the
// outputs y [B, T, H], the last state h and the last cell state c, both [B, H]. h0 and c0 [B, H]
// are the first states; the zero Var means 0. The gates lie in the order i, f, g, o:
//
//	z = x·X + BX + h·H + BH    i, f, o = sigmoid(z)    g = tanh(z)
//	c' = f*c + i*g             h' = o*tanh(c')
//
// Each sum z is one chain: from BX+BH over the inputs in order and then over the units.
// (Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997, with the forget gate of Gers,
// Schmidhuber and Cummins, 2000.)
func (t *Tape) LSTM(x Var, w RecurrentWeights, h0, c0 Var, seq Sequence) (y, h, c Var) {
	hidden, r := t.recur(opLSTM, lstm, x, w, h0, c0, seq)
	steps := t.at(x).shape.dims[1]
	return t.outputs(hidden, r), t.state(hidden, steps-1), t.state(hidden, steps)
}

var opLSTM = define("LSTM", backwardRecurrence)
