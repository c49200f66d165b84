package tensor

// RNN runs a layer of units h' = act(x·X + BX + h·H + BH) through the sequences x [B, T, I], for
// act Tanh or ReLU, one gate (Elman's network). It returns the outputs y [B, T, H] and the last
// state h [B, H]. h0 [B, H] is the first state; the zero Var means 0.
//
// Each sum is one chain: from BX+BH over the inputs in order and then over the units.
func (t *Tape) RNN(x Var, w RecurrentWeights, h0 Var, act Activation, seq Sequence) (y, h Var) {
	kind := rnnTanh
	switch act {
	case Tanh:
	case ReLU:
		kind = rnnReLU
	default:
		t.need(opRNN, "the activation Tanh or ReLU", false, x)
	}
	hidden, r := t.recur(opRNN, kind, x, w, h0, Var{}, seq)
	return t.outputs(hidden, r), t.state(hidden, t.at(x).shape.dims[1]-1)
}

var opRNN = define("RNN", backwardRecurrence)
