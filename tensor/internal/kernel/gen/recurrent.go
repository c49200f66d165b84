package main

// The gates of recurrent cells, all of a step in one pass. They say the same as the Go loops of
// lstm.go and gru.go in the kernel package.

var recurrent = []formula{
	{"lstm", "in forget cand out before c squashed h", "in forget cand out before", "in forget cand out c squashed h", "", 1, func(v *lanes, x, _ []val) []val {
		i := v.sigmoid(x[0])
		g := v.tanh(x[2])
		ig := v.mul(i, g)
		f := v.sigmoid(x[1])
		c := v.addMul(ig, f, x[4])
		o := v.sigmoid(x[3])
		squashed := v.tanh(c)
		return []val{i, f, g, o, c, squashed, v.mul(o, squashed)}
	}},
	{"lstmBackward", "in forget cand out before squashed dh dc", "in forget cand out before squashed dh dc", "in forget cand out dc", "", 1, func(v *lanes, x, _ []val) []val {
		i, f, g, o, before, squashed, dh, dc := x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
		slope := v.subMul(v.copy(one), squashed, squashed)
		do := v.mul(v.mul(dh, squashed), v.mul(o, v.sub(one, o)))
		dc = v.addMul(dc, v.mul(dh, o), slope)
		di := v.mul(v.mul(dc, g), v.mul(i, v.sub(one, i)))
		dg := v.mul(v.mul(dc, i), v.subMul(v.copy(one), g, g))
		df := v.mul(v.mul(dc, before), v.mul(f, v.sub(one, f)))
		return []val{di, df, dg, do, v.mul(dc, f)}
	}},
	{"gru", "reset update cand hidden before h", "reset update cand hidden before", "reset update cand h", "", 1, func(v *lanes, x, _ []val) []val {
		r := v.sigmoid(x[0])
		n := v.tanh(v.addMul(x[2], r, x[3]))
		z := v.sigmoid(x[1])
		return []val{r, z, n, v.mulAdd(v.sub(x[4], n), z, n)}
	}},
	{"gruBackward", "reset update cand hidden before dh", "reset update cand hidden before dh", "reset update cand hidden dh", "", 1, func(v *lanes, x, _ []val) []val {
		r, z, n, hn, before, dh := x[0], x[1], x[2], x[3], x[4], x[5]
		dz := v.mul(v.mul(dh, v.sub(before, n)), v.mul(z, v.sub(one, z)))
		dn := v.mul(v.mul(dh, v.sub(one, z)), v.subMul(v.copy(one), n, n))
		dr := v.mul(v.mul(dn, hn), v.mul(r, v.sub(one, r)))
		return []val{dr, dz, dn, v.mul(dn, r), v.mul(dh, z)}
	}},
}
