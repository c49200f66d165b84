package kernel

import (
	"math/rand/v2"
	"testing"
)

// definePool computes a pool and its gradient window by window.
func definePool(p Pool, mean bool, x, dy, dx0 []float32, n int, accumulate bool) (y, index, dx []float32) {
	y, index, dx = make([]float32, n*p.outputs()), make([]float32, n*p.outputs()), clone(dx0)
	if !accumulate {
		clear(dx)
	}
	for image := range n {
		for oh := range p.OH {
			for ow := range p.OW {
				h0, h1, w0, w1 := oh*p.StrideH-p.PadH, oh*p.StrideH-p.PadH+p.KH, ow*p.StrideW-p.PadW, ow*p.StrideW-p.PadW+p.KW
				kw := p.KW
				if p.Adaptive {
					h0, h1 = oh*p.H/p.OH, ((oh+1)*p.H+p.OH-1)/p.OH
					w0, w1 = ow*p.W/p.OW, ((ow+1)*p.W+p.OW-1)/p.OW
					kw = (p.W+p.OW-1)/p.OW + 1
				}
				count := (min(h1, p.H) - max(h0, 0)) * (min(w1, p.W) - max(w0, 0))
				if p.IncludePad && !p.Adaptive {
					count = (min(h1, p.H+p.PadH) - h0) * (min(w1, p.W+p.PadW) - w0)
				}
				for c := range p.C {
					at := ((image*p.OH+oh)*p.OW+ow)*p.C + c
					best, tap, sum := 0, -1, float32(0)
					for h := max(h0, 0); h < min(h1, p.H); h++ {
						for w := max(w0, 0); w < min(w1, p.W); w++ {
							i := ((image*p.H+h)*p.W+w)*p.C + c
							sum += x[i]
							if tap < 0 || x[i] > x[best] || x[i] != x[i] {
								best, tap = i, (h-h0)*kw+w-w0
							}
							if mean {
								dx[i] += dy[at] / float32(count)
							}
						}
					}
					y[at], index[at] = x[best], float32(tap)
					if mean {
						y[at] = sum / float32(count)
						continue
					}
					for h := max(h0, 0); h < min(h1, p.H); h++ {
						for w := max(w0, 0); w < min(w1, p.W); w++ {
							i, g := ((image*p.H+h)*p.W+w)*p.C+c, float32(0)
							if i == best {
								g = dy[at]
							}
							dx[i] += g
						}
					}
				}
			}
		}
	}
	return y, index, dx
}

func randomPool(r *rand.Rand) Pool {
	for {
		p := Pool{H: 1 + r.IntN(11), W: 1 + r.IntN(11), C: 1 + r.IntN(20), KH: 1 + r.IntN(3), KW: 1 + r.IntN(3),
			StrideH: 1 + r.IntN(3), StrideW: 1 + r.IntN(3), PadH: r.IntN(2), PadW: r.IntN(2), IncludePad: r.IntN(2) == 0}
		p.OH, p.OW = (p.H+2*p.PadH-p.KH+p.StrideH*r.IntN(2))/p.StrideH+1, (p.W+2*p.PadW-p.KW+p.StrideW*r.IntN(2))/p.StrideW+1
		if r.IntN(4) == 0 {
			p = Pool{H: p.H, W: p.W, C: p.C, OH: 1 + r.IntN(p.H), OW: 1 + r.IntN(p.W+3), Adaptive: true}
		}
		if p.Check() == nil {
			return p
		}
	}
}

// TestPoolHasOneResult compares every set and number of threads with the definition.
func TestPoolHasOneResult(t *testing.T) {
	defer func(s set, n, work int) { active, threads, convWork = s, n, work }(active, threads, convWork)
	convWork = 1 << 8
	r := rand.New(rand.NewPCG(3, 9))
	for k := range 200 {
		p, n := randomPool(r), 1+r.IntN(4)
		if k%40 == 1 {
			p.C = widePool + r.IntN(9)
		}
		if k%40 == 0 {
			p, n = Pool{H: 40, W: 40, C: 3, OH: 20, OW: 20, KH: 3, KW: 3, StrideH: 2, StrideW: 2, PadH: 1, PadW: 1}, 2
		}
		x, dy, dx0 := fill(r, n*p.inputs(), k%families), fill(r, n*p.outputs(), k%2), fill(r, n*p.inputs(), k%2)
		for _, mean := range []bool{false, true} {
			accumulate := k%3 == 0
			wantY, wantIndex, wantDX := definePool(p, mean, x, dy, dx0, n, accumulate)
			for s := setGo; s <= best; s++ {
				for _, threads = range []int{1, 2, 3} {
					active = s
					y, index, dx := make([]float32, len(dy)), clone(wantIndex), clone(dx0)
					if mean {
						p.Mean(y, x, n)
						p.BackwardMean(dx, dy, n, accumulate)
					} else {
						clear(index)
						p.Max(y, index, x, n)
						p.BackwardMax(dx, dy, index, n, accumulate)
					}
					for i, pair := range [][2][]float32{{y, wantY}, {index, wantIndex}, {dx, wantDX}} {
						if at := difference(pair[0], pair[1]); at >= 0 {
							t.Fatalf("%s, %d threads, N%d %+v mean %v: result %d [%d] = %v, want %v", setNames[s], threads, n, p, mean, i, at, pair[0][at], pair[1][at])
						}
					}
				}
			}
		}
	}
}

func TestPoolAllocatesNothing(t *testing.T) {
	p := Pool{H: 20, W: 20, C: 16, OH: 10, OW: 10, KH: 2, KW: 2, StrideH: 2, StrideW: 2}
	x, y, index := make([]float32, 8*p.inputs()), make([]float32, 8*p.outputs()), make([]float32, 8*p.outputs())
	run := func() {
		p.Max(y, index, x, 8)
		p.BackwardMax(x, y, index, 8, false)
		p.Mean(y, x, 8)
		p.BackwardMean(x, y, 8, true)
	}
	run()
	if a := testing.AllocsPerRun(5, run); a != 0 {
		t.Errorf("%v allocations", a)
	}
}
