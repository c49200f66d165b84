package tensor

import (
	"math"
	"testing"
)

func init() {
	affine := func(x []int) [][]int { c := x[len(x)-1]; return [][]int{x, {c}, {c}} }
	gradCases = append(gradCases,
		gradCase{"LayerNorm", affine([]int{5, 7}), -1, 1, func(t *Tape, v []Var) Var { return t.LayerNorm(v[0], v[1], v[2], 1e-5) }},
		gradCase{"LayerNorm without beta", [][]int{{5, 7}, {7}}, -1, 1, func(t *Tape, v []Var) Var { return t.LayerNorm(v[0], v[1], Var{}, 1e-5) }},
		gradCase{"LayerNorm plain", [][]int{{5, 7}}, -1, 1, func(t *Tape, v []Var) Var { return t.LayerNorm(v[0], Var{}, Var{}, 1e-5) }},
		gradCase{"RMSNorm", [][]int{{5, 7}, {7}}, -1, 1, func(t *Tape, v []Var) Var { return t.RMSNorm(v[0], v[1], 1e-6) }},
		gradCase{"RMSNorm plain", [][]int{{5, 7}}, -1, 1, func(t *Tape, v []Var) Var { return t.RMSNorm(v[0], Var{}, 1e-6) }},
		gradCase{"BatchNorm training", affine([]int{2, 3, 3, 4}), -1, 1, func(t *Tape, v []Var) Var {
			return t.BatchNorm(v[0], v[1], v[2], nil, 1e-5)
		}},
		gradCase{"BatchNorm training plain", [][]int{{9, 4}}, -1, 1, func(t *Tape, v []Var) Var {
			return t.BatchNorm(v[0], Var{}, Var{}, nil, 1e-5)
		}},
		gradCase{"BatchNorm evaluating", affine([]int{2, 3, 3, 4}), -1, 1, func(t *Tape, v []Var) Var {
			return t.BatchNorm(v[0], v[1], v[2], &Running{Mean: []float32{.1, .2, -.3, 0}, Var: []float32{1, 2, .5, .7}}, 1e-5)
		}},
		gradCase{"GroupNorm", affine([]int{2, 3, 2, 6}), -1, 1, func(t *Tape, v []Var) Var { return t.GroupNorm(v[0], v[1], v[2], 3, 1e-5) }},
		gradCase{"GroupNorm plain", [][]int{{2, 3, 2, 6}}, -1, 1, func(t *Tape, v []Var) Var { return t.GroupNorm(v[0], Var{}, Var{}, 2, 1e-5) }},
		gradCase{"Dropout", [][]int{{4, 6}}, -1, 1, func(t *Tape, v []Var) Var {
			t.Train(true)
			t.Noise(3, 4)
			return t.Dropout(v[0], 0.4)
		}},
		gradCase{"DropRows", [][]int{{4, 3, 2}}, -1, 1, func(t *Tape, v []Var) Var {
			t.Train(true)
			t.Noise(3, 4)
			return t.DropRows(v[0], 0.4)
		}},
		gradCase{"DropChannels", [][]int{{4, 3, 2, 5}}, -1, 1, func(t *Tape, v []Var) Var {
			t.Train(true)
			t.Noise(3, 4)
			return t.DropChannels(v[0], 0.4)
		}},
	)
}

func TestNormsNameTheirMisuse(t *testing.T) {
	tape := NewTape()
	in := func(dims ...int) Var { return tape.Input(New(dims...)) }
	mustPanic(t, "LayerNorm needs x [... C], gamma [C] or none", func() { tape.LayerNorm(in(2, 3), in(4), Var{}, 1e-5) })
	mustPanic(t, "LayerNorm needs", func() { tape.LayerNorm(in(2, 3), Var{}, in(3), 1e-5) })
	mustPanic(t, "GroupNorm needs x [B ... C] and groups that divide C", func() { tape.GroupNorm(in(2, 3, 4), Var{}, Var{}, 3, 1e-5) })
	mustPanic(t, "Dropout with a probability of 1", func() { tape.Dropout(in(2), 1) })
	mustPanic(t, "PReLU needs", func() { tape.PReLU(in(2, 3), in(2)) })
	mustPanic(t, "ELU with alpha 0, want one > 0", func() { tape.ELU(in(2, 3), 0) })
	mustPanic(t, "Add needs equal shapes", func() { tape.Add(in(2, 3, 4, 5), in(1, 3, 1, 5)) })
	tape.Train(true)
	mustPanic(t, "BatchNorm needs two rows", func() { tape.BatchNorm(in(1, 3), Var{}, Var{}, nil, 1e-5) })
}

