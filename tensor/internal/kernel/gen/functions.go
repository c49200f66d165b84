package main

// The sequences of functions.go in the kernel package, on vectors. Both must say the same.

var (
	polyExp    = []bits{0x3efffffd, 0x3e2aaa49, 0x3d2aad13, 0x3c091cbf, 0x3ab4a647}
	polyExpm1  = []bits{0x3f000000, 0x3e2aaaaa, 0x3d2aaa78, 0x3c088983, 0x3ab6a1b4, 0x394f05f8}
	polyLog1p  = []bits{0x3eaaaab8, 0xbe80011a, 0x3e4cca27, 0xbe2a337f, 0x3e11ce71, 0xbe074b66, 0x3e00acba, 0xbd9537bc}
	polyErf    = []bits{0x3e0375d4, 0xbec093a1, 0x3de716f3, 0xbcdc0604, 0x3baa58aa, 0xba54c000, 0x38ad3842}
	polyErfc   = []bits{0x396a5c5e, 0x3f9053ee, 0x3f232aee, 0x3dd48260, 0xbcb56cdd, 0x3b46203a, 0xb94b51c1}
	polyErfcx  = []bits{0x3f800000, 0xbf906eab, 0x3f7ffccc, 0xbf40758c, 0x3efede8b, 0xbe96cb48, 0x3e1e3e4f, 0xbd8f15aa, 0x3cd57385, 0xbbf9a6b8, 0x3ad82ad3, 0xb980ae40, 0x37ba8053, 0xb576b3e8}
	polySin    = []bits{0xbe2aaaa2, 0x3c088355, 0xb94c86bb}
	polyCos    = []bits{0x3d2aaaa4, 0xbab60582, 0x37cccc4e}
	one        = num(1)
	expLow     = num(-105)
	expHigh    = num(89)
	rootTwoM1  = bits(0x3ed413cc)
	infinity   = bits(0x7f800000)
	minusInf   = bits(0xff800000)
	quietNaN   = bits(0x7fc00000)
	smallest   = bits(0x00800000)
	exponent0  = bits(127)
	rootHalf   = bits(0x3f3504f3)
	erfSplit   = num(0.9375)
	flushBelow = num(0x1p-100)
	tiny       = num(0x1p-25)
	third      = bits(0x3eaaaaab)
	sixth      = bits(0x3e2aaaab)

	erfcxEnd    = num(3.5)
	rootHalfOne = bits(0x3f3504f3) // √½
	normalPeak  = bits(0x3f4c422a) // 2/√(2π)
	normalEnd   = num(-87.4)
	erfSlope    = bits(0x3f906ebb) // 2/√π
	geluLinear  = bits(0x3fcc422a) // 2√(2/π)
	geluCubic   = bits(0x3d922279) // 2√(2/π)*0.044715
	geluCubic3  = bits(0x3e5b33b6) // three times that
	twoOverPi   = bits(0x3f22f983)
	halfPi      = []bits{0x3fc90fda, 0x33a22168, 0x27c234c5}
	twoPi       = bits(0x40c90fdb)
	angleEnd    = num(1 << 22)
)

const (
	log2e     = bits(0x3fb8aa3b)
	ln2High   = bits(0x3f317200)
	ln2Low    = bits(0x35bfbe8e)
	roundUnit = bits(0x4b400000)
)

func (v *lanes) horner(c []bits, x val) val {
	y := v.copy(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		y = v.mulAdd(y, x, c[i])
	}
	return y
}

// reduceExp overwrites x with r and returns the bits of t, which hold i above those of roundUnit.
func (v *lanes) reduceExp(x val) (t, r val) {
	t = v.copy(x)
	t = v.mulAdd(t, log2e, roundUnit)
	n := v.sub(t, roundUnit)
	r = v.subMul(x, n, ln2High)
	r = v.subMul(r, n, ln2Low)
	return t, r
}

func (v *lanes) pow2(i val) val { return v.shiftLeft(v.iadd(i, exponent0), 23) }

// expWithin overwrites x.
func (v *lanes) expWithin(x val) val {
	t, r := v.reduceExp(x)
	i := v.isub(t, roundUnit)
	p := v.horner(polyExp, r)
	p = v.mulAdd(p, r, one)
	p = v.mulAdd(p, r, one)
	half := v.shiftRight(i, 1)
	rest := v.isub(i, half)
	return v.mul(v.mul(p, v.pow2(half)), v.pow2(rest))
}

