package kernel

// LSTM computes the gates of an LSTM cell, for units that the first argument counts. On entry
// in, forget, cand and out are what goes into the gates' nonlinearities, before is the cell state
// before the step; on return they are the gates, c is the cell state after it and squashed its
// tanh:
//
//	in = σ(in)   forget = σ(forget)   cand = tanh(cand)   out = σ(out)
//	c = fma(forget, before, in*cand)   squashed = tanh(c)   h = out*squashed
func LSTM(in, forget, cand, out, before, c, squashed, h []float32) {
	n := len(in)
	forget, cand, out, before, c, squashed, h = forget[:n], cand[:n], out[:n], before[:n], c[:n], squashed[:n], h[:n]
	if lstmVec(in, forget, cand, out, before, c, squashed, h) {
		return
	}
	for u := range in {
		in[u], cand[u] = sigmoidOf(in[u]), tanhOf(cand[u])
		forget[u], out[u] = sigmoidOf(forget[u]), sigmoidOf(out[u])
		c[u] = fma(forget[u], before[u], in[u]*cand[u])
		squashed[u] = tanhOf(c[u])
		h[u] = out[u] * squashed[u]
	}
}

// LSTMBackward turns the gates that LSTM left into the gradients of what went into them, given
// the gradient dh of h, and the gradient dc of c into that of before:
//
//	dc = fma(dh*out, fma(-squashed, squashed, 1), dc)
//	out = (dh*squashed) * (out*(1-out))        in = (dc*cand) * (in*(1-in))
//	forget = (dc*before) * (forget*(1-forget)) cand = (dc*in) * fma(-cand, cand, 1)
//	dc = dc*forget
func LSTMBackward(in, forget, cand, out, before, squashed, dh, dc []float32) {
	n := len(in)
	forget, cand, out, before, squashed, dh, dc = forget[:n], cand[:n], out[:n], before[:n], squashed[:n], dh[:n], dc[:n]
	if lstmBackwardVec(in, forget, cand, out, before, squashed, dh, dc) {
		return
	}
	for u := range in {
		i, f, g, o, s := in[u], forget[u], cand[u], out[u], squashed[u]
		d := fma(dh[u]*o, fma(-s, s, 1), dc[u])
		out[u] = (dh[u] * s) * (o * (1 - o))
		in[u] = (d * g) * (i * (1 - i))
		cand[u] = (d * i) * fma(-g, g, 1)
		forget[u] = (d * before[u]) * (f * (1 - f))
		dc[u] = d * f
	}
}