// TestRunningStatistics: PyTorch's rule, the mean and the unbiased variance of the batch.
func TestRunningStatistics(t *testing.T) {
	run := &Running{Mean: []float32{1}, Var: []float32{2}, Momentum: 0.25}
	tape := NewTape()
	x := Of([]float32{0, 2, 4, 6}, 4, 1) // mean 3, unbiased variance 20/3
	y := tape.BatchNorm(tape.Input(x), Var{}, Var{}, run, 0)
	if got := tape.Value(y)[1]; math.Abs(float64(got)-1/math.Sqrt2) > 1e-6 {
		t.Errorf("evaluating, 2 becomes %v, want (2-1)/√2", got)
	}
	tape.Train(true)
	y = tape.BatchNorm(tape.Input(x), Var{}, Var{}, run, 0)
	if got := tape.Value(y)[0]; math.Abs(float64(got)+3/math.Sqrt(5)) > 1e-6 {
		t.Errorf("training, 0 becomes %v, want -3/√5", got)
	}
	if math.Abs(float64(run.Mean[0])-1.5) > 1e-6 || math.Abs(float64(run.Var[0])-(1.5+5.0/3)) > 1e-6 {
		t.Errorf("running mean %v and variance %v, want 1.5 and 3.1667", run.Mean[0], run.Var[0])
	}
}

// TestColumnMomentsAreAccurate: many rows of a great mean keep their small variance.
func TestColumnMomentsAreAccurate(t *testing.T) {
	const rows = 64*64 + 1000 // several levels of blocks, and a short one
	x := New(rows, 3)
	mean, squares := [3]float64{}, [3]float64{}
	for i := range x.Data {
		x.Data[i] = float32(1000*(i%3)) + float32((i*7919)%1024)/1024
		mean[i%3] += float64(x.Data[i]) / rows
	}
	for i, v := range x.Data {
		squares[i%3] += (float64(v) - mean[i%3]) * (float64(v) - mean[i%3])
	}
	run := &Running{Mean: make([]float32, 3), Var: make([]float32, 3), Momentum: 1}
	tape := NewTape()
	tape.Train(true)
	tape.BatchNorm(tape.Input(x), Var{}, Var{}, run, 1e-5)
	for c := range 3 {
		if want := squares[c] / (rows - 1); math.Abs(float64(run.Mean[c])-mean[c]) > 1e-6*(1+mean[c]) || math.Abs(float64(run.Var[c])-want) > 1e-4*want {
			t.Errorf("column %d: mean %v and variance %v, want %v and %v", c, run.Mean[c], run.Var[c], mean[c], want)
		}
	}
}

// TestDropoutAndNoise: the right share is dropped, the same step draws the same, and deviates have
// the moments they should.
func TestDropoutAndNoise(t *testing.T) {
	const n = 100_000
	draw := func(seed, step uint64) (kept int, z []float32) {
		tape := NewTape()
		tape.Train(true)
		tape.Noise(seed, step)
		ones := New(n)
		fill(ones.Data, 1)
		for _, v := range tape.Value(tape.Dropout(tape.Input(ones), 0.3)) {
			if v != 0 {
				kept++
			}
		}
		return kept, append([]float32(nil), tape.Value(tape.Normal(n))...)
	}
	kept, z := draw(1, 2)
	if math.Abs(float64(kept)/n-0.7) > 0.006 {
		t.Errorf("%d of %d kept, want about 0.7", kept, n)
	}
	var moments [5]float64
	for _, v := range z {
		for k, p := 1, float64(v); k < 5; k, p = k+1, p*float64(v) {
			moments[k] += p / n
		}
	}
	for k, want := range [5]float64{1: 0, 2: 1, 3: 0, 4: 3} {
		if math.Abs(moments[k]-want) > 0.1 {
			t.Errorf("moment %d is %v, want %v", k, moments[k], want)
		}
	}
	if again, w := draw(1, 2); again != kept || w[n-1] != z[n-1] {
		t.Error("the same step drew something else")
	}
	if _, w := draw(1, 3); w[0] == z[0] && w[1] == z[1] {
		t.Error("another step drew the same")
	}
	tape := NewTape()
	x := tape.Input(New(3))
	if tape.Dropout(x, 0.5) != x {
		t.Error("Dropout outside training is not the identity")
	}
}

