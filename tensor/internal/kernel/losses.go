package kernel

// Losses and their gradients, as far as they are fused.

// BCE sets dst to the binary cross-entropy of logits x with targets z in [0, 1], of which the
// positive part counts weight times:
//
//	w = fma(z, weight-1, 1)    dst = fma(w, ln(1+e^-|x|), (x < 0 ? -weight z : 1-z) x)
func BCE(dst, x, z []float32, weight float32) {
	x, z = x[:len(dst)], z[:len(dst)]
	if bceVec(dst, x, z, weight, weight-1) {
		return
	}
	for i, v := range x {
		w := fma(z[i], weight-1, 1)
		linear := 1 - z[i]
		if v < 0 {
			linear = -(weight * z[i])
		}
		dst[i] = fma(w, softplusOf(-absOf(v)), linear*v)
	}
}

// BCESlope sets dst to the derivative of BCE by x: σ(x)(1-z) - weight z (1-σ(x)).
func BCESlope(dst, x, z []float32, weight float32) {
	x, z = x[:len(dst)], z[:len(dst)]
	if bceBackwardVec(dst, x, z, weight) {
		return
	}
	for i, v := range x {
		p := sigmoidOf(v)
		dst[i] = float32(p*(1-z[i])) - float32(weight*z[i]*(1-p))
	}
}

// KLNormal sets dst to the divergence of N(mean, e^logVar) from N(0, 1), (e^l - (1+l) + m²)/2.
func KLNormal(dst, mean, logVar []float32) {
	mean, logVar = mean[:len(dst)], logVar[:len(dst)]
	if klNormalVec(dst, mean, logVar) {
		return
	}
	for i, m := range mean {
		dst[i] = 0.5 * fma(m, m, expOf(logVar[i])-(1+logVar[i]))
	}
}

// KLNormalBackward sets dst = dy * (0.5 * (e^logVar - 1)), the gradient by logVar; that by mean is
// dy*mean.
func KLNormalBackward(dst, dy, logVar []float32) {
	dy, logVar = dy[:len(dst)], logVar[:len(dst)]
	if klNormalBackwardVec(dst, dy, logVar) {
		return
	}
	for i, l := range logVar {
		dst[i] = dy[i] * (0.5 * expm1Of(l))
	}
}

// SoftmaxLoss sets p [rows, cols] to the softmax of x, top [rows] to each row's maximum and logs
// [rows] to ln Σ e^(x-top). p may be x.
func SoftmaxLoss(p, top, logs, x []float32, rows, cols int) {
	p, top, logs, x = p[:rows*cols], top[:rows], logs[:rows], x[:rows*cols]
	if shares(rows, cols) {
		t := newRowTask(softmaxLossShare, cols)
		t.x = [8][]float32{p, top, logs, x}
		t.over(rows, rowsPerShare(cols))
		return
	}
	softmaxLoss(p, top, logs, x, rows, cols)
}

func softmaxLossShare(t *rowTask, lo, hi int) {
	c := t.cols
	softmaxLoss(t.x[0][lo*c:hi*c], t.x[1][lo:hi], t.x[2][lo:hi], t.x[3][lo*c:hi*c], hi-lo, c)
}

func softmaxLoss(p, top, logs, x []float32, rows, cols int) {
	var sums [stripRows]float32
	for per := rowsPerStrip(max(1, cols)); rows > 0; rows -= per {
		part := min(rows, per)
		n, sum := part*cols, sums[:part]
		RowMax(top[:part], x[:n], part, cols)
		expShifted(p[:n], x[:n], top, part, cols)
		sumOfX.rows(sum, p[:n], nil, nil, nil, part, cols)
		logsOf(logs[:part], sum)
		for i, s := range sum {
			sum[i] = 1 / s
		}
		mulCol(p[:n], p[:n], sum, part, cols)
		p, top, logs, x = p[n:], top[part:], logs[part:], x[n:]
	}
}

// QuantileHuber computes, for quantiles theta [n] at the fractions tau [n] and targets [m],
//
//	loss = Σ_i Σ_j |tau_i - (u < 0)| huber(u) / m    u = target_j - theta_i
//
// with huber(u) = |u| < kappa ? u²/(2 kappa) : |u| - kappa/2 (Dabney et al., 2018), and sets slope
// [n] to its derivative by theta. The sums over j are R5's, that over i is a chain. scratch has room
// for m elements.
func QuantileHuber(slope, theta, tau, target []float32, kappa float32, scratch []float32) float32 {
	m := len(target)
	d := scratch[:m]
	total := float32(0)
	for i, q := range theta {
		quantileHuber(d, target, q, tau[i], kappa)
		total += Sum(d)
		quantileSlope(d, target, q, tau[i], kappa)
		slope[i] = -Sum(d) / float32(m)
	}
	return total / float32(m)
}

func quantileHuber(dst, target []float32, theta, tau, kappa float32) {
	t, f, k := [1]float32{theta}, [1]float32{tau}, [1]float32{kappa}
	if quantileHuberVec(dst, target, t[:], f[:], k[:], 1, len(target)) {
		return
	}
	for j, v := range target {
		u := v - theta
		h := absOf(u)
		if h < kappa {
			h = 0.5 * h * h / kappa
		} else {
			h -= float32(kappa * 0.5)
		}
		dst[j] = quantileWeight(u, tau) * h
	}
}

func quantileSlope(dst, target []float32, theta, tau, kappa float32) {
	t, f, k := [1]float32{theta}, [1]float32{tau}, [1]float32{kappa}
	if quantileHuberSlopeVec(dst, target, t[:], f[:], k[:], 1, len(target)) {
		return
	}
	for j, v := range target {
		u := v - theta
		dst[j] = quantileWeight(u, tau) * maxOf(-1, minOf(1, u/kappa))
	}
}

func quantileWeight(u, tau float32) float32 {
	if u < 0 {
		return 1 - tau
	}
	return tau
}
