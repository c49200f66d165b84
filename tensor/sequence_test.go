package tensor

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// flat joins values into one row, so that a loss depends on all of them.
func flat(t *Tape, vs ...Var) Var {
	row := func(v Var) Var { return t.Reshape(v, 1, t.Shape(v).Size()) }
	y := row(vs[0])
	for _, v := range vs[1:] {
		y = t.Concat(y, row(v))
	}
	return y
}

var sequenceForms = []struct {
	name string
	seq  Sequence
}{
	{"", Sequence{}},
	{" with lengths", Sequence{Lengths: []int32{3, 0, 5}}},
	{" reversed", Sequence{Reverse: true}},
	{" reversed with lengths", Sequence{Lengths: []int32{3, 5, 1}, Reverse: true}},
	{" with starts", Sequence{Starts: startsOf(3, 5)}},
	{" with starts and lengths", Sequence{Starts: startsOf(3, 5), Lengths: []int32{5, 2, 3}}},
}

// startsOf marks some steps, a first one among them.
func startsOf(batch, steps int) []bool {
	s := make([]bool, batch*steps)
	for i := range s {
		s[i] = i%4 == 2 || i == steps
	}
	return s
}

func init() {
	const batch, steps, in, units = 3, 5, 2, 3
	weights := func(v []Var) RecurrentWeights { return RecurrentWeights{v[1], v[2], v[3], v[4]} }
	shapes := func(gates, states int) [][]int {
		s := [][]int{{batch, steps, in}, {in, gates * units}, {units, gates * units}, {gates * units}, {gates * units}}
		for range states {
			s = append(s, []int{batch, units})
		}
		return s
	}
	for _, f := range sequenceForms {
		gradCases = append(gradCases,
			gradCase{"RNN" + f.name, shapes(1, 1), -1, 1, func(t *Tape, v []Var) Var {
				return flat2(t.RNN(v[0], weights(v), v[5], Tanh, f.seq))(t)
			}},
			gradCase{"LSTM" + f.name, shapes(4, 2), -1, 1, func(t *Tape, v []Var) Var {
				y, h, c := t.LSTM(v[0], weights(v), v[5], v[6], f.seq)
				return flat(t, y, h, c)
			}},
			gradCase{"GRU" + f.name, shapes(3, 1), -1, 1, func(t *Tape, v []Var) Var {
				return flat2(t.GRU(v[0], weights(v), v[5], f.seq))(t)
			}})
	}
	gradCases = append(gradCases,
		gradCase{"RNN ReLU", shapes(1, 0), -1, 1, func(t *Tape, v []Var) Var {
			return flat2(t.RNN(v[0], weights(v), Var{}, ReLU, Sequence{}))(t)
		}},
		gradCase{"last cell state of an LSTM alone", shapes(4, 0), -1, 1, func(t *Tape, v []Var) Var {
			_, _, c := t.LSTM(v[0], weights(v), Var{}, Var{}, Sequence{})
			return c
		}},
		gradCase{"one step of a GRU", [][]int{{4, 1, 2}, {2, 9}, {3, 9}, {9}, {9}, {4, 3}}, -1, 1, func(t *Tape, v []Var) Var {
			y, _ := t.GRU(v[0], weights(v), v[5], Sequence{})
			return y
		}},
		gradCase{"one sequence through an LSTM", [][]int{{1, 4, 2}, {2, 12}, {3, 12}, {12}, {12}}, -1, 1, func(t *Tape, v []Var) Var {
			y, _, _ := t.LSTM(v[0], weights(v), Var{}, Var{}, Sequence{})
			return y
		}},
		gradCase{"two layers that share weights", [][]int{{2, 4, 3}, {3, 12}, {3, 12}, {12}, {12}}, -1, 1, func(t *Tape, v []Var) Var {
			y, h, c := t.LSTM(v[0], weights(v), Var{}, Var{}, Sequence{})
			z, _, _ := t.LSTM(y, weights(v), h, c, Sequence{Reverse: true})
			return z
		}})
}

func flat2(a, b Var) func(*Tape) Var { return func(t *Tape) Var { return flat(t, a, b) } }

// recurrentStep is a training step of a layer of each kind, and its gradients.
type recurrentStep struct {
	x       *Tensor
	p, g    []*Tensor // four for each of RNN, LSTM and GRU
	seq     Sequence
	dx      *Tensor
	outputs []float32
}