// networkOfNorms takes a training step through everything in this file.
func networkOfNorms(tape *Tape, x *Tensor, labels []int32, p, g []*Tensor, run *Running, step uint64) float32 {
	tape.Reset()
	tape.Train(true)
	tape.Noise(11, step)
	v := make([]Var, 0, 8)
	for i := range p {
		v = append(v, tape.Param(p[i], g[i]))
	}
	rows := x.Shape.Rows()
	h := tape.Linear(tape.Input(x), v[0], v[1], GELU)
	h = tape.LayerNorm(h, v[2], v[3], 1e-5)
	h = tape.Dropout(h, 0.2)
	h = tape.BatchNorm(h, v[2], v[3], run, 1e-5)
	h = tape.SiLU(tape.Reshape(h, rows/4, 2, 2, h0))
	h = tape.GroupNorm(h, v[2], v[3], 4, 1e-5)
	h = tape.Add(tape.DropChannels(h, 0.1), tape.DropRows(tape.GELUTanh(h), 0.1))
	h = tape.RMSNorm(h, v[2], 1e-6)
	h = tape.PReLU(tape.Add(h, tape.Scale(tape.Normal(rows/4, 2, 2, h0), 0.1)), v[3])
	logits := tape.Linear(tape.Reshape(h, rows, h0), v[4], v[5], None)
	loss := tape.Mean(tape.CrossEntropyWith(logits, labels, CrossEntropyOptions{Smoothing: 0.1}))
	tape.Backward(loss)
	return tape.Scalar(loss)
}

const h0 = 48

func networkData(rows int) (x *Tensor, labels []int32, p, g []*Tensor, run *Running) {
	x = New(rows, 20)
	for i := range x.Data {
		x.Data[i] = float32((i*7919)%2048)/1024 - 1
	}
	labels = make([]int32, rows)
	for i := range labels {
		labels[i] = int32(i % 7)
	}
	for k, s := range [][]int{{20, h0}, {h0}, {h0}, {h0}, {h0, 7}, {7}} {
		w := New(s...)
		for i := range w.Data {
			w.Data[i] = 0.3*float32((i*31+k*17)%64)/32 - 0.3
			if k == 2 {
				w.Data[i]++
			}
		}
		p, g = append(p, w), append(g, New(s...))
	}
	return x, labels, p, g, &Running{Mean: make([]float32, h0), Var: make([]float32, h0), Momentum: 0.1}
}

func TestNormsAllocateNothing(t *testing.T) {
	for _, rows := range []int{8, 1200} {
		tape := NewTape()
		x, labels, p, g, run := networkData(rows)
		step := func() { networkOfNorms(tape, x, labels, p, g, run, 1) }
		for range 3 {
			step()
		}
		if n := testing.AllocsPerRun(20, step); n != 0 {
			t.Errorf("%d rows: %v allocations per step", rows, n)
		}
	}
}

// TestNormsSameBitsEverywhere: kernel sets and threads change nothing.
func TestNormsSameBitsEverywhere(t *testing.T) {
	defer func(name string, n int) { _ = ForceKernels(name); SetThreads(n) }(Kernels(), Threads())
	rows := 1200
	if testing.Short() {
		rows = 200
	}
	var want []float32
	for _, name := range []string{"avx512", "avx2", "go"} {
		if err := ForceKernels(name); err != nil {
			t.Logf("not compared: %v", err)
			continue
		}
		for _, threads := range []int{1, 2, 3} {
			SetThreads(threads)
			x, labels, p, g, run := networkData(rows)
			got := []float32{networkOfNorms(NewTape(), x, labels, p, g, run, 5)}
			got = append(append(got, run.Mean...), run.Var...)
			for _, d := range g {
				got = append(got, d.Data...)
			}
			if want == nil {
				want = got
			}
			for i, v := range got {
				if math.Float32bits(v) != math.Float32bits(want[i]) {
					t.Fatalf("%s, %d threads: number %d is %x, want %x", name, threads, i, math.Float32bits(v), math.Float32bits(want[i]))
				}
			}
			if name == "go" && threads == 1 && !testing.Short() {
				break // the others take long and share nothing
			}
		}
	}
}
