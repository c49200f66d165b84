package kernel

// AdamStep holds the constants of one step of Adam, each rounded from float64: with b1, b2 the
// decay rates of the moments, t the step from 1 and lr the learning rate, they are as below.
type AdamStep struct {
	C1    float32 // 1 - b1
	Beta2 float32 // b2
	C2    float32 // 1 - b2
	R2    float32 // 1/√(1 - b2^t)
	Eps   float32 // added to the root
	Rate  float32 // lr / (1 - b1^t)
	Decay float32 // 1 - lr*(weight decay), decoupled as in AdamW; 1 for none
}

// Adam updates the parameters p and the moments m and v from the gradient g (Kingma and Ba,
// 2015; Loshchilov and Hutter, 2019):
//
//	m = fma(C1, g-m, m)    v = fma(v, Beta2, (g*g)*C2)
//	p = fma(m / fma(√v, R2, Eps), -Rate, p*Decay)
//
// Moments below 2^-100 become zero before p is computed from them: a weight without a gradient
// would else reach the subnormals, on which the pass is several times slower.
func Adam(p, g, m, v []float32, s AdamStep) {
	g, m, v = g[:len(p)], m[:len(p)], v[:len(p)]
	if adamVec(p, g, m, v, s.C1, s.Beta2, s.C2, s.R2, s.Eps, -s.Rate, s.Decay) {
		return
	}
	for i := range p {
		mi := flush(fma(s.C1, g[i]-m[i], m[i]))
		vi := flush(fma(v[i], s.Beta2, float32(g[i]*g[i])*s.C2))
		d := fma(sqrtOf(vi), s.R2, s.Eps)
		p[i] = fma(mi/d, -s.Rate, float32(p[i]*s.Decay))
		m[i], v[i] = mi, vi
	}
}

// flush makes a moment below 2^-100 zero.
func flush(x float32) float32 {
	if absOf(x) < 0x1p-100 {
		return 0
	}
	return x
}

// RMSProp updates p and the mean square v from the gradient g, in PyTorch's form:
//
//	v = fma(v, alpha, (g*g)*(1-alpha))    p = fma(g / (√v + eps), -lr, p)
//
// with v below 2^-100 made zero.
func RMSProp(p, g, v []float32, lr, alpha, eps float32) {
	g, v = g[:len(p)], v[:len(p)]
	c := 1 - alpha
	if rmspropVec(p, g, v, -lr, alpha, c, eps) {
		return
	}
	for i := range p {
		vi := flush(fma(v[i], alpha, float32(g[i]*g[i])*c))
		p[i] = fma(g[i]/(sqrtOf(vi)+eps), -lr, p[i])
		v[i] = vi
	}
}

// RMSPropTF is RMSProp with eps inside the root, as in TensorFlow 1:
//
//	p = fma(g / √(v + eps), -lr, p)
func RMSPropTF(p, g, v []float32, lr, alpha, eps float32) {
	g, v = g[:len(p)], v[:len(p)]
	c := 1 - alpha
	if rmspropTFVec(p, g, v, -lr, alpha, c, eps) {
		return
	}
	for i := range p {
		vi := flush(fma(v[i], alpha, float32(g[i]*g[i])*c))
		p[i] = fma(g[i]/sqrtOf(vi+eps), -lr, p[i])
		v[i] = vi
	}
}

// AdamL2 is Adam with weight decay as a part of the gradient, g = fma(p, l2, g), and none of its
// own: s.Decay is not used.
func AdamL2(p, g, m, v []float32, s AdamStep, l2 float32) {
	g, m, v = g[:len(p)], m[:len(p)], v[:len(p)]
	if adamL2Vec(p, g, m, v, s.C1, s.Beta2, s.C2, s.R2, s.Eps, -s.Rate, l2) {
		return
	}
	for i := range p {
		gi := fma(p[i], l2, g[i])
		mi := flush(fma(s.C1, gi-m[i], m[i]))
		vi := flush(fma(v[i], s.Beta2, float32(gi*gi)*s.C2))
		d := fma(sqrtOf(vi), s.R2, s.Eps)
		p[i] = fma(mi/d, -s.Rate, p[i])
		m[i], v[i] = mi, vi
	}
}

// SGD updates p and the momentum's buf from the gradient g, in PyTorch's form:
//
//	g = fma(p, decay, g)    buf = buf*momentum + g    p = fma(buf, -lr, p)
//
// or, with Nesterov's momentum, p = fma(fma(buf, momentum, g), -lr, p).
func SGD(p, g, buf []float32, lr, momentum, decay float32, nesterov bool) {
	g, buf = g[:len(p)], buf[:len(p)]
	if nesterov {
		if nesterovVec(p, g, buf, -lr, momentum, decay) {
			return
		}
	} else if sgdVec(p, g, buf, -lr, momentum, decay) {
		return
	}
	for i := range p {
		d := fma(p[i], decay, g[i])
		b := float32(buf[i]*momentum) + d
		if buf[i] = b; nesterov {
			b = fma(b, momentum, d)
		}
		p[i] = fma(b, -lr, p[i])
	}
}

// Adagrad updates p and the sum of squares from the gradient g (Duchi et al., 2011):
//
//	g = fma(p, decay, g)    sum = fma(g, g, sum)    p = fma(g / (√sum + eps), -lr, p)
func Adagrad(p, g, sum []float32, lr, eps, decay float32) {
	g, sum = g[:len(p)], sum[:len(p)]
	if adagradVec(p, g, sum, -lr, eps, decay) {
		return
	}
	for i := range p {
		d := fma(p[i], decay, g[i])
		sum[i] = fma(d, d, sum[i])
		p[i] = fma(d/(sqrtOf(sum[i])+eps), -lr, p[i])
	}
}

// RMSPropCentered is RMSProp that divides by a running standard deviation (Graves, 2013):
//
//	v = fma(v, alpha, (g*g)*(1-alpha))    mean = fma(g-mean, 1-alpha, mean)
//	p = fma(g / (√(max(0, fma(-mean, mean, v)) + inside) + eps), -lr, p)
//
// with v and mean below 2^-100 made zero.
func RMSPropCentered(p, g, v, mean []float32, lr, alpha, eps, inside float32) {
	g, v, mean = g[:len(p)], v[:len(p)], mean[:len(p)]
	c := 1 - alpha
	if rmspropCenteredVec(p, g, v, mean, -lr, alpha, c, eps, inside) {
		return
	}
	for i := range p {
		vi := flush(fma(v[i], alpha, float32(g[i]*g[i])*c))
		mi := flush(fma(g[i]-mean[i], c, mean[i]))
		root := sqrtOf(maxOf(0, fma(-mi, mi, vi)) + inside)
		p[i] = fma(g[i]/(root+eps), -lr, p[i])
		v[i], mean[i] = vi, mi
	}
}

// AllFinite reports whether no element of x is NaN or infinite.
func AllFinite(x []float32) bool {
	for len(x) > 16 {
		n := min(len(x), block)
		var v [1]float32
		if !finiteVec(v[:], x[:n], 1, n) {
			break
		}
		if v[0] != 0 {
			return false
		}
		x = x[n:]
	}
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}
