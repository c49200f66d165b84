package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// What is made of random words: vectors of 32 bits each, which are integers and no numbers.
var random = []formula{
	// Words below the limit, as signed integers, drop an element.
	{"dropout", "dst x words", "x words", "dst", "scale limit", 2, func(v *lanes, x, s []val) []val {
		return []val{v.keep(v.notBelow(x[1], s[1]), v.mul(x[0], s[0]))}
	}},
	{"uniform", "dst words", "words", "dst", "", 4, func(v *lanes, x, _ []val) []val {
		return []val{v.mul(v.toFloat(v.shiftRightLogical(x[0], 8)), num(0x1p-24))}
	}},
	// Box and Muller's two normal deviates of a radius and an angle. The angle is a word's signed
	// part of a turn: less its nearest quarter it is exact.
	{"normal", "cosine sine radius angle", "radius angle", "cosine sine", "", 1, func(v *lanes, x, _ []val) []val {
		u := v.mulAdd(v.toFloat(v.shiftRightLogical(x[0], 1)), num(0x1p-31), num(0x1p-32))
		length := v.sqrt(v.mul(v.log(u), num(-2)))
		quarter := v.shiftRight(v.iadd(x[1], bits(1<<29)), 30)
		r := v.mul(v.toFloat(v.isub(x[1], v.shiftLeft(quarter, 30))), turn)
		sin, cos := v.circle(r)
		cosine := v.quadrant(v.iadd(quarter, bits(1)), sin, cos)
		return []val{v.mul(length, cosine), v.mul(length, v.quadrant(quarter, sin, cos))}
	}},
}

// turn is 2π/2^32.
const turn = bits(0x30c90fdb)

const (
	philoxA = bits(0xd2511f53)
	philoxB = bits(0xcd9e8d57)
)

// philox emits Philox4x32-10 (Salmon et al., 2011) on n counters, a multiple of 16. keys holds the two
// words of the key for each of the 10 rounds, and then the four words of the first counter; the
// others count on in the first word. Word w of counter i goes to dst[256*w+i].
//
// Products of 32 bits need 64, so a vector of counters is worked on as two halves: the lanes of
// even index and those of odd index, each in the lower half of 64 bits. The upper halves hold
// rubbish between the steps, which multiplication ignores.
func (w *writer) philox() {
	v := w.lanes
	w.function("philox", "func(dst *float32, keys *uint32, n int)")
	dst, keys := w.Load(w.Param("dst"), w.GP64()), w.Load(w.Param("keys"), w.GP64())
	n := w.Load(w.Param("n"), w.GP64())
	broadcast := func(i int) reg.VecVirtual {
		r := v.vec()
		w.VPBROADCASTD(operand.Mem{Base: keys, Disp: 4 * i}, r)
		return r
	}
	first := v.iadd(broadcast(20), w.counting())
	w.lanes.limit = map[bool]int{true: 3}[w.wide]
	v.preload([]bits{philoxA, philoxB, bits(v.lanes)})
	var odd operand.Op
	if v.wide {
		k, r := w.K(), w.GP32()
		w.MOVL(operand.U32(0xaaaa), r)
		w.KMOVW(r, k)
		odd = k
	}
	w.Label("loop")
	// Both halves go through the rounds together, for each is one chain of dependent instructions.
	var halves [2][4]val
	b, c, d := broadcast(21), broadcast(22), broadcast(23)
	for h, x0 := range []val{first, v.upper(first)} {
		halves[h] = [4]val{x0, b, c, d}
	}
	for round := range 10 {
		k := [2]val{broadcast(2 * round), broadcast(2*round + 1)}
		w.abreast(2, func(h int) {
			x := halves[h]
			a, b := v.mulWide(x[0], philoxA), v.mulWide(x[2], philoxB)
			halves[h] = [4]val{
				v.xor(v.xor(v.upper(b), x[1]), k[0]), b,
				v.xor(v.xor(v.upper(a), x[3]), k[1]), a,
			}
		})
	}
	for i, y := range halves[1] {
		even, high := v.vec(), v.vec()
		w.VMOVUPS(halves[0][i].(operand.Op), even)
		m := operand.Mem{Base: dst, Disp: 1024 * i}
		w.VPSLLQ(operand.U8(32), y.(operand.Op), high)
		if v.wide {
			w.VMOVAPS(high, odd, even)
		} else {
			w.VPBLENDD(operand.U8(0xaa), high, even, even)
		}
		w.VMOVUPS(even, m)
	}
	w.VPADDD(v.reg(bits(v.lanes)), first.(operand.Op), first.(operand.Op))
	w.ADDQ(operand.U32(v.bytes()), dst)
	w.SUBQ(operand.U32(v.lanes), n)
	w.JNE(operand.LabelRef("loop"))
	w.finish()
}

// upper moves the upper half of each 64 bits to the lower.
func (v *lanes) upper(a val) val {
	d := v.vec()
	v.VPSRLQ(operand.U8(32), v.reg(a), d)
	return d
}

// mulWide multiplies the lower halves of each 64 bits.
func (v *lanes) mulWide(a val, c bits) val {
	d := v.vec()
	v.VPMULUDQ(v.reg(c), v.reg(a), d)
	return d
}

// notBelow compares signed integers, a >= b; the result is for keep.
func (v *lanes) notBelow(a, b val) operand.Op {
	if v.wide {
		k := v.K()
		v.VPCMPD(operand.U8(5), b.(operand.Op), a.(operand.Op), k)
		return k
	}
	return v.xor(v.intGreater(b, a), bits(0xffffffff)).(operand.Op)
}

// counting returns the vector 0, 1, 2, ...
func (w *writer) counting() val {
	m := w.StaticGlobal("counting" + w.suffix)
	w.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range w.isa.lanes {
		w.AddDatum(4*i, operand.U32(uint32(i)))
	}
	r := w.lanes.vec()
	w.VMOVUPS(m, r)
	return r
}
