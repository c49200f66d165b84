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

// AllFinite reports whether no element of x is NaN or infinite.
func AllFinite(x []float32) bool {
	for len(x) > 16 {
		n := min(len(x), block)
		v, ok := finiteBlockVec(x[:n])
		if !ok {
			break
		}
		if v != 0 {
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
