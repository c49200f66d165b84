package nets

import (
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"tesuji/internal/rng"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// hashed fills an array by formula, from a hash of the index and k: exact in float32, in [-1, 1).
func hashed(k int, dims ...int) *tensor.Tensor {
	x := tensor.New(dims...)
	for i := range x.Data {
		h := uint32(i + 1 + 1000003*k)
		h ^= h >> 16
		h *= 0x85ebca6b
		h ^= h >> 13
		h *= 0xc2b2ae35
		h ^= h >> 16
		x.Data[i] = float32(h>>8)/(1<<23) - 1
	}
	return x
}

// share is where a parameter lies in one of PyTorch's: which, and from which output on. PyTorch's
// matrices are [out, in].
type share struct {
	param        *Param
	number, from int
	outs         int // outputs of PyTorch's parameter
}

// sharesOf pairs parameters with PyTorch's in order.
func sharesOf(ps ...*Param) (all []share) {
	for i, p := range ps {
		all = append(all, share{p, i, 0, p.Value.Shape.Cols()})
	}
	return all
}

func (s share) matrix() bool { return s.param.Value.Shape.Rank() == 2 }

// at returns where element i of the parameter lies in PyTorch's.
func (s share) at(i int) int {
	if !s.matrix() {
		return s.from + i
	}
	in, out := s.param.Value.Shape.Rows(), s.param.Value.Shape.Cols()
	return (s.from+i%out)*in + i/out
}

// fill sets the parameter by formula number k, scaled as testdata/sequence.py says, or not.
func (s share) fill(k int, scaled, norm bool) {
	v := s.param.Value
	size, scale := s.outs, 0.1
	if s.matrix() {
		size, scale = s.outs*v.Shape.Rows(), math.Sqrt(3/float64(v.Shape.Rows()))
	}
	u := hashed(k, size)
	for i := range v.Data {
		x := float64(u.Data[s.at(i)])
		if scaled {
			x *= scale
		}
		if norm {
			x++
		}
		v.Data[i] = float32(x)
	}
}

// goldens is the arrays of testdata/sequence.safetensors by name.
func goldens(t *testing.T) map[string][]float32 {
	t.Helper()
	b, err := os.ReadFile("testdata/sequence.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	tensors, _, err := ReadSafetensors(b)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]float32{}
	for _, a := range tensors {
		n := 1
		for _, d := range a.Shape {
			n *= d
		}
		all[a.Name] = make([]float32, n)
		if err := a.Floats(all[a.Name]); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// closeTo compares arrays within 1e-5 of the greatest expected magnitude or 0.01 (float32 against
// float64 rounded to float32).
func closeTo(t *testing.T, name string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d elements, want %d", name, len(got), len(want))
		return
	}
	greatest := 1e-2
	for _, w := range want {
		greatest = max(greatest, math.Abs(float64(w)))
	}
	for i := range want {
		if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= 1e-5*greatest) {
			t.Errorf("%s: element %d is %g, want %g", name, i, got[i], want[i])
			return
		}
	}
}

// golden is a case of testdata/sequence.py.
type golden struct {
	name   string
	inputs []*tensor.Tensor
	shares []share
	norms  []int // numbers of the weights of norms among PyTorch's parameters
	run    func(t *tensor.Tape, x []tensor.Var) []tensor.Var
}

// check fills the parameters, runs the case and compares outputs and gradients.
func (g golden) check(t *testing.T, want map[string][]float32) {
	t.Helper()
	for _, s := range g.shares {
		s.fill(s.number+1, true, slices.Contains(g.norms, s.number))
	}
	tape := tensor.NewTape()
	var x []tensor.Var
	var dx []*tensor.Tensor
	for _, v := range g.inputs {
		d := &tensor.Tensor{Shape: v.Shape, Data: make([]float32, len(v.Data))}
		dx = append(dx, d)
		x = append(x, tape.Param(v, d))
	}
	loss := tape.Const(0)
	for i, y := range g.run(tape, x) {
		closeTo(t, fmt.Sprintf("%s.y%d", g.name, i), tape.Value(y), want[fmt.Sprintf("%s.y%d", g.name, i)])
		w := tape.Input(hashed(99+i, tape.Shape(y).Size()))
		loss = tape.Add(loss, tape.Sum(tape.Mul(tape.Reshape(y, tape.Shape(y).Size()), w)))
	}
	tape.Backward(loss)
	for i, d := range dx {
		name := fmt.Sprintf("%s.dx%d", g.name, i)
		closeTo(t, name, d.Data, want[name])
	}
	for _, s := range g.shares {
		all := want[fmt.Sprintf("%s.dp%d", g.name, s.number)]
		theirs := make([]float32, len(s.param.Grad.Data))
		for i := range theirs {
			theirs[i] = all[s.at(i)]
		}
		closeTo(t, "gradient of "+s.param.Name, s.param.Grad.Data, theirs)
	}
}

// TestRecurrentIsPyTorchs: packed sequences of several lengths through two layers in both
// directions, from given states.
func TestRecurrentIsPyTorchs(t *testing.T) {
	const batch, steps, in, hidden = 3, 5, 4, 6
	want := goldens(t)
	seq := tensor.Sequence{Lengths: []int32{5, 2, 4}}
	deep := RecurrentConfig{In: in, Hidden: hidden, Layers: 2, Bidirectional: true}
	r := rng.New(1, "test")
	for name, n := range map[string]*Recurrent{
		"rnn":      NewRNN("rnn", RecurrentConfig{In: in, Hidden: hidden}, r),
		"rnn_relu": NewRNN("rnn_relu", RecurrentConfig{In: in, Hidden: hidden, Act: tensor.ReLU}, r),
		"lstm":     NewLSTM("lstm", deep, r),
		"gru":      NewGRU("gru", deep, r),
	} {
		cells := len(n.cells)
		g := golden{name: name, inputs: []*tensor.Tensor{hashed(50, batch, steps, in), hashed(51, cells, batch, hidden)}}
		if n.kind == kindLSTM {
			g.inputs = append(g.inputs, hashed(52, cells, batch, hidden))
		}
		for p := range n.Params() {
			g.shares = append(g.shares, share{p, len(g.shares), 0, p.Value.Shape.Cols()})
		}
		g.run = func(tape *tensor.Tape, x []tensor.Var) []tensor.Var {
			var from State
			part := func(x tensor.Var, i int) tensor.Var {
				return tape.Reshape(tape.Slice(tape.Reshape(x, 1, cells*batch*hidden), i*batch*hidden, (i+1)*batch*hidden), batch, hidden)
			}
			for i := range cells {
				from.H[i] = part(x[1], i)
				if n.kind == kindLSTM {
					from.C[i] = part(x[2], i)
				}
			}
			y, to := n.Run(tape, x[0], from, seq)
			whole := func(parts []tensor.Var) tensor.Var {
				v := tape.Reshape(parts[0], 1, batch*hidden)
				for _, p := range parts[1:] {
					v = tape.Concat(v, tape.Reshape(p, 1, batch*hidden))
				}
				return tape.Reshape(v, cells, batch, hidden)
			}
			out := []tensor.Var{y, whole(to.H[:cells])}
			if n.kind == kindLSTM {
				out = append(out, whole(to.C[:cells]))
			}
			return out
		}
		t.Run(name, func(t *testing.T) { g.check(t, want) })
	}
}

// TestRecurrentByFormula: one sequence of three steps, results in float64.
func TestRecurrentByFormula(t *testing.T) {
	r := rng.New(1, "test")
	c := RecurrentConfig{In: 3, Hidden: 2}
	for _, g := range []struct {
		name               string
		n                  *Recurrent
		first              [3]float64
		sum, squares       float64
		dx, dwSum, dbSum   float64
		last, lastSquashed float64 // the last cell state of an LSTM
	}{
		{"RNN", NewRNN("n", c, r), [3]float64{.8055650616, .2013050727, .671200081}, 2.00783544, 2.422944106, .6828091294, .3459408633, .2292086419, 0, 0},
		{"LSTM", NewLSTM("n", c, r), [3]float64{-.08573821042, .1032085599, .2365877416}, .2819944867, .1182417001, -.01766329264, -.07098404629, -1.147561706, .1292707673, .120167837},
		{"GRU", NewGRU("n", c, r), [3]float64{-.2056140281, .105113928, .3673355762}, -.0139883782, .4853251953, .5149146914, .1052005815, -.7559513192, 0, 0},
	} {
		cell := g.n.cells[0]
		for i, p := range cell.all() {
			share{p, 0, 0, p.Value.Shape.Cols()}.fill(i+1, false, false)
		}
		tape := tensor.NewTape()
		dx := tensor.New(1, 3, 3)
		y, to := g.n.Run(tape, tape.Param(hashed(0, 1, 3, 3), dx), State{}, tensor.Sequence{})
		tape.Backward(tape.Sum(tape.Mul(y, tape.Input(hashed(9, 1, 3, 2)))))
		total := func(x []float32) (s, q float64) {
			for _, v := range x {
				s, q = s+float64(v), q+float64(v)*float64(v)
			}
			return s, q
		}
		for i, v := range g.first {
			near(t, g.name, float64(tape.Value(y)[i]), v, 1e-6)
		}
		s, q := total(tape.Value(y))
		near(t, g.name+" sum", s, g.sum, 1e-6)
		near(t, g.name+" sum of squares", q, g.squares, 1e-6)
		near(t, g.name+" dx", float64(dx.Data[0]), g.dx, 1e-6)
		s, _ = total(cell.weightHidden.Grad.Data)
		near(t, g.name+" sum of dw_hh", s, g.dwSum, 2e-6)
		s, _ = total(cell.biasHidden.Grad.Data)
		near(t, g.name+" sum of db_hh", s, g.dbSum, 2e-6)
		if g.n.kind == kindLSTM {
			near(t, g.name+" c", float64(tape.Value(to.C[0])[0]), g.last, 1e-6)
			near(t, g.name+" c", float64(tape.Value(to.C[0])[1]), g.lastSquashed, 1e-6)
		}
	}
}

// TestMemoryCarriesStates: two halves with the memory between are the whole, a forgotten stream
// begins anew, and a snapshot keeps it all.
func TestMemoryCarriesStates(t *testing.T) {
	const batch, hidden = 2, 5
	n := NewLSTM("n", RecurrentConfig{In: 3, Hidden: hidden, Layers: 2, ForgetBias: 1}, rng.New(2, "test"))
	x := hashed(1, batch, 4, 3)
	half := func(from int) *tensor.Tensor {
		h := tensor.New(batch, 2, 3)
		for b := range batch {
			copy(h.Data[b*6:(b+1)*6], x.Data[b*12+from*3:])
		}
		return h
	}
	tape, m := tensor.NewTape(), n.NewMemory(batch)
	whole, _ := n.Run(tape, tape.Input(x), State{}, tensor.Sequence{})
	want := slices.Clone(tape.Value(whole))
	step := func(x *tensor.Tensor) []float32 {
		tape.Reset()
		y, s := n.Run(tape, tape.Input(x), m.Recall(tape), tensor.Sequence{})
		m.Keep(tape, s)
		return tape.Value(y)
	}
	first := half(0)
	step(first)
	saved, err := snapshot.Save(m)
	if err != nil {
		t.Fatal(err)
	}
	check := func(y []float32, what string) {
		for b := range batch {
			for i := range 2 * hidden {
				if got, w := y[b*2*hidden+i], want[(b*4+2)*hidden+i]; got != w {
					t.Fatalf("%s: stream %d element %d is %g, want %g", what, b, i, got, w)
				}
			}
		}
	}
	second := half(2)
	check(step(second), "carried over")
	if err := snapshot.Restore(saved, m); err != nil {
		t.Fatal(err)
	}
	check(step(second), "restored")
	m.Forget(0)
	m.Forget(1)
	for i, v := range step(first) {
		if w := want[(i/(2*hidden)*4)*hidden+i%(2*hidden)]; v != w {
			t.Fatalf("forgotten: element %d is %g, want %g", i, v, w)
		}
	}
	if n := testing.AllocsPerRun(10, func() { step(first) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAttentionIsPyTorchs(t *testing.T) {
	const c, heads = 8, 2
	want := goldens(t)
	r := rng.New(1, "test")
	self := NewMultiHead("self", c, heads, PyTorchLinear, r)
	self.Causal = true
	golden{
		name: "self", inputs: []*tensor.Tensor{hashed(50, 2, 5, c)},
		shares: sharesOf(self.In.Weight, self.In.Bias, self.Out.Weight, self.Out.Bias),
		run: func(tape *tensor.Tape, x []tensor.Var) []tensor.Var {
			y := self.Masked(tape, x[0], []int32{5, 3})
			closeTo(t, "weights", self.Weights(tape).Data, want["self.weights"])
			return []tensor.Var{y}
		},
	}.check(t, want)

	cross := NewCrossAttention("cross", c, c, heads, PyTorchLinear, r)
	golden{
		name: "cross", inputs: []*tensor.Tensor{hashed(50, 2, 5, c), hashed(51, 2, 4, c)}, shares: crossShares(cross, 0),
		run: func(tape *tensor.Tape, x []tensor.Var) []tensor.Var {
			return []tensor.Var{cross.Forward(tape, x[0], x[1], nil)}
		},
	}.check(t, want)
}

// crossShares pairs a CrossAttention with PyTorch's parameters from number first on.
func crossShares(m *CrossAttention, first int) (all []share) {
	c := m.Out.Weight.Value.Shape.Cols()
	for i, l := range []*Linear{m.Query, m.Key, m.Value} {
		all = append(all, share{l.Weight, first, i * c, 3 * c}, share{l.Bias, first + 1, i * c, 3 * c})
	}
	return append(all, share{m.Out.Weight, first + 2, 0, c}, share{m.Out.Bias, first + 3, 0, c})
}

// TestNextIsForward: generation position by position has the bits of the whole sequence.
func TestNextIsForward(t *testing.T) {
	const batch, steps, c = 2, 9, 12
	m := NewMultiHead("m", c, 3, PyTorchLinear, rng.New(4, "test"))
	m.Causal, m.Slopes, m.Rotary = true, ALiBiSlopes(3), NewRotations(steps, 4, 10000)
	x := hashed(3, batch, steps, c)
	tape, memory := tensor.NewTape(), m.NewCache(batch, steps)
	want := tape.Value(m.Forward(tape, tape.Input(x)))
	for p := range steps {
		one := tensor.New(batch, 1, c)
		for b := range batch {
			copy(one.Data[b*c:(b+1)*c], x.Data[(b*steps+p)*c:])
		}
		got := tape.Value(m.Next(tape, tape.Input(one), memory))
		for b := range batch {
			for i := range c {
				if w := want[(b*steps+p)*c+i]; got[b*c+i] != w {
					t.Fatalf("position %d, stream %d: %g, want %g", p, b, got[b*c+i], w)
				}
			}
		}
	}
}

// TestAlignments: additive and Luong attention weigh only what is there, and both can tell which
// position of the memory a query asks for.
func TestAlignments(t *testing.T) {
	const batch, queries, keys, c = 2, 3, 4, 5
	r := rng.New(5, "test")
	additive, dot, general := NewAdditive("a", 6, c, 7, r), NewLuong("d", c, c, false, r), NewLuong("g", 6, c, true, r)
	lengths := []int32{4, 2}
	tape := tensor.NewTape()
	memory := tape.Input(hashed(1, batch, keys, c))
	q6, q5 := tape.Input(hashed(2, batch, queries, 6)), tape.Input(hashed(3, batch, queries, c))
	for name, w := range map[string]func() (tensor.Var, *tensor.Tensor){
		"additive": func() (tensor.Var, *tensor.Tensor) {
			y := additive.Forward(tape, q6, memory, additive.Keys(tape, memory), lengths)
			return y, additive.Weights(tape)
		},
		"dot": func() (tensor.Var, *tensor.Tensor) {
			y := dot.Forward(tape, q5, memory, lengths)
			return y, dot.Weights(tape)
		},
		"general": func() (tensor.Var, *tensor.Tensor) {
			y := general.Forward(tape, q6, memory, lengths)
			return y, general.Weights(tape)
		},
	} {
		y, weights := w()
		if s := tape.Shape(y); s.Dim(0) != batch || s.Dim(1) != queries {
			t.Errorf("%s: shape %v", name, s)
		}
		for row := range batch * queries {
			sum := 0.0
			for j, v := range weights.Data[row*keys : (row+1)*keys] {
				sum += float64(v)
				if j >= int(lengths[row/queries]) && v != 0 {
					t.Errorf("%s: weight %g past the end", name, v)
				}
			}
			near(t, name+" weights", sum, 1, 1e-6)
		}
	}
	if n := Collect(additive, dot, general).Count(); n != 6*7+5*7+7+(2*c+1)*c+(6*c+(6+c+1)*6) {
		t.Errorf("%d parameters", n)
	}
}

func TestPositionsByFormula(t *testing.T) {
	s := NewSinusoids(2, 8)
	for i, want := range []float64{.8414709848, .5403023059, .0998334166, .9950041653, .0099998333, .9999500004, .0009999998, .9999995000} {
		near(t, "sinusoid", float64(s.table.Data[8+i]), want, 1e-7)
	}
	wide := NewSinusoids(2000, 512)
	for _, at := range [][2]int{{1, 100}, {1999, 300}, {777, 510}} {
		near(t, "sinusoid", float64(wide.table.Data[at[0]*512+at[1]]), math.Sin(float64(at[0])*math.Pow(10000, -float64(at[1])/512)), 1e-7)
	}
	for n, want := range map[int][]float64{
		1: {1. / 256}, 3: {.0625, .00390625, .25}, 6: {.25, .0625, .015625, .00390625, .5, .125},
		8:  {.5, .25, .125, .0625, .03125, .015625, .0078125, .00390625},
		12: {.5, .25, .125, .0625, .03125, .015625, .0078125, .00390625, .70710678, .35355339, .17677670, .08838835},
	} {
		got := ALiBiSlopes(n)
		if len(got) != n {
			t.Fatalf("%d slopes for %d heads", len(got), n)
		}
		for i := range want {
			near(t, fmt.Sprintf("slope %d of %d", i, n), float64(got[i]), want[i], 1e-8)
		}
	}
	big := ALiBiSlopes(112)
	for i, want := range map[int]float64{0: .91700404, 1: .84089642, 63: .00390625, 64: .95760328, 111: .01631678} {
		near(t, "slope", float64(big[i]), want, 1e-7)
	}
}

// TestPositionsAreAdded, those from an offset too, and learned ones get the sum over the batch.
func TestPositionsAreAdded(t *testing.T) {
	const batch, steps, width = 3, 2, 4
	p := NewPositions("p", 5, width, .02, rng.New(1, "test"))
	x := hashed(1, batch, steps, width)
	for _, first := range []int{0, 3} {
		clear(p.Weight.Grad.Data)
		tape := tensor.NewTape()
		y := p.From(tape, tape.Input(x), first)
		tape.Backward(tape.Sum(y))
		for i, v := range tape.Value(y) {
			if want := x.Data[i] + p.Weight.Value.Data[first*width+i%(steps*width)]; v != want {
				t.Fatalf("element %d is %g, want %g", i, v, want)
			}
		}
		for i, g := range p.Weight.Grad.Data {
			want := float32(0)
			if at := i / width; at >= first && at < first+steps {
				want = batch
			}
			if g != want {
				t.Fatalf("from %d: gradient %d is %g, want %g", first, i, g, want)
			}
		}
	}
}

// TestTiedEmbeddingLearns: a table that is looked up and is the output layer, too, gets both
// gradients, and an optimiser moves only what they reach.
func TestTiedEmbeddingLearns(t *testing.T) {
	e := NewEmbedding("e", 6, 4, 1, rng.New(1, "test"))
	s := Collect(e)
	before := slices.Clone(e.Weight.Value.Data)
	o := NewSGD(s, SGDConfig{})
	tape := tensor.NewTape()
	tape.Backward(tape.Sum(tape.Square(e.Lookup(tape, []int32{4, 1, 4}))))
	o.Step(.1)
	for i, v := range e.Weight.Value.Data {
		if touched := i/4 == 1 || i/4 == 4; touched != (v != before[i]) {
			t.Errorf("row %d: touched %v, %g after %g", i/4, touched, v, before[i])
		}
	}
	s.ZeroGrad()
	tape.Reset()
	x := e.Forward(tape, tape.InputOf([]float32{0, 5}, 2, 1))
	loss := tape.Mean(tape.CrossEntropy(e.Logits(tape, x), []int32{3, 2}))
	tape.Backward(loss)
	for row := range 6 { // the output layer reaches all rows
		if tensor.Norm(e.Weight.Grad.Data[row*4:row*4+4]) == 0 {
			t.Errorf("row %d got no gradient", row)
		}
	}
}

// TestSequenceTrainingAgrees: fifty steps of training end with the same bits, for every kernel set
// and 1, 2 and 3 threads.
func TestSequenceTrainingAgrees(t *testing.T) {
	for name, train := range map[string]func() string{"LSTM": trainedLSTM, "GPT": trainedGPT} {
		sameHash(t, name, train)
	}
}

// sameHash runs f with every kernel set and 1, 2 and 3 threads and compares what it returns.
func sameHash(t *testing.T, name string, f func() string) {
	t.Helper()
	defer func(name string, n int) { _ = tensor.ForceKernels(name); tensor.SetThreads(n) }(tensor.Kernels(), tensor.Threads())
	want := ""
	for _, set := range []string{"avx512", "avx2", "go"} {
		if tensor.ForceKernels(set) != nil {
			continue // this machine lacks it
		}
		for _, threads := range []int{1, 2, 3} {
			if set == "go" && threads > 1 {
				continue // as slow as it is sure
			}
			tensor.SetThreads(threads)
			if got := f(); want == "" {
				want = got
			} else if got != want {
				t.Errorf("%s: %s kernels with %d threads end with other bits", name, set, threads)
			}
		}
	}
}

// trainedLSTM returns the hash of two layers that learned for fifty steps to add two numbers of a
// sequence, in streams that end and begin anew.
func trainedLSTM() string {
	const batch, steps = 9, 7
	r := rng.New(3, "all")
	body := NewLSTM("body", RecurrentConfig{In: 2, Hidden: 33, Layers: 2, ForgetBias: 1}, r)
	head := NewLinear("head", 33, 1, tensor.None, PyTorchLinear, r)
	s := Collect(body, head)
	o := NewAdam(s, AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8})
	x, y, starts := tensor.New(batch, steps, 2), tensor.New(batch*steps, 1), make([]bool, batch*steps)
	tape := tensor.NewTape()
	for range 50 {
		for i := range starts {
			starts[i] = r.Float64() < .2
			x.Data[2*i], x.Data[2*i+1] = float32(r.Float64()), float32(r.Intn(2))
			y.Data[i] = x.Data[2*i] * x.Data[2*i+1]
			if i%steps > 0 && !starts[i] {
				y.Data[i] += y.Data[i-1]
			}
		}
		tape.Reset()
		s.ZeroGrad()
		out, _ := body.Run(tape, tape.Input(x), State{}, tensor.Sequence{Starts: starts})
		tape.Backward(tape.MSE(tape.Reshape(head.Forward(tape, out), batch*steps, 1), tape.Input(y)))
		o.Step(3e-3)
	}
	return s.Hash()
}
