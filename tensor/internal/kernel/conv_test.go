package kernel

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

// The definition of a convolution (R4), loop by loop.

func defineForward(c Conv, y, x, w []float32, n int, start Start, bias []float32, relu bool) {
	depth, width := c.CI/c.Groups, c.CO/c.Groups
	for i := range y {
		co := i % c.CO
		ow, oh, image := i/c.CO%c.OW, i/c.CO/c.OW%c.OH, i/c.CO/c.OW/c.OH
		sum := startOf(start, y[i], bias, co)
		for kh := range c.KH {
			for kw := range c.KW {
				ih, iw := oh*c.StrideH-c.PadH+kh*c.DilationH, ow*c.StrideW-c.PadW+kw*c.DilationW
				if ih < 0 || ih >= c.H || iw < 0 || iw >= c.W {
					continue
				}
				for ci := range depth {
					sum = fma(x[((image*c.H+ih)*c.W+iw)*c.CI+co/width*depth+ci], w[((kh*c.KW+kw)*depth+ci)*c.CO+co], sum)
				}
			}
		}
		if relu {
			sum = reluOf(sum)
		}
		y[i] = sum
	}
}

func defineInput(c Conv, dx, dy, w []float32, n int, start Start, bias []float32, relu bool) {
	depth, width := c.CI/c.Groups, c.CO/c.Groups
	for i := range dx {
		ci := i % c.CI
		iw, ih, image := i/c.CI%c.W, i/c.CI/c.W%c.H, i/c.CI/c.W/c.H
		sum := startOf(start, dx[i], bias, ci)
		for kh := c.KH - 1; kh >= 0; kh-- {
			for kw := c.KW - 1; kw >= 0; kw-- {
				oh, ow := ih+c.PadH-kh*c.DilationH, iw+c.PadW-kw*c.DilationW
				if oh < 0 || oh%c.StrideH != 0 || oh/c.StrideH >= c.OH || ow < 0 || ow%c.StrideW != 0 || ow/c.StrideW >= c.OW {
					continue
				}
				for j := range width {
					co := ci/depth*width + j
					sum = fma(dy[((image*c.OH+oh/c.StrideH)*c.OW+ow/c.StrideW)*c.CO+co], w[((kh*c.KW+kw)*depth+ci%depth)*c.CO+co], sum)
				}
			}
		}
		if relu {
			sum = reluOf(sum)
		}
		dx[i] = sum
	}
}

// defineWeights restarts the chains after so many rows of y; never, if rows is 0.
func defineWeights(c Conv, dw, x, dy []float32, n int, accumulate bool, rows int) {
	depth, width := c.CI/c.Groups, c.CO/c.Groups
	for i := range dw {
		co, ci := i%c.CO, i/c.CO%depth
		kw, kh := i/c.CO/depth%c.KW, i/c.CO/depth/c.KW
		total, sum := float32(0), float32(0)
		if accumulate {
			sum = dw[i]
		}
		for row := range n * c.OH {
			image, oh := row/c.OH, row%c.OH
			if rows > 0 && row%rows == 0 {
				if row == rows {
					total = sum
				} else if row > 0 {
					total += sum
				}
				if row > 0 {
					sum = 0
				}
			}
			for ow := range c.OW {
				ih, iw := oh*c.StrideH-c.PadH+kh*c.DilationH, ow*c.StrideW-c.PadW+kw*c.DilationW
				if ih >= 0 && ih < c.H && iw >= 0 && iw < c.W {
					sum = fma(x[((image*c.H+ih)*c.W+iw)*c.CI+co/width*depth+ci], dy[(row*c.OW+ow)*c.CO+co], sum)
				}
			}
		}
		if rows > 0 && n*c.OH > rows {
			sum = total + sum
		}
		dw[i] = sum
	}
}

func startOf(start Start, old float32, bias []float32, j int) float32 {
	switch start {
	case FromC:
		return old
	case FromBias:
		return bias[j]
	}
	return 0
}

// convOf fills in the output's size and what is left at zero.
func convOf(c Conv) Conv {
	for _, d := range []*int{&c.StrideH, &c.StrideW, &c.DilationH, &c.DilationW, &c.Groups} {
		*d = max(1, *d)
	}
	c.OH = (c.H+2*c.PadH-c.DilationH*(c.KH-1)-1)/c.StrideH + 1
	c.OW = (c.W+2*c.PadW-c.DilationW*(c.KW-1)-1)/c.StrideW + 1
	return c
}

