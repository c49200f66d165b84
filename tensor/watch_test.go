package tensor

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// rootStep is a small training step on a tape: a layer, a root and a loss.
func rootStep(t *Tape, w, dw *Tensor, x []float32) {
	t.Reset()
	h := t.MatMul(t.InputOf(x, 2, 3), t.Param(w, dw))
	t.Backward(t.Mean(t.Sqrt(h)))
}

func TestProfile(t *testing.T) {
	p := StartProfile()
	tape := NewTape()
	p.Stop()
	if NewTape().watch != nil {
		t.Error("a tape made after Stop is profiled")
	}
	w, dw := New(3, 4), New(3, 4)
	fill(w.Data, 1)
	x := []float32{1, 2, 3, 4, 5, 6}
	for range 5 {
		rootStep(tape, w, dw, x)
	}
	tape.Reset()
	tape.Inference(true)
	tape.Sqrt(tape.InputOf(x, 6)) // not counted
	if p.Steps() != 5 {
		t.Errorf("%d steps, want 5", p.Steps())
	}
	got := map[string]OpProfile{}
	for _, o := range p.Ops() {
		name := o.Op
		if o.Backward {
			name += "'"
		}
		got[name] = o
		if o.Time <= 0 {
			t.Errorf("%s took %v", name, o.Time)
		}
	}
	for _, want := range []struct {
		name         string
		flops, bytes float64 // of one call
	}{
		{"MatMul", 2 * 2 * 3 * 4, 4 * (6 + 12 + 8)},
		{"MatMul'", 2 * 2 * 3 * 4, 4 * (6 + 12 + 8 + 12)}, // the input wants no gradient
		{"Sqrt", 8, 4 * (8 + 8)},
		{"Sqrt'", 8, 4 * (8 + 8 + 8)},
		{"Mean", 1, 4 * (8 + 1)},
		{"Mean'", 1, 4 * (8 + 1 + 8)},
	} {
		if o := got[want.name]; o.Calls != 5 || o.FLOPs != 5*want.flops || o.Bytes != 5*want.bytes {
			t.Errorf("%s: %+v, want 5 calls of %v FLOPs and %v bytes", want.name, o, want.flops, want.bytes)
		}
	}
	if len(got) != 7 || got[Outside].Calls != 0 {
		t.Errorf("operations %v", got)
	}
}