func (v *lanes) exp(x val) val {
	y := v.min(expHigh, x)
	return v.expWithin(v.max(expLow, y))
}

func (v *lanes) sigmoid(x val) val {
	z := v.expWithin(v.max(expLow, v.or(x, signBit)))
	n := v.choose(v.cmp(less, x, bits(0)), z, one)
	return v.div(n, v.add(z, one))
}

func (v *lanes) tanh(x val) val {
	a := v.min(num(10), v.abs(x))
	t, r := v.reduceExp(v.add(a, a))
	p := v.mulAdd(v.horner(polyExpm1, r), v.mul(r, r), r)
	s := v.pow2(t) // roundUnit has no bits among those that the shift leaves
	e := v.mulAdd(p, s, v.sub(s, one))
	y := v.div(e, v.add(e, num(2)))
	return v.or(y, v.and(x, signBit))
}

// log1pReduced returns log(1+g) + e*ln(2).
func (v *lanes) log1pReduced(g, e val) val {
	q := v.horner(polyLog1p, g)
	g2 := v.mul(g, g)
	y := v.mulAdd(v.mul(g, q), g2, v.mul(e, ln2Low))
	y = v.addMul(y, g2, num(-0.5))
	y = v.add(y, g)
	return v.addMul(y, e, ln2High)
}

func (v *lanes) log(x val) val {
	tiny := v.cmp(less, x, smallest)
	w := v.choose(tiny, v.mul(x, num(1<<23)), x)
	j := v.shiftRight(v.isub(w, rootHalf), 23)
	m := v.isub(w, v.shiftLeft(j, 23))
	e := v.add(v.toFloat(j), v.keep(tiny, num(-23)))
	y := v.log1pReduced(v.sub(m, one), e)
	y = v.choose(v.cmp(less, x, bits(0)), quietNaN, y)
	y = v.choose(v.cmp(equal, x, bits(0)), minusInf, y)
	y = v.choose(v.cmp(equal, x, infinity), x, y)
	return v.choose(v.cmp(unordered, x, x), x, y)
}

func (v *lanes) softplus(x val) val {
	z := v.expWithin(v.max(expLow, v.or(x, signBit)))
	big := v.cmp(greater, z, rootTwoM1)
	h := v.mulAdd(v.copy(z), num(0.5), num(-0.5))
	y := v.log1pReduced(v.choose(big, h, z), v.keep(big, one))
	return v.add(v.max(bits(0), x), y)
}

func (v *lanes) erf(x val) val {
	a := v.abs(x)
	big := v.cmp(greaterOrEqual, a, erfSplit)
	t := v.min(num(4), a)
	y := v.sub(one, v.expWithin(v.neg(v.horner(polyErfc, t))))
	y = v.or(y, v.and(x, signBit))
	s := v.horner(polyErf, v.mul(x, x))
	return v.choose(big, y, v.mulAdd(s, x, x))
}

// flush makes magnitudes below 2^-100 zero, and keeps NaN.
func (v *lanes) flush(x val) val {
	return v.keep(v.cmp(notLess, v.abs(x), flushBelow), x)
}

// log1p keeps what 1+x rounds away, c, and adds it after the reduction, scaled like the rest. The
// scale is only right up to 2^60, where c has long been lost in the rounding.
func (v *lanes) log1p(x val) val {
	u := v.add(x, one)
	c := v.sub(x, v.sub(u, one))
	j := v.shiftRight(v.isub(u, rootHalf), 23)
	m := v.isub(u, v.shiftLeft(j, 23))
	low := v.shiftRight(v.isub(v.min(num(0x1p60), u), rootHalf), 23)
	s := v.shiftLeft(v.isub(exponent0, low), 23)
	y := v.log1pReduced(v.addMul(v.sub(m, one), c, s), v.toFloat(j))
	y = v.choose(v.cmp(less, u, bits(0)), quietNaN, y)
	y = v.choose(v.cmp(equal, u, bits(0)), minusInf, y)
	y = v.choose(v.cmp(equal, x, infinity), x, y)
	y = v.choose(v.cmp(less, v.abs(x), tiny), x, y)
	return v.choose(v.cmp(unordered, x, x), x, y)
}

