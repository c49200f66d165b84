package tensor

import (
	"fmt"
	"math"
	"testing"

	"tesuji/internal/rng"
)

// TestWinograd compares with Conv2D, on boards of all tiles, whole and cut off.
func TestWinograd(t *testing.T) {
	for _, c := range []struct{ h, w, n, ci, co int }{{3, 3, 1, 1, 1}, {5, 5, 3, 7, 9}, {6, 7, 2, 4, 4}, {7, 7, 2, 16, 8}, {9, 9, 2, 8, 24}, {1, 1, 2, 3, 2}, {13, 13, 1, 3, 3}, {19, 19, 1, 2, 2}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			r := rng.New(1, "winograd")
			normal := func(n int) []float32 {
				x := make([]float32, n)
				for i := range x {
					x[i] = float32(r.Normal())
				}
				return x
			}
			points := c.h * c.w
			x, w, bias, before := normal(points*c.n*c.ci), normal(9*c.ci*c.co), normal(c.co), normal(points*c.n*c.co)
			tape := NewTape()
			tape.Inference(true)
			want := tape.Value(tape.Conv2D(tape.InputOf(x, c.n, c.h, c.w, c.ci), tape.InputOf(w, 3, 3, c.ci, c.co), tape.InputOf(bias, c.co), ConvOptions{Pad: Both(1)}))

			k := NewWinograd(c.h, c.w, c.ci, c.co)
			k.SetWeights(w, bias)
			swapped := make([]float32, len(x)) // points first
			for i := range c.n {
				for p := range points {
					copy(swapped[(p*c.n+i)*c.ci:][:c.ci], x[(i*points+p)*c.ci:])
				}
			}
			for _, add := range []bool{false, true} {
				for _, relu := range []bool{false, true} {
					y, scratch := append([]float32(nil), before...), make([]float32, k.Scratch(c.n))
					k.Forward(y, swapped, c.n, add, relu, scratch)
					for i := range c.n {
						for p := range points {
							for o := range c.co {
								expected := want[(i*points+p)*c.co+o]
								if add {
									expected += before[(p*c.n+i)*c.co+o]
								}
								if relu {
									expected = max(0, expected)
								}
								if got := y[(p*c.n+i)*c.co+o]; math.Abs(float64(got-expected)) > 2e-4 {
									t.Fatalf("board %d, point %d, channel %d: %v, want %v", i, p, o, got, expected)
								}
							}
						}
					}
				}
			}
			y, scratch := make([]float32, len(before)), make([]float32, k.Scratch(c.n))
			if n := testing.AllocsPerRun(5, func() { k.Forward(y, swapped, c.n, false, false, scratch) }); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

// TestWinogradBits: every kernel set and any neighbours in the batch give the same bits.
func TestWinogradBits(t *testing.T) {
	defer func(name string) {
		if err := ForceKernels(name); err != nil {
			t.Error(err)
		}
	}(Kernels())
	const h, w, n, c = 5, 6, 5, 20
	r := rng.New(2, "winograd")
	x, weights := make([]float32, h*w*n*c), make([]float32, 9*c*c)
	for i := range x {
		x[i] = float32(r.Normal())
	}
	for i := range weights {
		weights[i] = float32(r.Normal())
	}
	k := NewWinograd(h, w, c, c)
	k.SetWeights(weights, make([]float32, c))
	var first []float32
	for _, set := range []string{"avx512", "avx2", "go"} {
		if err := ForceKernels(set); err != nil {
			t.Logf("not tested here: %v", err)
			continue
		}
		y := make([]float32, len(x))
		k.Forward(y, x, n, false, false, make([]float32, k.Scratch(n)))
		one, alone := make([]float32, h*w*c), make([]float32, h*w*c)
		for p := range h * w {
			copy(one[p*c:(p+1)*c], x[(p*n+3)*c:])
		}
		k.Forward(alone, one, 1, false, false, make([]float32, k.Scratch(1)))
		for p := range h * w {
			for i := range c {
				if y[(p*n+3)*c+i] != alone[p*c+i] {
					t.Fatalf("%s: a board alone has other bits than among others", set)
				}
			}
		}
		if first == nil {
			first = y
		}
		for i := range y {
			if math.Float32bits(y[i]) != math.Float32bits(first[i]) {
				t.Fatalf("%s: element %d is %v, not %v", set, i, y[i], first[i])
			}
		}
	}
}

func BenchmarkWinograd(b *testing.B) {
	for _, c := range []struct{ size, c, n int }{{5, 32, 16}, {5, 32, 32}, {5, 32, 64}, {7, 64, 8}, {7, 64, 16}, {9, 64, 4}, {9, 64, 8}, {9, 64, 16}, {9, 96, 4}, {9, 96, 8}, {9, 96, 16}} {
		b.Run(fmt.Sprintf("%dx%d-c%d-n%d", c.size, c.size, c.c, c.n), func(b *testing.B) {
			k := NewWinograd(c.size, c.size, c.c, c.c)
			x := make([]float32, c.size*c.size*c.n*c.c)
			y, scratch := make([]float32, len(x)), make([]float32, k.Scratch(c.n))
			for b.Loop() {
				k.Forward(y, x, c.n, true, false, scratch)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*c.n), "µs/board")
		})
		b.Run(fmt.Sprintf("%dx%d-c%d-n%d-direct", c.size, c.size, c.c, c.n), func(b *testing.B) {
			tape := NewTape()
			tape.Inference(true)
			x, w := New(c.n, c.size, c.size, c.c), New(3, 3, c.c, c.c)
			for b.Loop() {
				tape.Reset()
				tape.Conv2D(tape.Input(x), tape.Input(w), Var{}, ConvOptions{Pad: Both(1)})
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*c.n), "µs/board")
		})
	}
}
