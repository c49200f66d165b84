package kernel

// GRU computes the gates of a GRU cell that resets after the product, for units that the first
// argument counts. On entry reset, update and cand are what goes into the gates' nonlinearities,
// cand without its part from the state, which is hidden; before is the state before the step. On
// return they are the gates, and h is the state after it:
//
//	reset = σ(reset)   update = σ(update)   cand = tanh(fma(reset, hidden, cand))
//	h = fma(before-cand, update, cand)
func GRU(reset, update, cand, hidden, before, h []float32) {
	n := len(reset)
	update, cand, hidden, before, h = update[:n], cand[:n], hidden[:n], before[:n], h[:n]
	if gruVec(reset, update, cand, hidden, before, h) {
		return
	}
	for u := range reset {
		reset[u], update[u] = sigmoidOf(reset[u]), sigmoidOf(update[u])
		cand[u] = tanhOf(fma(reset[u], hidden[u], cand[u]))
		h[u] = fma(before[u]-cand[u], update[u], cand[u])
	}
}

// GRUBackward turns the gates that GRU left, and hidden, into the gradients of what went into
// them, given the gradient dh of h, and dh into its part that reaches before directly:
//
//	update = (dh*(before-cand)) * (update*(1-update))
//	cand = (dh*(1-update)) * fma(-cand, cand, 1)
//	reset = (cand*hidden) * (reset*(1-reset))   hidden = cand*reset   dh = dh*update
//
// where the gates on the right are the old ones, but for the new cand in the last line.
func GRUBackward(reset, update, cand, hidden, before, dh []float32) {
	n := len(reset)
	update, cand, hidden, before, dh = update[:n], cand[:n], hidden[:n], before[:n], dh[:n]
	if gruBackwardVec(reset, update, cand, hidden, before, dh) {
		return
	}
	for u := range reset {
		r, z, c, d := reset[u], update[u], cand[u], dh[u]
		dc := (d * (1 - z)) * fma(-c, c, 1)
		update[u] = (d * (before[u] - c)) * (z * (1 - z))
		cand[u] = dc
		reset[u] = (dc * hidden[u]) * (r * (1 - r))
		hidden[u] = dc * r
		dh[u] = d * z
	}
}