// TestUnwatched: watching changes no bit, and a tape that is not watched allocates nothing.
func TestUnwatched(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6}
	run := func(tape *Tape) []float32 {
		w, dw := New(3, 4), New(3, 4)
		for i := range w.Data {
			w.Data[i] = .1 * float32(i+1)
		}
		rootStep(tape, w, dw, x)
		return dw.Data
	}
	p, tr := StartProfile(), StartTrace()
	watched := NewTape()
	p.Stop()
	tr.Stop()
	plain := NewTape()
	a, b := run(watched), run(plain)
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			t.Fatalf("element %d is %v watched, %v otherwise", i, a[i], b[i])
		}
	}
	if f := tr.Fault(); f != nil {
		t.Errorf("found %v", f)
	}
	w, dw := New(3, 4), New(3, 4)
	if n := testing.AllocsPerRun(20, func() { rootStep(plain, w, dw, x) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestBlame(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name string
		f    func(t *Tape, x Var)
		data float32
		want Fault
		text string
	}{
		{"forward", func(t *Tape, x Var) { t.Backward(t.Mean(t.Exp(t.Log(t.AddScalar(x, -2))))) }, 1,
			Fault{Op: "Log", Number: 1, Element: 0}, "element 0 of its result [2 2] is NaN, though its operands are finite"},
		{"infinity", func(t *Tape, x Var) { t.Backward(t.Mean(t.Exp(t.Scale(x, 100)))) }, 1,
			Fault{Op: "Exp", Number: 1, Element: 0}, "is +Inf"},
		{"gradient", func(t *Tape, x Var) { t.Backward(t.Mean(t.Mul(t.Sqrt(t.AddScalar(x, -1)), t.Const(3)))) }, 1,
			Fault{Op: "Sqrt", Number: 1, Element: 0, Gradient: true}, "element 0 of an operand's gradient [2 2] is +Inf"},
		{"given", func(t *Tape, x Var) { t.Backward(t.Mean(t.Scale(x, 2))) }, nan,
			Fault{Op: "Scale", Number: 0, Element: 0, Given: true}, "(a parameter or an input)"},
		{"before Backward", func(t *Tape, x Var) { t.Log(t.Neg(x)) }, 1, Fault{Op: "Log", Number: 1}, "operation 1 of the forward pass"},
	} {
		tape := NewTape()
		value, grad := Of([]float32{c.data, 2, 3, 4}, 2, 2), New(2, 2)
		step := func() { tape.Reset(); c.f(tape, tape.Param(value, grad)) }
		step()
		err := tape.Blame(step)
		var f *Fault
		if !errors.As(err, &f) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if f.Op != c.want.Op || f.Number != c.want.Number || f.Element != c.want.Element || f.Gradient != c.want.Gradient || f.Given != c.want.Given {
			t.Errorf("%s: %+v, want %+v", c.name, f, c.want)
		}
		if !strings.Contains(f.Error(), c.text) {
			t.Errorf("%s: %q does not say %q", c.name, f, c.text)
		}
	}
	tape := NewTape()
	if err := tape.Blame(func() { tape.Reset(); tape.Exp(tape.Const(1)) }); err == nil || !strings.Contains(err.Error(), "no operation") {
		t.Errorf("a step without a fault: %v", err)
	}
}

// TestFLOPs: the operations that are products count them.
func TestFLOPs(t *testing.T) {
	param := func(tape *Tape, dims ...int) Var { return tape.Param(New(dims...), New(dims...)) }
	for _, c := range []struct {
		name              string
		f                 func(t *Tape) Var
		forward, backward float64
	}{
		{"Linear", func(t *Tape) Var { return t.Linear(param(t, 3, 5), param(t, 5, 7), param(t, 7), ReLU) }, 2 * 3 * 5 * 7, 4 * 3 * 5 * 7},
		{"TiedHead", func(t *Tape) Var { return t.TiedHead(param(t, 3, 5), param(t, 7, 5)) }, 2 * 3 * 5 * 7, 4 * 3 * 5 * 7},
		{"Conv2D", func(t *Tape) Var {
			return t.Conv2D(t.Buffer(2, 8, 8, 4), param(t, 3, 3, 2, 6), param(t, 6), ConvOptions{Groups: 2})
		}, 2 * (2 * 6 * 6 * 6) * (3 * 3 * 2), 2 * (2 * 6 * 6 * 6) * (3 * 3 * 2)},
		{"ConvTranspose2D", func(t *Tape) Var {
			return t.ConvTranspose2D(param(t, 2, 5, 5, 6), param(t, 3, 3, 4, 6), Var{}, ConvOptions{})
		}, 2 * (2 * 5 * 5 * 6) * (3 * 3 * 4), 4 * (2 * 5 * 5 * 6) * (3 * 3 * 4)},
		{"LSTM", func(t *Tape) Var {
			y, _, _ := t.LSTM(t.Buffer(2, 5, 3), RecurrentWeights{param(t, 3, 16), param(t, 4, 16), param(t, 16), param(t, 16)}, Var{}, Var{}, Sequence{})
			return y
		}, 2 * (2 * 5) * (3*16 + 4*16), 4 * (2 * 5) * (3*16 + 4*16)},
		{"Attention", func(t *Tape) Var {
			return t.SelfAttention(param(t, 2, 5, 24), AttentionOptions{Heads: 2, Causal: true})
		}, 2 * 2 * 2 * 15 * 8, 4 * 2 * 2 * 15 * 8},
		{"Attention", func(t *Tape) Var {
			return t.Attention(param(t, 2, 5, 8), param(t, 2, 7, 8), param(t, 2, 7, 6), AttentionOptions{Heads: 2})
		}, 2 * 2 * 2 * 35 * 7, 4 * 2 * 2 * 35 * 7},
	} {
		p := StartProfile()
		tape := NewTape()
		p.Stop()
		tape.Backward(tape.Sum(c.f(tape)))
		seen := 0
		for _, o := range p.Ops() {
			want := c.forward
			if o.Backward {
				want = c.backward
			}
			if o.Op == c.name {
				if seen++; o.FLOPs != want {
					t.Errorf("%s, backward %v: %v FLOPs, want %v", c.name, o.Backward, o.FLOPs, want)
				}
			}
		}
		if seen != 2 {
			t.Errorf("%s was seen %d times", c.name, seen)
		}
	}
	for name := range flops {
		if !slices.ContainsFunc(operations, func(o *operation) bool { return o.name == name }) {
			t.Errorf("there is no operation %s", name)
		}
	}
}
