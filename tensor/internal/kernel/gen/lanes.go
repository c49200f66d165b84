package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// An isa is a vector extension that kernels are emitted for.
type isa struct {
	suffix string // of the names of its functions
	lanes  int    // float32 in a vector
	wide   bool   // AVX-512, with mask registers, as opposed to AVX2
}

var (
	avx2   = isa{suffix: "AVX2", lanes: 8}
	avx512 = isa{suffix: "AVX512", lanes: 16, wide: true}
)

// val is a vector in a register, or a constant given by its bits.
type val any

// bits is a constant that every lane holds.
type bits uint32

func num(x float32) bits { return bits(math.Float32bits(x)) }

const (
	signBit = bits(1 << 31)
	noSign  = bits(1<<31 - 1)
)

// residents are how many constants may stay in registers, if there are enough of those. The rest
// are read where they are used: broadcast with AVX-512, 32-byte operands in memory with AVX2.
var residents = []int{16, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1, 0}

// lanes emits vector code for one isa. Its methods return a new vector unless they say that
// they overwrite one; fused steps overwrite, because the instructions do.
type lanes struct {
	*build.Context
	isa
	resident map[bits]reg.VecVirtual
	table    map[bits]operand.Mem // constants in memory, shared by the functions of a file
	used     func(bits)           // told of each use of a constant
	limit    int                  // of resident constants
}

func (v *lanes) vec() reg.VecVirtual {
	if v.wide {
		return v.ZMM()
	}
	return v.YMM()
}

// bytes is the size of a vector.
func (v *lanes) bytes() int { return 4 * v.lanes }

// preload makes constants resident. It must come before a loop that uses them.
func (v *lanes) preload(cs []bits) {
	v.resident = map[bits]reg.VecVirtual{}
	for i, c := range cs {
		if i == v.limit {
			return
		}
		r := v.vec()
		if v.wide {
			v.VBROADCASTSS(v.mem(c), r)
		} else {
			v.VMOVUPS(v.mem(c), r)
		}
		v.resident[c] = r
	}
}

// mem returns a constant's place in memory: 32 bytes with AVX2, 4 with AVX-512.
func (v *lanes) mem(c bits) operand.Mem {
	v.used(c)
	if m, ok := v.table[c]; ok {
		return m
	}
	m := v.StaticGlobal(fmt.Sprintf("c%08x%s", uint32(c), v.suffix))
	v.DataAttributes(attr.RODATA | attr.NOPTR)
	n := v.lanes
	if v.wide {
		n = 1
	}
	for i := range n {
		v.AddDatum(4*i, operand.U32(c))
	}
	v.table[c] = m
	return m
}

// in returns x as an operand, and whether it is one number to broadcast.
func (v *lanes) in(x val) (operand.Op, bool) {
	c, ok := x.(bits)
	if !ok {
		return x.(operand.Op), false
	}
	if r, ok := v.resident[c]; ok {
		return r, false
	}
	return v.mem(c), v.wide
}

// reg returns x in a register.
func (v *lanes) reg(x val) operand.Op {
	op, _ := v.in(x)
	if _, ok := x.(bits); ok && !operand.IsZMM(op) {
		r := v.vec()
		if v.wide {
			v.VBROADCASTSS(op, r)
		} else {
			v.VMOVUPS(op, r)
		}
		return r
	}
	return op
}

type instruction func(...operand.Op)

// binary emits d = a op b with the operand order of the Intel manual.
func (v *lanes) binary(plain, bcst instruction, a, b val) val {
	d := v.vec()
	x := v.reg(a)
	if y, broadcast := v.in(b); broadcast {
		bcst(y, x, d)
	} else {
		plain(y, x, d)
	}
	return d
}

func (v *lanes) add(a, b val) val { return v.binary(v.VADDPS, v.VADDPS_BCST, a, b) }
func (v *lanes) sub(a, b val) val { return v.binary(v.VSUBPS, v.VSUBPS_BCST, a, b) }
func (v *lanes) mul(a, b val) val { return v.binary(v.VMULPS, v.VMULPS_BCST, a, b) }
func (v *lanes) div(a, b val) val { return v.binary(v.VDIVPS, v.VDIVPS_BCST, a, b) }

// min is a < b ? a : b, and max is a > b ? a : b.
func (v *lanes) min(a, b val) val { return v.binary(v.VMINPS, v.VMINPS_BCST, a, b) }
func (v *lanes) max(a, b val) val { return v.binary(v.VMAXPS, v.VMAXPS_BCST, a, b) }

func (v *lanes) sqrt(a val) val {
	d := v.vec()
	v.VSQRTPS(v.reg(a), d)
	return d
}

func (v *lanes) and(a, b val) val {
	if v.wide {
		return v.binary(v.VPANDD, v.VPANDD_BCST, a, b)
	}
	return v.binary(v.VANDPS, nil, a, b)
}

func (v *lanes) or(a, b val) val {
	if v.wide {
		return v.binary(v.VPORD, v.VPORD_BCST, a, b)
	}
	return v.binary(v.VORPS, nil, a, b)
}

func (v *lanes) xor(a, b val) val {
	if v.wide {
		return v.binary(v.VPXORD, v.VPXORD_BCST, a, b)
	}
	return v.binary(v.VXORPS, nil, a, b)
}

func (v *lanes) abs(a val) val { return v.and(a, noSign) }
func (v *lanes) neg(a val) val { return v.xor(a, signBit) }

