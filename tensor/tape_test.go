package tensor

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func mustPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		switch r := recover().(type) {
		case nil:
			t.Errorf("no panic, want one with %q", want)
		case error:
			var s *ShapeError
			if !errors.As(r, &s) || !strings.Contains(r.Error(), want) {
				t.Errorf("panic %v, want a ShapeError with %q", r, want)
			}
		case string:
			if !strings.Contains(r, want) {
				t.Errorf("panic %q, want %q", r, want)
			}
		}
	}()
	f()
}

func TestMisuseIsNamed(t *testing.T) {
	tape := NewTape()
	in := func(dims ...int) Var { return tape.Input(New(dims...)) }
	mustPanic(t, "MatMul needs a [R K] and b [K N], got [[2 3] [4 5]]", func() { tape.MatMul(in(2, 3), in(4, 5)) })
	mustPanic(t, "Linear needs", func() { tape.Linear(in(2, 3), in(3, 4), in(5), None) })
	mustPanic(t, "Add needs equal shapes", func() { tape.Add(in(2, 3), in(2)) })
	mustPanic(t, "Concat needs", func() { tape.Concat(in(2, 3), in(3, 3)) })
	mustPanic(t, "Slice needs columns 2 to 5", func() { tape.Slice(in(2, 3), 2, 5) })
	mustPanic(t, "Gather needs an index for each row", func() { tape.Gather(in(2, 3), []int32{0}) })
	mustPanic(t, "Gather index 3 of row 1 is outside 0..2", func() { tape.Gather(in(2, 3), []int32{0, 3}) })
	mustPanic(t, "CrossEntropy label -1 of row 0", func() { tape.CrossEntropy(in(1, 3), []int32{-1}) })
	mustPanic(t, "Reshape needs", func() { tape.Reshape(in(2, 3), 7) })
	mustPanic(t, "a loss of one element", func() { tape.Backward(in(2)) })
	mustPanic(t, "a value and a gradient of one shape", func() { tape.Param(New(2), New(3)) })
	old := in(2)
	tape.Reset()
	mustPanic(t, "after its tape's Reset", func() { tape.Value(old) })
	p := tape.Param(New(1), New(1))
	loss := tape.Square(p)
	tape.Backward(loss)
	mustPanic(t, "ran twice", func() { tape.Backward(loss) })
}

func TestInferenceRecordsNothing(t *testing.T) {
	tape := NewTape()
	tape.Inference(true)
	p := tape.Param(Of([]float32{3}, 1), New(1))
	y := tape.Square(p)
	if len(tape.records) != 0 || tape.Value(y)[0] != 9 {
		t.Errorf("%d records, value %g", len(tape.records), tape.Value(y)[0])
	}
	tape.Backward(y) // nothing to do
}

func TestDetachStopsTheGradient(t *testing.T) {
	tape := NewTape()
	g := New(1)
	p := tape.Param(Of([]float32{3}, 1), g)
	tape.Backward(tape.Mul(p, tape.Detach(p)))
	if g.Data[0] != 3 {
		t.Errorf("gradient %g, want 3", g.Data[0])
	}
}

func TestMinSharesTies(t *testing.T) {
	tape := NewTape()
	ga, gb := New(1), New(1)
	a, b := tape.Param(Of([]float32{2}, 1), ga), tape.Param(Of([]float32{2}, 1), gb)
	tape.Backward(tape.Min(a, b))
	if ga.Data[0] != 0.5 || gb.Data[0] != 0.5 {
		t.Errorf("gradients %g and %g, want 0.5 each", ga.Data[0], gb.Data[0])
	}
}

// step is a training step's worth of operations of every kind.
func step(tape *Tape, x *Tensor, labels []int32, p, g []*Tensor) float32 {
	tape.Reset()
	h := tape.Linear(tape.Input(x), tape.Param(p[0], g[0]), tape.Param(p[1], g[1]), Tanh)
	logits := tape.Linear(h, tape.Param(p[2], g[2]), tape.Param(p[3], g[3]), None)
	logp := tape.LogSoftmax(logits)
	picked := tape.Gather(logp, labels)
	ratio := tape.Exp(tape.Sub(picked, tape.Detach(picked)))
	clipped := tape.Clamp(ratio, 0.8, 1.2)
	entropy := tape.SumLast(tape.Mul(tape.Exp(logp), logp))
	loss := tape.Add(tape.Neg(tape.Mean(tape.Min(ratio, clipped))), tape.Scale(tape.Mean(entropy), 0.01))
	loss = tape.Add(loss, tape.Mean(tape.CrossEntropy(logits, labels)))
	tape.Backward(loss)
	return tape.Scalar(loss)
}

func stepData(batch int) (x *Tensor, labels []int32, p, g []*Tensor) {
	x, labels = New(batch, 4), make([]int32, batch)
	for i := range x.Data {
		x.Data[i] = float32(math.Sin(float64(i)))
	}
	for i := range labels {
		labels[i] = int32(i % 3)
	}
	for k, s := range [][]int{{4, 64}, {64}, {64, 3}, {3}} {
		w := New(s...)
		for i := range w.Data {
			w.Data[i] = 0.3 * float32(math.Cos(float64(7*i+k)))
		}
		p, g = append(p, w), append(g, New(s...))
	}
	return
}

func TestStepsAllocateNothing(t *testing.T) {
	tape := NewTape()
	x, labels, p, g := stepData(256)
	step(tape, x, labels, p, g)
	step(tape, x, labels, p, g)
	if n := testing.AllocsPerRun(50, func() { step(tape, x, labels, p, g) }); n != 0 {
		t.Errorf("%v allocations per step", n)
	}
}

// TestSameBitsEverywhere: kernel sets and thread counts change nothing.
func TestSameBitsEverywhere(t *testing.T) {
	defer func(name string, n int) { _ = ForceKernels(name); SetThreads(n) }(Kernels(), Threads())
	type result struct {
		loss float32
		g    []*Tensor
	}
	var first *result
	for _, name := range []string{"avx512", "avx2", "go"} {
		if err := ForceKernels(name); err != nil {
			t.Logf("not compared: %v", err)
			continue
		}
		for _, threads := range []int{1, 2, 3} {
			SetThreads(threads)
			x, labels, p, g := stepData(301)
			got := &result{step(NewTape(), x, labels, p, g), g}
			if first == nil {
				first = got
				continue
			}
			if math.Float32bits(got.loss) != math.Float32bits(first.loss) {
				t.Errorf("%s, %d threads: loss %x, want %x", name, threads, math.Float32bits(got.loss), math.Float32bits(first.loss))
			}
			for k := range g {
				for i, v := range got.g[k].Data {
					if w := first.g[k].Data[i]; math.Float32bits(v) != math.Float32bits(w) {
						t.Fatalf("%s, %d threads: gradient %d[%d] %x, want %x", name, threads, k, i, math.Float32bits(v), math.Float32bits(w))
					}
				}
			}
		}
	}
}

// TestArenaGrowsOnce: after the first steps one chunk holds everything.
func TestArenaGrowsOnce(t *testing.T) {
	tape := NewTape()
	for range 3 {
		tape.Reset()
		for range 20 {
			tape.Buffer(100, 1000)
		}
	}
	if n := len(tape.mem.chunks); n != 1 {
		t.Errorf("%d chunks", n)
	}
}

func BenchmarkOpOverhead(b *testing.B) {
	tape := NewTape()
	x, g := New(16), New(16)
	for b.Loop() {
		tape.Reset()
		v := tape.Param(x, g)
		for range 100 {
			v = tape.AddScalar(v, 1)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/op(16)")
}