func (c Conv) String() string {
	return fmt.Sprintf("%dx%dx%d>%dx%dx%d k%dx%d s%dx%d p%dx%d d%dx%d g%d", c.H, c.W, c.CI, c.OH, c.OW, c.CO, c.KH, c.KW,
		c.StrideH, c.StrideW, c.PadH, c.PadW, c.DilationH, c.DilationW, c.Groups)
}

// randomConv returns a small shape, from time to time one with a long chain or many columns.
func randomConv(r *rand.Rand) Conv {
	for {
		c := Conv{H: 1 + r.IntN(9), W: 1 + r.IntN(9), CI: 1 + r.IntN(9), CO: 1 + r.IntN(20), KH: 1 + r.IntN(4), KW: 1 + r.IntN(4)}
		if r.IntN(2) == 0 {
			c.StrideH, c.StrideW = 1+r.IntN(3), 1+r.IntN(3)
		}
		if r.IntN(4) == 0 {
			c.DilationH, c.DilationW = 1+r.IntN(2), 1+r.IntN(2)
		}
		c.PadH, c.PadW = r.IntN(3), r.IntN(3)
		switch r.IntN(8) {
		case 0: // grouped
			c.Groups = 1 + r.IntN(3)
			c.CI, c.CO = c.Groups*(1+r.IntN(4)), c.Groups*(1+r.IntN(5))
		case 1, 2: // depthwise
			c.CI = 2 + r.IntN(40)
			c.CO, c.Groups = c.CI, c.CI
		case 3:
			c.CO = 20 + r.IntN(60)
		case 4: // blocks of the chain
			c.CI, c.H, c.W = 60+r.IntN(100), 1+r.IntN(4), 1+r.IntN(4)
		case 5:
			c.CI, c.CO, c.KH, c.KW = 300+r.IntN(500), 1+r.IntN(3), 1+r.IntN(2), 1+r.IntN(2)
			c.H, c.W = 2, 2
		}
		if c = convOf(c); c.H+2*c.PadH >= c.DilationH*(c.KH-1)+1 && c.W+2*c.PadW >= c.DilationW*(c.KW-1)+1 && c.Check() == nil {
			return c
		}
	}
}

// TestConvHasOneResult compares every set and number of threads with the definition.
func TestConvHasOneResult(t *testing.T) {
	defer func(s set, n, work int) { active, threads, convWork = s, n, work }(active, threads, convWork)
	convWork = 1 << 8 // so that small passes are divided
	r := rand.New(rand.NewPCG(11, 4))
	cases := 250
	if testing.Short() {
		cases = 60
	}
	for k := range cases {
		c, n := randomConv(r), 1+r.IntN(4)
		if k%25 == 7 { // bands, and chains that restart
			c, n = convOf(Conv{H: 20 + r.IntN(9), W: 30 + r.IntN(9), CI: 1 + r.IntN(3), CO: 3, KH: 3, KW: 3, PadH: 1, PadW: r.IntN(2)}), 6
		}
		checkConv(t, r, c, n, k%3 == 0)
	}
}

