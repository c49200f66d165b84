package main

// The elementwise functions. Each says the same as a Go loop of the kernel package.

func unary(name string, unroll int, body func(v *lanes, x val) val) formula {
	return formula{name, "dst x", "x", "dst", "", unroll, func(v *lanes, x, _ []val) []val {
		return []val{body(v, x[0])}
	}}
}

func binary(name string, body func(v *lanes, a, b val) val) formula {
	return formula{name, "dst a b", "a b", "dst", "", 4, func(v *lanes, x, _ []val) []val {
		return []val{body(v, x[0], x[1])}
	}}
}

func withScalar(name string, body func(v *lanes, x, s val) val) formula {
	return formula{name, "dst x", "x", "dst", "s", 4, func(v *lanes, x, s []val) []val {
		return []val{body(v, x[0], s[0])}
	}}
}

func gradient(name, scalars string, body func(v *lanes, dy, y val, s []val) val) formula {
	return formula{name, "dst dy y", "dy y", "dst", scalars, 2, func(v *lanes, x, s []val) []val {
		return []val{body(v, x[0], x[1], s)}
	}}
}

var formulas = []formula{
	binary("add", (*lanes).add),
	binary("sub", (*lanes).sub),
	binary("mul", (*lanes).mul),
	binary("div", (*lanes).div),
	binary("min", (*lanes).min),
	binary("max", (*lanes).max),
	withScalar("addScalar", (*lanes).add),
	withScalar("scale", (*lanes).mul),
	withScalar("divScalar", (*lanes).div),
	{"mulAddScalar", "dst x y", "x y", "dst", "s", 4, func(v *lanes, x, s []val) []val {
		return []val{v.mulAdd(x[0], s[0], x[1])}
	}},
	{"mulAdd", "dst a b c", "a b c", "dst", "", 4, func(v *lanes, x, _ []val) []val {
		return []val{v.mulAdd(x[0], x[1], x[2])}
	}},
	unary("neg", 4, (*lanes).neg),
	unary("abs", 4, (*lanes).abs),
	unary("sqrt", 2, (*lanes).sqrt),
	unary("exp", 1, (*lanes).exp),
	unary("log", 1, (*lanes).log),
	unary("tanh", 1, (*lanes).tanh),
	unary("sigmoid", 1, (*lanes).sigmoid),
	unary("softplus", 1, (*lanes).softplus),
	unary("erf", 1, (*lanes).erf),
	unary("log1p", 1, (*lanes).log1p),
	unary("expm1", 1, (*lanes).expm1),
	unary("sin", 1, (*lanes).sin),
	unary("cos", 1, (*lanes).cos),
	unary("gelu", 1, (*lanes).gelu),
	unary("geluTanh", 1, (*lanes).geluTanh),
	unary("silu", 1, func(v *lanes, x val) val { return v.mul(x, v.sigmoid(x)) }),
	unary("rsqrt", 2, func(v *lanes, x val) val { return v.div(one, v.sqrt(x)) }),
	unary("hardsigmoid", 4, (*lanes).hardsigmoid),
	unary("hardswish", 4, func(v *lanes, x val) val { return v.mul(x, v.hardsigmoid(x)) }),
	{"softplusBeta", "dst x", "x", "dst", "beta", 1, func(v *lanes, x, s []val) []val {
		return []val{v.div(v.softplus(v.mul(x[0], s[0])), s[0])}
	}},
	{"tanhScaled", "dst x", "x", "dst", "a b", 1, func(v *lanes, x, s []val) []val {
		return []val{v.mul(s[0], v.tanh(v.mul(s[1], x[0])))}
	}},
	{"leakyReLU", "dst x", "x", "dst", "slope", 4, func(v *lanes, x, s []val) []val {
		return []val{v.choose(v.cmp(greater, x[0], bits(0)), x[0], v.mul(x[0], s[0]))}
	}},
	{"elu", "dst x", "x", "dst", "alpha", 1, func(v *lanes, x, s []val) []val {
		return []val{v.choose(v.cmp(greater, x[0], bits(0)), x[0], v.mul(s[0], v.expm1(x[0])))}
	}},
	{"pow", "dst x", "x", "dst", "c", 1, func(v *lanes, x, s []val) []val {
		return []val{v.exp(v.mul(v.log(x[0]), s[0]))}
	}},
	{"bce", "dst x z", "x z", "dst", "weight weightLess1", 1, func(v *lanes, x, s []val) []val {
		negative := v.cmp(less, x[0], bits(0))
		w := v.mulAdd(v.copy(x[1]), s[1], one)
		linear := v.choose(negative, v.neg(v.mul(s[0], x[1])), v.sub(one, x[1]))
		return []val{v.mulAdd(w, v.softplus(v.neg(v.abs(x[0]))), v.mul(linear, x[0]))}
	}},
	{"klNormal", "dst mean logVar", "mean logVar", "dst", "", 1, func(v *lanes, x, _ []val) []val {
		d := v.sub(v.exp(x[1]), v.add(one, x[1]))
		return []val{v.mul(num(0.5), v.addMul(d, x[0], x[0]))}
	}},
	unary("relu", 4, func(v *lanes, x val) val { return v.max(bits(0), x) }),
	{"clamp", "dst x", "x", "dst", "lo hi", 4, func(v *lanes, x, s []val) []val {
		return []val{v.max(s[0], v.min(s[1], x[0]))}
	}},
	{"huber", "dst x", "x", "dst", "beta half", 1, func(v *lanes, x, s []val) []val {
		a := v.abs(x[0])
		square := v.div(v.mul(v.mul(num(0.5), a), a), s[0])
		return []val{v.choose(v.cmp(less, a, s[0]), square, v.sub(a, s[1]))}
	}},
	gradient("reluBackward", "", func(v *lanes, dy, y val, _ []val) val {
		return v.keep(v.cmp(greater, y, bits(0)), dy)
	}),
	gradient("tanhBackward", "", func(v *lanes, dy, y val, _ []val) val {
		return v.mul(dy, v.subMul(v.copy(one), y, y))
	}),
	gradient("sigmoidBackward", "", func(v *lanes, dy, y val, _ []val) val {
		return v.mul(dy, v.mul(y, v.sub(one, y)))
	}),
	gradient("clampBackward", "lo hi", func(v *lanes, dy, x val, s []val) val {
		return v.keep(v.cmp(lessOrEqual, s[0], x), v.keep(v.cmp(lessOrEqual, x, s[1]), dy))
	}),
	gradient("huberBackward", "beta", func(v *lanes, dy, x val, s []val) val {
		return v.mul(dy, v.max(num(-1), v.min(one, v.div(x, s[0]))))
	}),
	gradient("sqrtBackward", "", func(v *lanes, dy, y val, _ []val) val {
		return v.mul(v.div(dy, y), num(0.5))
	}),
	gradient("squareBackward", "", func(v *lanes, dy, x val, _ []val) val {
		return v.mul(v.mul(dy, x), num(2))
	}),
	gradient("absBackward", "", func(v *lanes, dy, x val, _ []val) val {
		negative := v.keep(v.cmp(less, x, bits(0)), v.neg(dy))
		return v.choose(v.cmp(greater, x, bits(0)), dy, negative)
	}),
	gradient("rsqrtBackward", "", func(v *lanes, dy, y val, _ []val) val {
		return v.mul(dy, v.mul(v.mul(v.mul(y, y), y), num(-0.5)))
	}),
	gradient("erfBackward", "", func(v *lanes, dy, x val, _ []val) val {
		return v.mul(dy, v.mul(v.expWithin(v.max(expLow, v.neg(v.mul(x, x)))), erfSlope))
	}),
	gradient("log1pBackward", "", func(v *lanes, dy, x val, _ []val) val {
		return v.div(dy, v.add(x, one))
	}),
	gradient("expm1Backward", "", func(v *lanes, dy, y val, _ []val) val {
		return v.mul(dy, v.add(y, one))
	}),
	gradient("sinBackward", "", func(v *lanes, dy, x val, _ []val) val { return v.mul(dy, v.cos(x)) }),
	gradient("cosBackward", "", func(v *lanes, dy, x val, _ []val) val { return v.mul(v.neg(dy), v.sin(x)) }),
	gradient("softplusBackward", "", func(v *lanes, dy, x val, _ []val) val { return v.mul(v.sigmoid(x), dy) }),
	gradient("softplusBetaBackward", "beta", func(v *lanes, dy, x val, s []val) val {
		return v.mul(v.sigmoid(v.mul(x, s[0])), dy)
	}),
	gradient("geluBackward", "", func(v *lanes, dy, x val, _ []val) val { return v.mul(dy, v.geluSlope(x)) }),
	gradient("geluTanhBackward", "", func(v *lanes, dy, x val, _ []val) val { return v.mul(dy, v.geluTanhSlope(x)) }),
	gradient("siluBackward", "", func(v *lanes, dy, x val, _ []val) val { return v.mul(dy, v.siluSlope(x)) }),
	gradient("tanhScaledBackward", "slope curve", func(v *lanes, dy, y val, s []val) val { // dy (ab - y² b/a)
		return v.mul(dy, v.subMul(v.copy(s[0]), v.mul(s[1], y), y))
	}),
	gradient("leakyReLUBackward", "slope", func(v *lanes, dy, x val, s []val) val {
		return v.choose(v.cmp(greater, x, bits(0)), dy, v.mul(dy, s[0]))
	}),
	gradient("eluBackward", "alpha", func(v *lanes, dy, y val, s []val) val {
		return v.choose(v.cmp(greater, y, bits(0)), dy, v.mul(dy, v.add(y, s[0])))
	}),
	gradient("powBackward", "c", func(v *lanes, dy, x val, s []val) val { // dy c x^(c-1)
		return v.mul(v.mul(dy, s[0]), v.exp(v.mul(v.log(x), v.sub(s[0], one))))
	}),
	gradient("hardsigmoidBackward", "", func(v *lanes, dy, x val, _ []val) val {
		return v.keep(v.cmp(less, v.abs(x), num(3)), v.mul(dy, sixth))
	}),
	gradient("hardswishBackward", "", func(v *lanes, dy, x val, _ []val) val {
		middle := v.keep(v.cmp(greater, x, num(-3)), v.mul(dy, v.addMul(v.copy(num(0.5)), x, third)))
		return v.choose(v.cmp(greater, x, num(3)), dy, middle)
	}),
	gradient("preluSlope", "", func(v *lanes, dy, x val, _ []val) val {
		return v.mul(dy, v.min(x, bits(0)))
	}),
	gradient("bceBackward", "weight", func(v *lanes, x, z val, s []val) val {
		p := v.sigmoid(x)
		right := v.mul(v.mul(s[0], z), v.sub(one, p))
		return v.sub(v.mul(p, v.sub(one, z)), right)
	}),
	gradient("klNormalBackward", "", func(v *lanes, dy, logVar val, _ []val) val {
		return v.mul(dy, v.mul(num(0.5), v.expm1(logVar)))
	}),
	{"minBackward", "dst dy a b", "dst dy a b", "dst", "", 1, func(v *lanes, x, _ []val) []val {
		g := v.choose(v.cmp(equal, x[2], x[3]), v.mul(x[1], num(0.5)), x[1])
		return []val{v.add(x[0], v.keep(v.cmp(notGreater, x[2], x[3]), g))}
	}},
	{"adam", "p grad m v", "p grad m v", "p m v", "c1 beta2 c2 r2 eps rate decay", 1, func(v *lanes, x, s []val) []val {
		p, g, m, sq := x[0], x[1], x[2], x[3]
		m = v.flush(v.mulAdd(v.sub(g, m), s[0], m))
		sq = v.flush(v.mulAdd(sq, s[1], v.mul(v.mul(g, g), s[2])))
		d := v.mulAdd(v.sqrt(sq), s[3], s[4])
		return []val{v.mulAdd(v.div(m, d), s[5], v.mul(p, s[6])), m, sq}
	}},
	{"adamL2", "p grad m v", "p grad m v", "p m v", "c1 beta2 c2 r2 eps rate l2", 1, func(v *lanes, x, s []val) []val {
		p, g, m, sq := x[0], v.addMul(x[1], x[0], s[6]), x[2], x[3]
		m = v.flush(v.mulAdd(v.sub(g, m), s[0], m))
		sq = v.flush(v.mulAdd(sq, s[1], v.mul(v.mul(g, g), s[2])))
		d := v.mulAdd(v.sqrt(sq), s[3], s[4])
		return []val{v.mulAdd(v.div(m, d), s[5], p), m, sq}
	}},
	{"sgd", "p grad buf", "p grad buf", "p buf", "rate momentum decay", 2, func(v *lanes, x, s []val) []val {
		g := v.addMul(x[1], x[0], s[2])
		buf := v.add(v.mul(x[2], s[1]), g)
		return []val{v.addMul(x[0], buf, s[0]), buf}
	}},
	{"nesterov", "p grad buf", "p grad buf", "p buf", "rate momentum decay", 2, func(v *lanes, x, s []val) []val {
		g := v.addMul(x[1], x[0], s[2])
		buf := v.add(v.mul(x[2], s[1]), g)
		return []val{v.addMul(x[0], v.addMul(g, buf, s[1]), s[0]), buf}
	}},
	{"adagrad", "p grad sum", "p grad sum", "p sum", "rate eps decay", 1, func(v *lanes, x, s []val) []val {
		g := v.addMul(x[1], x[0], s[2])
		sum := v.addMul(x[2], g, g)
		return []val{v.addMul(x[0], v.div(g, v.add(v.sqrt(sum), s[1])), s[0]), sum}
	}},
	{"lerp", "dst x", "dst x", "dst", "s", 4, func(v *lanes, x, s []val) []val {
		return []val{v.mulAdd(v.sub(x[1], x[0]), s[0], x[0])}
	}},
	{"rmsprop", "p grad v", "p grad v", "p v", "rate alpha c eps", 1, func(v *lanes, x, s []val) []val {
		sq := v.flush(v.mulAdd(x[2], s[1], v.mul(v.mul(x[1], x[1]), s[2])))
		return []val{v.mulAdd(v.div(x[1], v.add(v.sqrt(sq), s[3])), s[0], x[0]), sq}
	}},
	{"rmspropCentered", "p grad v mean", "p grad v mean", "p v mean", "rate alpha c eps inside", 1, func(v *lanes, x, s []val) []val {
		sq := v.flush(v.mulAdd(x[2], s[1], v.mul(v.mul(x[1], x[1]), s[2])))
		mean := v.flush(v.mulAdd(v.sub(x[1], x[3]), s[2], x[3]))
		root := v.sqrt(v.add(v.max(bits(0), v.subMul(v.copy(sq), mean, mean)), s[4]))
		return []val{v.mulAdd(v.div(x[1], v.add(root, s[3])), s[0], x[0]), sq, mean}
	}},
	{"rmspropTF", "p grad v", "p grad v", "p v", "rate alpha c eps", 1, func(v *lanes, x, s []val) []val {
		sq := v.flush(v.mulAdd(x[2], s[1], v.mul(v.mul(x[1], x[1]), s[2])))
		return []val{v.mulAdd(v.div(x[1], v.sqrt(v.add(sq, s[3]))), s[0], x[0]), sq}
	}},
}