func newRecurrentStep(batch, steps, in, units int, seq Sequence) *recurrentStep {
	r := rand.New(rand.NewPCG(3, 4))
	s := &recurrentStep{x: New(batch, steps, in), dx: New(batch, steps, in), seq: seq}
	random := func(dims ...int) {
		w := New(dims...)
		for i := range w.Data {
			w.Data[i] = float32(r.NormFloat64() / math.Sqrt(float64(units)))
		}
		s.p, s.g = append(s.p, w), append(s.g, New(dims...))
	}
	for i := range s.x.Data {
		s.x.Data[i] = float32(r.NormFloat64())
	}
	for _, g := range []int{1, 4, 3} {
		random(in, g*units)
		random(units, g*units)
		random(g * units)
		random(g * units)
	}
	return s
}

func (s *recurrentStep) run(t *Tape) {
	t.Reset()
	x := t.Param(s.x, s.dx)
	var all [3]RecurrentWeights
	for k := range all {
		v := func(i int) Var { return t.Param(s.p[4*k+i], s.g[4*k+i]) }
		all[k] = RecurrentWeights{v(0), v(1), v(2), v(3)}
	}
	y0, h0 := t.RNN(x, all[0], Var{}, Tanh, s.seq)
	y1, _, c1 := t.LSTM(x, all[1], h0, Var{}, s.seq)
	y2, _ := t.GRU(x, all[2], c1, s.seq)
	y := t.Mul(t.Mul(y0, y1), y2)
	s.outputs = append(s.outputs[:0], t.Value(y)...)
	t.Backward(t.Sum(y))
}

// TestRecurrentBits: kernel sets and threads change no bit of outputs and gradients, for sizes
// that the vectors, panels and shares do not divide.
func TestRecurrentBits(t *testing.T) {
	for _, d := range [][4]int{{5, 6, 7, 9}, {33, 5, 20, 70}, {2, 3, 5, 40}} {
		batch, steps := d[0], d[1]
		lengths := make([]int32, batch)
		for b := range lengths {
			lengths[b] = int32((3*b + 2) % (steps + 1))
		}
		for _, seq := range []Sequence{{}, {Lengths: lengths, Reverse: true}, {Lengths: lengths, Starts: startsOf(batch, steps)}} {
			sameBits(t, fmt.Sprint(d), func() [][]float32 {
				s := newRecurrentStep(d[0], d[1], d[2], d[3], seq)
				s.run(NewTape())
				all := [][]float32{s.outputs, s.dx.Data}
				for _, g := range s.g {
					all = append(all, g.Data)
				}
				return all
			})
		}
	}
}

// sameBits runs f with every kernel set and 1, 2 and 3 threads and compares what it returns.
func sameBits(t *testing.T, name string, f func() [][]float32) {
	t.Helper()
	defer func(name string, n int) { _ = ForceKernels(name); SetThreads(n) }(Kernels(), Threads())
	var want [][]float32
	for _, set := range []string{"avx512", "avx2", "go"} {
		if err := ForceKernels(set); err != nil {
			continue // this machine lacks it
		}
		for _, threads := range []int{1, 2, 3} {
			if set == "go" && threads == 2 {
				continue // as slow as it is sure
			}
			SetThreads(threads)
			got := f()
			if want == nil {
				want = got
				continue
			}
			for k := range got {
				for i, v := range got[k] {
					if math.Float32bits(v) != math.Float32bits(want[k][i]) {
						t.Fatalf("%s: %s, %d threads: array %d differs at %d: %x, want %x",
							name, set, threads, k, i, math.Float32bits(v), math.Float32bits(want[k][i]))
					}
				}
			}
		}
	}
}