func checkConv(t *testing.T, r *rand.Rand, c Conv, n int, special bool) {
	t.Helper()
	x, w, dy := randomSlice(r, n*c.inputs(), special), randomSlice(r, c.weights(), special), randomSlice(r, n*c.outputs(), special)
	biasOut, biasIn := randomSlice(r, c.CO, special), randomSlice(r, c.CI, special)
	y0, dx0, dw0 := randomSlice(r, len(dy), special), randomSlice(r, len(x), special), randomSlice(r, len(w), special)
	start, relu := Start(r.IntN(3)), r.IntN(2) == 0
	run := func(forward, input func(dst, a, w []float32, n int, start Start, bias []float32, relu bool), weights func(dw, x, dy []float32, n int, accumulate bool)) [3][]float32 {
		y, dx, dw := clone(y0), clone(dx0), clone(dw0)
		forward(y, x, w, n, start, biasOut, relu)
		input(dx, dy, w, n, start, biasIn, relu)
		weights(dw, x, dy, n, start == FromC)
		return [3][]float32{y, dx, dw}
	}
	want := run(
		func(y, x, w []float32, n int, s Start, b []float32, relu bool) {
			defineForward(c, y, x, w, n, s, b, relu)
		},
		func(dx, dy, w []float32, n int, s Start, b []float32, relu bool) {
			defineInput(c, dx, dy, w, n, s, b, relu)
		},
		func(dw, x, dy []float32, n int, acc bool) { defineWeights(c, dw, x, dy, n, acc, c.chainRows()) },
	)
	for s := setGo; s <= best; s++ {
		for _, threads = range []int{1, 2, 3} {
			active = s
			got := run(c.Forward, c.BackwardInput, c.BackwardWeights)
			for i, pass := range []string{"y", "dx", "dw"} {
				if at := difference(got[i], want[i]); at >= 0 {
					t.Fatalf("%s, %d threads, N%d %v start %d relu %v: %s[%d] = %x, want %x", setNames[s], threads, n, c, start, relu,
						pass, at, math.Float32bits(got[i][at]), math.Float32bits(want[i][at]))
				}
			}
		}
	}
}

func clone(x []float32) []float32 { return append([]float32(nil), x...) }

// TestConvVectors holds the published hashes, whose chains are shorter than any restart.
func TestConvVectors(t *testing.T) {
	for _, v := range []struct {
		c         Conv
		n         int
		y, dx, dw uint64
	}{
		{convOf(Conv{H: 7, W: 9, CI: 8, CO: 32, KH: 3, KW: 3, PadH: 1, PadW: 1}), 2, 0xa70800d52e723c48, 0x9e5a99c1f8d79c07, 0xecdd20663e2f179b},
		{convOf(Conv{H: 20, W: 20, CI: 4, CO: 32, KH: 8, KW: 8, StrideH: 4, StrideW: 4}), 2, 0x1c4264cfb05e2292, 0xe2d272f816c9c9f3, 0x5e3f1c4f27710c21},
	} {
		u := uint32(1)
		next := func(n int) []float32 {
			x := make([]float32, n)
			for i := range x {
				u = u*1664525 + 1013904223
				x[i] = float32(int32(u)>>8) * 0x1p-23
			}
			return x
		}
		x, w := next(v.n*v.c.inputs()), next(v.c.weights())
		dy := next(v.n * v.c.outputs())
		eachSet(t, func(t *testing.T) {
			y, dx, dw := make([]float32, len(dy)), make([]float32, len(x)), make([]float32, len(w))
			v.c.Forward(y, x, w, v.n, FromZero, nil, false)
			v.c.BackwardInput(dx, dy, w, v.n, FromZero, nil, false)
			v.c.BackwardWeights(dw, x, dy, v.n, false)
			for i, want := range []uint64{v.y, v.dx, v.dw} {
				if got := hashOf([][]float32{y, dx, dw}[i]); got != want {
					t.Errorf("%v: hash %d = %016x, want %016x", v.c, i, got, want)
				}
			}
		})
	}
}

func hashOf(x []float32) uint64 {
	h := fnv.New64a()
	for _, v := range x {
		b := math.Float32bits(v)
		h.Write([]byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24)})
	}
	return h.Sum64()
}

