package kernel

import (
	"math"
	"testing"
)

// TestPhiloxVectors holds vectors that Random123 publishes with its generators (kat_vectors).
func TestPhiloxVectors(t *testing.T) {
	eachSet(t, func(t *testing.T) {
		for _, c := range []struct {
			s              Stream
			block, counter int
			want           [4]uint32
		}{
			{Stream{}, 0, 0, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
			{Stream{Seed: 0x299f31d0a4093822, Step: 0x0370734413198a2e, Draw: 0x85a308d3}, 0x243f6a, 0x88,
				[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
		} {
			var words [randomBlock]float32
			p := c.s.state()
			p.block(&words, c.block, randomBlock)
			for i, w := range c.want {
				if got := bits(words[i*randomLane+c.counter]); got != w {
					t.Errorf("word %d is %08x, want %08x", i, got, w)
				}
			}
		}
	})
}

// TestRandomSizes: an array's beginning does not depend on its length.
func TestRandomSizes(t *testing.T) {
	s := Stream{Seed: 5, Step: 6, Draw: 7}
	for name, f := range map[string]func(dst []float32){
		"Normal":  func(dst []float32) { Normal(dst, s) },
		"Uniform": func(dst []float32) { Uniform(dst, s) },
		"Dropout": func(dst []float32) {
			for i := range dst {
				dst[i] = 1
			}
			Dropout(dst, dst, s, 0.5, 2)
		},
	} {
		long := make([]float32, 5000)
		f(long)
		for _, n := range []int{1, 7, 255, 256, 257, 700, 1023, 1024, 1025, 4999} {
			short := make([]float32, n)
			f(short)
			if i := difference(short, long); i >= 0 {
				t.Errorf("%s of %d: element %d is %v, of 5000 %v", name, n, i, short[i], long[i])
			}
		}
	}
}

// TestNormalDistribution compares quantiles.
func TestNormalDistribution(t *testing.T) {
	const n = 1 << 20
	z := make([]float32, n)
	Normal(z, Stream{Seed: 1})
	for _, q := range []float64{-3.5, -2, -1, -0.3, 0, 0.7, 1.5, 3} {
		below := 0
		for _, v := range z {
			if float64(v) < q {
				below++
			}
		}
		p := 0.5 * math.Erfc(-q/math.Sqrt2)
		if sigma := math.Sqrt(p * (1 - p) / n); math.Abs(float64(below)/n-p) > 4.5*sigma {
			t.Errorf("%v of the deviates are below %v, want %v", float64(below)/n, q, p)
		}
	}
}