func TestRecurrentStepsAllocateNothing(t *testing.T) {
	for _, seq := range []Sequence{{}, {Lengths: []int32{4, 2, 3, 0}, Reverse: true}, {Starts: startsOf(4, 4)}} {
		s, tape := newRecurrentStep(4, 4, 8, 24, seq), NewTape()
		s.run(tape)
		s.run(tape)
		if n := testing.AllocsPerRun(20, func() { s.run(tape) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	}
}

// TestStepsAreTheSequence: stepping one at a time with the state carried over gives the bits of
// the whole sequence, resets and all.
func TestStepsAreTheSequence(t *testing.T) {
	const batch, steps, in, units = 3, 6, 4, 20
	starts := startsOf(batch, steps)
	s := newRecurrentStep(batch, steps, in, units, Sequence{})
	tape := NewTape()
	tape.Inference(true)
	input := func(x *Tensor) Var { return tape.Input(x) }
	w := RecurrentWeights{input(s.p[4]), input(s.p[5]), input(s.p[6]), input(s.p[7])}
	y, hT, cT := tape.LSTM(input(s.x), w, Var{}, Var{}, Sequence{Starts: starts})
	var h, c Var
	for step := range steps {
		x, begin := New(batch, 1, in), make([]bool, batch)
		for b := range batch {
			copy(x.Data[b*in:(b+1)*in], s.x.Data[(b*steps+step)*in:])
			begin[b] = starts[b*steps+step]
		}
		var out Var
		out, h, c = tape.LSTM(input(x), w, h, c, Sequence{Starts: begin})
		for b := range batch {
			for u := range units {
				if got, want := tape.Value(out)[b*units+u], tape.Value(y)[(b*steps+step)*units+u]; got != want {
					t.Fatalf("step %d, sequence %d: %g, want %g", step, b, got, want)
				}
			}
		}
	}
	for i, v := range tape.Value(h) {
		if v != tape.Value(hT)[i] || tape.Value(c)[i] != tape.Value(cT)[i] {
			t.Fatalf("last state %d: %g and %g, want %g and %g", i, v, tape.Value(c)[i], tape.Value(hT)[i], tape.Value(cT)[i])
		}
	}
}

// TestPaddingIsNotLookedAt: what lies past a sequence's end changes nothing, NaN included, and
// gets no gradient.
func TestPaddingIsNotLookedAt(t *testing.T) {
	lengths := []int32{2, 4, 0}
	for _, reverse := range []bool{false, true} {
		run := func(pad float32) *recurrentStep {
			s := newRecurrentStep(3, 4, 5, 6, Sequence{Lengths: lengths, Reverse: reverse})
			for b, n := range lengths {
				for i := int(n) * 5; i < 20; i++ {
					s.x.Data[b*20+i] = pad
				}
			}
			s.run(NewTape())
			return s
		}
		zero, nan := run(0), run(float32(math.NaN()))
		for k := range zero.g {
			for i, v := range zero.g[k].Data {
				if v != nan.g[k].Data[i] {
					t.Fatalf("gradient %d[%d] is %g beside %g", k, i, nan.g[k].Data[i], v)
				}
			}
		}
		for b, n := range lengths {
			for i := int(n) * 5; i < 20; i++ {
				if g := nan.dx.Data[b*20+i]; g != 0 {
					t.Fatalf("gradient %g of padding", g)
				}
			}
		}
	}
}

func TestMisusedSequencesAreNamed(t *testing.T) {
	tape := NewTape()
	in := func(dims ...int) Var { return tape.Input(New(dims...)) }
	w := RecurrentWeights{in(2, 12), in(3, 12), in(12), in(12)}
	lstm := func(x Var, h Var, s Sequence) func() { return func() { tape.LSTM(x, w, h, Var{}, s) } }
	mustPanic(t, "sequences [B T I]", lstm(in(4, 2), Var{}, Sequence{}))
	mustPanic(t, "weights [I G*H]", lstm(in(1, 4, 3), Var{}, Sequence{}))
	mustPanic(t, "a first state [B H]", lstm(in(2, 4, 2), in(1, 3), Sequence{}))
	mustPanic(t, "lengths up to T, not 5", lstm(in(1, 4, 2), Var{}, Sequence{Lengths: []int32{5}}))
	mustPanic(t, "a length for each sequence", lstm(in(1, 4, 2), Var{}, Sequence{Lengths: []int32{1, 2}}))
	mustPanic(t, "Starts for each step", lstm(in(1, 4, 2), Var{}, Sequence{Starts: make([]bool, 3)}))
	mustPanic(t, "the activation Tanh or ReLU", func() {
		tape.RNN(in(1, 4, 2), RecurrentWeights{in(2, 3), in(3, 3), in(3), in(3)}, Var{}, Sigmoid, Sequence{})
	})
}