// expm1 works with half the result, which does not overflow before the result does.
func (v *lanes) expm1(x val) val {
	t, r := v.reduceExp(v.max(num(-25), v.min(num(89), x)))
	p := v.mulAdd(v.horner(polyExpm1, r), v.mul(r, r), r)
	s := v.shiftLeft(v.iadd(t, bits(126)), 23)
	e := v.mulAdd(p, s, v.sub(s, num(0.5)))
	return v.choose(v.cmp(less, v.abs(x), tiny), x, v.add(e, e))
}

// reduceAngle overwrites x with r in [-π/4, π/4], x = k*π/2 + r, and returns the bits of a number
// whose last two are k's.
func (v *lanes) reduceAngle(x val) (t, r val) {
	t = v.copy(x)
	t = v.mulAdd(t, twoOverPi, roundUnit)
	n := v.sub(t, roundUnit)
	for _, part := range halfPi {
		x = v.subMul(x, n, part)
	}
	return t, x
}

// circle returns the sine and the cosine of r in [-π/4, π/4].
func (v *lanes) circle(r val) (sin, cos val) {
	r2 := v.mul(r, r)
	cos = v.mulAdd(v.horner(polyCos, r2), v.mul(r2, r2), v.mulAdd(v.copy(r2), num(-0.5), one))
	sin = v.mulAdd(v.mul(v.horner(polySin, r2), r2), r, r)
	return sin, cos
}

// quadrant returns the sine of k*π/2 + r, given the sine and cosine of r and k in the last two
// bits of t.
func (v *lanes) quadrant(t, sin, cos val) val {
	y := v.choose(v.bitSet(t, 0), cos, sin)
	return v.xor(y, v.shiftLeft(v.and(t, bits(2)), 30))
}

func (v *lanes) sin(x val) val { return v.angle(x, bits(0)) }
func (v *lanes) cos(x val) val { return v.angle(x, bits(1)) }

// angle returns sin(x + turns*π/2).
func (v *lanes) angle(x val, turns bits) val {
	t, r := v.reduceAngle(v.copy(x))
	sin, cos := v.circle(r)
	if turns != 0 {
		t = v.iadd(t, turns)
	}
	return v.choose(v.cmp(notGreater, v.abs(x), angleEnd), v.quadrant(t, sin, cos), quietNaN)
}

// normalTail returns h = exp(-x²/2)/2, 0 below 2^-126, and the normal distribution function at -|x|.
func (v *lanes) normalTail(x val) (h, tail val) {
	t, r := v.reduceExp(v.max(normalEnd, v.mul(v.mul(x, num(-0.5)), x)))
	p := v.horner(polyExp, r)
	p = v.mulAdd(p, r, one)
	p = v.mulAdd(p, r, one)
	h = v.mul(p, v.shiftLeft(v.iadd(t, bits(126)), 23))
	a := v.min(erfcxEnd, v.mul(v.abs(x), rootHalfOne))
	return h, v.mul(h, v.horner(polyErfcx, a))
}

// normal returns the normal distribution function at x, given it at -|x|.
func (v *lanes) normal(x, tail val) val {
	return v.choose(v.cmp(less, x, bits(0)), tail, v.sub(one, tail))
}

func (v *lanes) gelu(x val) val {
	_, tail := v.normalTail(x)
	return v.mul(x, v.normal(x, tail))
}

func (v *lanes) geluSlope(x val) val {
	h, tail := v.normalTail(x)
	return v.mulAdd(v.mul(h, normalPeak), x, v.normal(x, tail))
}

func (v *lanes) geluTanh(x val) val {
	u := v.mulAdd(v.mul(x, x), geluCubic, geluLinear)
	return v.mul(x, v.sigmoid(v.mul(u, x)))
}

func (v *lanes) geluTanhSlope(x val) val {
	x2 := v.mul(x, x)
	u := v.mulAdd(v.copy(x2), geluCubic, geluLinear)
	s := v.sigmoid(v.mul(u, x))
	w := v.mul(v.mulAdd(x2, geluCubic3, geluLinear), x)
	return v.mulAdd(w, v.mul(s, v.sub(one, s)), s)
}

func (v *lanes) siluSlope(x val) val {
	s := v.sigmoid(x)
	return v.mulAdd(v.mul(x, s), v.sub(one, s), s)
}

func (v *lanes) hardsigmoid(x val) val {
	return v.mul(v.max(bits(0), v.min(num(6), v.add(x, num(3)))), sixth)
}