// TestBordersDoNotExist holds what only strange numbers show: a tap outside x neither turns a
// chain of -0 into +0 nor an infinite weight into NaN.
func TestBordersDoNotExist(t *testing.T) {
	c := convOf(Conv{H: 3, W: 3, CI: 1, CO: 8, KH: 3, KW: 3, PadH: 1, PadW: 1})
	inf, minusZero := float32(math.Inf(1)), f32(1<<31)
	eachSet(t, func(t *testing.T) {
		x, w, bias := make([]float32, c.inputs()), make([]float32, c.weights()), make([]float32, c.CO)
		y := make([]float32, c.outputs())
		for j := range c.CO {
			w[j] = inf // tap (0, 0): outside for the first row and column
			bias[j] = minusZero
		}
		for i := range x {
			x[i] = 1
		}
		c.Forward(y, x, w, 1, FromZero, nil, false)
		if y[0] != 0 || y[8*4] != inf {
			t.Errorf("y at a corner and in the middle = %v, %v with an infinite weight there", y[0], y[8*4])
		}
		c.BackwardInput(x, y[:0:0], w, 0, FromZero, nil, false) // no images are no work
		clear(w)
		for i := range w {
			w[i] = 1e-30 // fma(x, w, -0) underflows to -0 for x = -1e-30, and would be +0 for x = 0
		}
		for i := range x {
			x[i] = -1e-30
		}
		c.Forward(y, x, w, 1, FromBias, bias, false)
		for i, v := range y {
			if bits(v) != 1<<31 {
				t.Fatalf("y[%d] = %08x, want -0", i, bits(v))
			}
		}
		dy, dx := make([]float32, len(y)), make([]float32, len(x))
		for i := range dy {
			dy[i] = -1e-30
		}
		for i := range dx {
			dx[i] = minusZero
		}
		c.BackwardInput(dx, dy, w, 1, FromC, nil, false)
		for i, v := range dx {
			if bits(v) != 1<<31 {
				t.Fatalf("dx[%d] = %08x, want -0", i, bits(v))
			}
		}
		dy[0] = inf // at the corner: only the taps from the middle on have seen it
		c.BackwardWeights(w, dx, dy, 1, false)
		if v := w[0]; v != 0 {
			t.Errorf("dw of a tap outside x for an infinite dy = %v", v)
		}
	})
}

// TestLongChainsRestart holds the published definition, one chain over all of y, where it still
// applies, and that restarts are closer to the exact sum where it does not.
func TestLongChainsRestart(t *testing.T) {
	c, n := convOf(Conv{H: 32, W: 32, CI: 1, CO: 1, KH: 1, KW: 1, StrideH: 1, PadH: 1}), 4*41
	r := rand.New(rand.NewPCG(5, 5))
	x, dy := fill(r, n*c.inputs(), 0), fill(r, n*c.outputs(), 0)
	for i := range dy {
		dy[i] += 1 // so that the sum grows
	}
	for i := range x {
		x[i]++
	}
	exact := 0.0
	for image := range n {
		for oh := range c.OH {
			for ow := range c.OW {
				if ih := oh - c.PadH; ih >= 0 && ih < c.H {
					exact += float64(x[(image*c.H+ih)*c.W+ow]) * float64(dy[(image*c.OH+oh)*c.OW+ow])
				}
			}
		}
	}
	var one, restarted, got [1]float32
	defineWeights(c, one[:], x, dy, n, false, 0)
	defineWeights(c, restarted[:], x, dy, n, false, c.chainRows())
	c.BackwardWeights(got[:], x, dy, n, false)
	if !same(got[0], restarted[0]) {
		t.Errorf("dw = %v, defined as %v", got[0], restarted[0])
	}
	if a, b := math.Abs(float64(one[0])-exact), math.Abs(float64(got[0])-exact); b > a/4 {
		t.Errorf("off by %g with restarts, by %g without", b, a)
	}
	few := c.chainRows() / c.OH
	defineWeights(c, one[:], x, dy, few, false, 0)
	c.BackwardWeights(got[:], x, dy, few, false)
	if !same(got[0], one[0]) {
		t.Errorf("dw of one chain = %v, published definition %v", got[0], one[0])
	}
}

func TestConvAllocatesNothing(t *testing.T) {
	defer func(n, work int) { threads, convWork = n, work }(threads, convWork)
	convWork = 1 << 8
	for _, c := range []Conv{
		convOf(Conv{H: 9, W: 9, CI: 16, CO: 40, KH: 3, KW: 3, PadH: 1, PadW: 1}),
		convOf(Conv{H: 9, W: 9, CI: 16, CO: 16, KH: 3, KW: 3, PadH: 1, PadW: 1, Groups: 16}),
		convOf(Conv{H: 9, W: 9, CI: 16, CO: 16, KH: 1, KW: 1}),
	} {
		const n = 70
		x, w, y := make([]float32, n*c.inputs()), make([]float32, c.weights()), make([]float32, n*c.outputs())
		for _, threads = range []int{1, 2} {
			run := func() {
				c.Forward(y, x, w, n, FromZero, nil, true)
				c.BackwardInput(x, y, w, n, FromZero, nil, false)
				c.BackwardWeights(w, x, y, n, true)
			}
			run()
			if a := testing.AllocsPerRun(5, run); a != 0 {
				t.Errorf("%v, %d threads: %v allocations", c, threads, a)
			}
		}
	}
}