// Integer arithmetic on the bits.
func (v *lanes) iadd(a, b val) val { return v.binary(v.VPADDD, v.VPADDD_BCST, a, b) }
func (v *lanes) isub(a, b val) val { return v.binary(v.VPSUBD, v.VPSUBD_BCST, a, b) }

func (v *lanes) shiftLeft(a val, n int) val {
	d := v.vec()
	v.VPSLLD(operand.U8(n), v.reg(a), d)
	return d
}

// shiftRight keeps the sign.
func (v *lanes) shiftRight(a val, n int) val {
	d := v.vec()
	v.VPSRAD(operand.U8(n), v.reg(a), d)
	return d
}

// shiftRightLogical moves zeros in.
func (v *lanes) shiftRightLogical(a val, n int) val {
	d := v.vec()
	v.VPSRLD(operand.U8(n), v.reg(a), d)
	return d
}

// toFloat converts signed integers.
func (v *lanes) toFloat(a val) val {
	d := v.vec()
	v.VCVTDQ2PS(v.reg(a), d)
	return d
}

func (v *lanes) copy(a val) val {
	d := v.vec()
	if c, ok := a.(bits); ok {
		if op, broadcast := v.in(c); broadcast {
			v.VBROADCASTSS(op, d)
		} else {
			v.VMOVUPS(op, d)
		}
		return d
	}
	v.VMOVAPS(a.(operand.Op), d)
	return d
}

// addMul overwrites c with fma(a, b, c).
func (v *lanes) addMul(c, a, b val) val {
	x := v.reg(a)
	if y, broadcast := v.in(b); broadcast {
		v.VFMADD231PS_BCST(y, x, c.(operand.Op))
	} else {
		v.VFMADD231PS(y, x, c.(operand.Op))
	}
	return c
}

// subMul overwrites c with fma(-a, b, c).
func (v *lanes) subMul(c, a, b val) val {
	x := v.reg(a)
	if y, broadcast := v.in(b); broadcast {
		v.VFNMADD231PS_BCST(y, x, c.(operand.Op))
	} else {
		v.VFNMADD231PS(y, x, c.(operand.Op))
	}
	return c
}

// mulAdd overwrites a with fma(a, b, c).
func (v *lanes) mulAdd(a, b, c val) val {
	x := v.reg(b)
	if y, broadcast := v.in(c); broadcast {
		v.VFMADD213PS_BCST(y, x, a.(operand.Op))
	} else {
		v.VFMADD213PS(y, x, a.(operand.Op))
	}
	return a
}

// Predicates of comparison: with NaN, unordered and the nots are true and the others false.
const (
	equal          = 0x00
	less           = 0x11
	lessOrEqual    = 0x12
	greaterOrEqual = 0x1d
	greater        = 0x1e
	notGreater     = 0x1a
	unordered      = 0x03
	notLess        = 0x15
)

// cmp compares lane by lane; the result is for choose.
func (v *lanes) cmp(predicate int, a, b val) operand.Op {
	x := v.reg(a)
	y, broadcast := v.in(b)
	if !v.wide {
		d := v.vec()
		v.VCMPPS(operand.U8(predicate), y, x, d)
		return d
	}
	k := v.K()
	if broadcast {
		v.VCMPPS_BCST(operand.U8(predicate), y, x, k)
	} else {
		v.VCMPPS(operand.U8(predicate), y, x, k)
	}
	return k
}

// bitSet says in which lanes bit n is set; the result is for choose.
func (v *lanes) bitSet(a val, n int) operand.Op {
	if !v.wide {
		return v.shiftLeft(a, 31-n).(operand.Op) // VBLENDVPS looks at the sign
	}
	k := v.K()
	if m, broadcast := v.in(bits(1 << n)); broadcast {
		v.VPTESTMD_BCST(m, v.reg(a), k)
	} else {
		v.VPTESTMD(m, v.reg(a), k)
	}
	return k
}

// intGreater compares signed integers, a > b; the result is for choose and keep.
func (v *lanes) intGreater(a, b val) operand.Op {
	x := v.reg(a)
	y, broadcast := v.in(b)
	if !v.wide {
		d := v.vec()
		v.VPCMPGTD(y, x, d)
		return d
	}
	k := v.K()
	if broadcast {
		v.VPCMPGTD_BCST(y, x, k)
	} else {
		v.VPCMPGTD(y, x, k)
	}
	return k
}

// choose is mask ? yes : no. With AVX-512 it is a move and a masked move: the generator would take
// the result of a blend under a mask for an operand too, live from the function's start.
func (v *lanes) choose(mask operand.Op, yes, no val) val {
	if !v.wide {
		d := v.vec()
		n := v.reg(no)
		y, _ := v.in(yes)
		v.VBLENDVPS(mask, y, n, d)
		return d
	}
	d := v.copy(no).(operand.Op)
	if y, broadcast := v.in(yes); broadcast {
		v.VBROADCASTSS(y, mask, d)
	} else {
		v.VMOVAPS(y, mask, d)
	}
	return d
}

// keep is mask ? a : +0.
func (v *lanes) keep(mask operand.Op, a val) val {
	d := v.vec()
	if v.wide {
		v.VMOVAPS_Z(v.reg(a), mask, d)
	} else {
		v.VANDPS(v.reg(a), mask, d)
	}
	return d
}
