package tensor

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func init() {
	plain := [][]int{{2, 3, 4}, {2, 5, 4}, {2, 5, 6}}
	with := func(shapes [][]int, more ...[]int) [][]int { return append(append([][]int(nil), shapes...), more...) }
	attention := func(o AttentionOptions) func(*Tape, []Var) Var {
		return func(t *Tape, v []Var) Var {
			o := o
			if len(v) > 3 {
				o.Bias = v[3]
			}
			return t.Attention(v[0], v[1], v[2], o)
		}
	}
	cos, sin := New(6, 2), New(6, 2)
	for i := range cos.Data {
		cos.Data[i], sin.Data[i] = float32(math.Cos(float64(i))), float32(math.Sin(float64(i)))
	}
	gradCases = append(gradCases,
		gradCase{"Attention", plain, -1, 1, attention(AttentionOptions{})},
		gradCase{"Attention of heads", plain, -1, 1, attention(AttentionOptions{Heads: 2, Scale: 1.5})},
		gradCase{"Attention, causal, with lengths", plain, -1, 1, attention(AttentionOptions{Heads: 2, Causal: true, Lengths: []int32{5, 2}})},
		gradCase{"Attention to nothing", plain, -1, 1, attention(AttentionOptions{Lengths: []int32{0, 4}})},
		gradCase{"Attention with slopes", plain, -1, 1, attention(AttentionOptions{Heads: 2, Slopes: []float32{.5, .1}})},
		gradCase{"Attention with a bias", with(plain, []int{3, 5}), -1, 1, attention(AttentionOptions{Heads: 2})},
		gradCase{"Attention with a bias for each head", with(plain, []int{2, 3, 5}), -1, 1, attention(AttentionOptions{Heads: 2, Causal: true})},
		gradCase{"Attention with a bias for each sequence", with(plain, []int{2, 1, 3, 5}), -1, 1, attention(AttentionOptions{Heads: 2})},
		gradCase{"Attention with a bias for each", with(plain, []int{2, 2, 3, 5}), -1, 1, attention(AttentionOptions{Heads: 2})},
		gradCase{"Attention with dropout", with(plain, []int{2, 3, 5}), -1, 1, func(t *Tape, v []Var) Var {
			t.Train(true)
			defer t.Train(false)
			return t.Attention(v[0], v[1], v[2], AttentionOptions{Heads: 2, Dropout: .4, Bias: v[3], Lengths: []int32{5, 4}})
		}},
		gradCase{"Attention of x to itself", [][]int{{2, 4, 4}}, -1, 1, func(t *Tape, v []Var) Var {
			return t.Attention(v[0], v[0], v[0], AttentionOptions{Heads: 2, Causal: true})
		}},
		gradCase{"SelfAttention", [][]int{{2, 4, 12}}, -1, 1, func(t *Tape, v []Var) Var {
			return t.SelfAttention(v[0], AttentionOptions{Heads: 2, Causal: true})
		}},
		gradCase{"AttentionTo", [][]int{{2, 2, 3, 5}, {2, 5, 4}}, -1, 1, func(t *Tape, v []Var) Var {
			return t.AttentionTo(v[0], v[1], AttentionOptions{Heads: 2, Lengths: []int32{5, 3}})
		}},
		gradCase{"AdditiveScores", [][]int{{2, 3, 4}, {2, 5, 4}, {4}}, -1, 1, func(t *Tape, v []Var) Var {
			return t.AdditiveScores(v[0], v[1], v[2])
		}},
		gradCase{"Rotary", [][]int{{2, 4, 11}}, -1, 1, func(t *Tape, v []Var) Var {
			return t.Rotary(v[0], t.Input(cos), t.Input(sin), 2, 5, 2)
		}})
}

// hashed fills an array by formula, from a hash of the index and k: exact in float32, in [-1, 1).
func hashed(k int, dims ...int) *Tensor {
	x := New(dims...)
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

// checkGolden compares the first elements, the sum and the sum of squares of x.
func checkGolden(t *testing.T, name string, x []float32, first []float64, sum, squares float64) {
	t.Helper()
	const tolerance = 3e-6
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > tolerance*(1+math.Abs(want)) {
			t.Errorf("%s: %s is %.9g, want %.9g", name, what, got, want)
		}
	}
	for i, want := range first {
		near(fmt.Sprintf("element %d", i), float64(x[i]), want)
	}
	s, q := 0.0, 0.0
	for _, v := range x {
		s += float64(v)
		q += float64(v) * float64(v)
	}
	near("sum", s, sum)
	if !math.IsNaN(squares) {
		near("sum of squares", q, squares)
	}
}

// TestFormulaGoldens: fills by formula, results in float64 from PyTorch and NumPy.
func TestFormulaGoldens(t *testing.T) {
	tape := NewTape()
	in := func(k int, dims ...int) Var { return tape.Input(hashed(k, dims...)) }
	y := tape.Attention(in(0, 1, 3, 4), in(1, 1, 5, 4), in(2, 1, 5, 2), AttentionOptions{})
	checkGolden(t, "attention", tape.Value(y), []float64{-.1675978297, -.4822734989, -.1525174524}, -1.612208204, .5152568964)

	linear := func(x Var, k int) Var { // PyTorch's [out, in]
		w, wT := hashed(k, 4, 4), New(4, 4)
		for i := range 16 {
			wT.Data[i%4*4+i/4] = w.Data[i]
		}
		return tape.Reshape(tape.MatMul(x, tape.Input(wT)), 1, tape.Shape(x).Dim(1), 4)
	}
	scores := tape.AdditiveScores(linear(in(0, 1, 3, 4), 3), linear(in(1, 1, 5, 4), 4), in(5, 4))
	y = tape.AttentionTo(scores, in(2, 1, 5, 2), AttentionOptions{})
	checkGolden(t, "additive", tape.Value(y), []float64{-.01572050345, -.4483556787, -.02365714857}, -1.481830843, .7484394537)
}

// attentionStep runs an attention of random operands forward and back, and returns everything.
func attentionStep(batch, queries, keys, c, cv int, o AttentionOptions) func() [][]float32 {
	r := rand.New(rand.NewPCG(9, 9))
	random := func(dims ...int) *Tensor {
		x := New(dims...)
		for i := range x.Data {
			x.Data[i] = float32(r.NormFloat64())
		}
		return x
	}
	q, k, v := random(batch, queries, c), random(batch, keys, c), random(batch, keys, cv)
	w := random(batch, queries, cv)
	tape := NewTape()
	return func() [][]float32 {
		tape.Reset()
		tape.Train(true)
		dq, dk, dv := New(batch, queries, c), New(batch, keys, c), New(batch, keys, cv)
		y := tape.Attention(tape.Param(q, dq), tape.Param(k, dk), tape.Param(v, dv), o)
		out := append([]float32(nil), tape.Value(y)...)
		tape.Backward(tape.Sum(tape.Mul(y, tape.Input(w))))
		return [][]float32{out, dq.Data, dk.Data, dv.Data, tape.AttentionWeights(y).Data}
	}
}

func TestAttentionBits(t *testing.T) {
	for i, d := range []struct {
		batch, queries, keys, c, cv int
		o                           AttentionOptions
	}{
		{3, 40, 40, 24, 24, AttentionOptions{Heads: 3, Causal: true}},
		{2, 7, 70, 10, 6, AttentionOptions{Heads: 2, Lengths: []int32{70, 33}, Slopes: []float32{.5, .25}}},
		{5, 66, 66, 32, 32, AttentionOptions{Heads: 4, Causal: true, Lengths: []int32{66, 1, 0, 33, 64}}},
		{1, 1, 9, 5, 5, AttentionOptions{Causal: true}},
		{2, 35, 35, 12, 12, AttentionOptions{Heads: 2, Causal: true, Dropout: .2}},
	} {
		sameBits(t, fmt.Sprint(i), attentionStep(d.batch, d.queries, d.keys, d.c, d.cv, d.o))
	}
}

// reference is attention in float64, straight from the formula.
func reference(q, k, v []float32, batch, queries, keys, c, cv int, o AttentionOptions) []float64 {
	heads := max(1, o.Heads)
	d, dv := c/heads, cv/heads
	out := make([]float64, batch*queries*cv)
	for b := range batch {
		for h := range heads {
			for i := range queries {
				seen := keys
				if o.Lengths != nil {
					seen = int(o.Lengths[b])
				}
				at := i + keys - queries
				if o.Causal {
					seen = min(seen, at+1)
				}
				total, sums := 0.0, make([]float64, dv)
				for j := range seen {
					s := 0.0
					for e := range d {
						s += float64(q[(b*queries+i)*c+h*d+e]) * float64(k[(b*keys+j)*c+h*d+e])
					}
					s /= math.Sqrt(float64(d))
					if o.Slopes != nil {
						s += float64(o.Slopes[h]) * float64(j-at)
					}
					p := math.Exp(s)
					total += p
					for e := range dv {
						sums[e] += p * float64(v[(b*keys+j)*cv+h*dv+e])
					}
				}
				for e := range dv {
					if seen > 0 {
						out[(b*queries+i)*cv+h*dv+e] = sums[e] / total
					}
				}
			}
		}
	}
	return out
}

func TestAttentionIsItsFormula(t *testing.T) {
	const batch, queries, keys, c, cv = 3, 37, 41, 12, 8
	q, k, v := hashed(1, batch, queries, c), hashed(2, batch, keys, c), hashed(3, batch, keys, cv)
	for _, o := range []AttentionOptions{
		{}, {Heads: 2}, {Heads: 4, Causal: true}, {Heads: 2, Lengths: []int32{41, 7, 0}},
		{Heads: 2, Slopes: []float32{.25, .0625}, Causal: true, Lengths: []int32{40, 41, 9}},
	} {
		tape := NewTape()
		y := tape.Attention(tape.Input(q), tape.Input(k), tape.Input(v), o)
		want := reference(q.Data, k.Data, v.Data, batch, queries, keys, c, cv, o)
		for i, got := range tape.Value(y) {
			if math.Abs(float64(got)-want[i]) > 1e-6 {
				t.Fatalf("%+v: element %d is %g, want %g", o, i, got, want[i])
			}
		}
		// Each row of weights sums to 1 over what the query sees, and is exactly 0 elsewhere.
		w := tape.AttentionWeights(y)
		for row := range w.Shape.Rows() {
			b, i := row/(queries*w.Shape.Dim(1)), row%queries
			seen := keys
			if o.Lengths != nil {
				seen = int(o.Lengths[b])
			}
			if o.Causal {
				seen = min(seen, i+1+keys-queries)
			}
			sum := 0.0
			for j, p := range w.Data[row*keys : (row+1)*keys] {
				if sum += float64(p); j >= seen && p != 0 {
					t.Fatalf("%+v: weight %g of a hidden key", o, p)
				}
			}
			if seen > 0 && math.Abs(sum-1) > 1e-6 || seen == 0 && sum != 0 {
				t.Fatalf("%+v: the weights of row %d sum to %g", o, row, sum)
			}
		}
	}
}

// TestSelfAttentionIsAttention: one array or three, the same bits.
func TestSelfAttentionIsAttention(t *testing.T) {
	const batch, steps, c = 2, 35, 12
	qkv, part := hashed(4, batch, steps, 3*c), [3]*Tensor{New(batch, steps, c), New(batch, steps, c), New(batch, steps, c)}
	for i, x := range qkv.Data {
		part[i%(3*c)/c].Data[i/(3*c)*c+i%c] = x
	}
	o := AttentionOptions{Heads: 3, Causal: true}
	tape := NewTape()
	d, dp := New(batch, steps, 3*c), [3]*Tensor{New(batch, steps, c), New(batch, steps, c), New(batch, steps, c)}
	y := tape.SelfAttention(tape.Param(qkv, d), o)
	z := tape.Attention(tape.Param(part[0], dp[0]), tape.Param(part[1], dp[1]), tape.Param(part[2], dp[2]), o)
	tape.Backward(tape.Sum(tape.Add(tape.Square(y), tape.Square(z))))
	for i, v := range tape.Value(y) {
		if v != tape.Value(z)[i] {
			t.Fatalf("output %d: %g and %g", i, v, tape.Value(z)[i])
		}
	}
	for i, g := range d.Data {
		if want := dp[i%(3*c)/c].Data[i/(3*c)*c+i%c]; g != want {
			t.Fatalf("gradient %d: %g and %g", i, g, want)
		}
	}
}

// TestCachedAttention: token by token, or some at a time, gives the bits of the whole.
func TestCachedAttention(t *testing.T) {
	const batch, steps, c = 3, 70, 16
	defer func(name string) { _ = ForceKernels(name) }(Kernels())
	for _, kernels := range []string{"go", "avx2", "avx512"} {
		if ForceKernels(kernels) != nil {
			continue // this machine lacks it
		}
		qkv := hashed(5, batch, steps, 3*c)
		o := AttentionOptions{Heads: 2, Causal: true, Slopes: []float32{.5, .03}}
		tape := NewTape()
		want := tape.Value(tape.SelfAttention(tape.Input(qkv), o))
		for _, first := range []int{1, 34, 70} {
			m := NewKeyValues(batch, steps, 2, c, c)
			for at, n := 0, first; at < steps; at, n = at+n, 1 {
				x := New(batch, n, 3*c)
				for b := range batch {
					copy(x.Data[b*n*3*c:(b+1)*n*3*c], qkv.Data[(b*steps+at)*3*c:])
				}
				got := tape.Value(tape.CachedSelfAttention(tape.Input(x), m, o))
				for b := range batch {
					for i := range n * c {
						if w := want[(b*steps+at)*c+i]; math.Float32bits(got[b*n*c+i]) != math.Float32bits(w) {
							t.Fatalf("position %d, sequence %d, element %d: %x, want %x", at, b, i, math.Float32bits(got[b*n*c+i]), math.Float32bits(w))
						}
					}
				}
			}
			if m.Len() != steps {
				t.Errorf("%d positions", m.Len())
			}
			mustPanic(t, "at most 0 more positions", func() { tape.CachedSelfAttention(tape.Input(New(batch, 1, 3*c)), m, o) })
			m.Truncate(0)
		}
	}
}

// TestAttentionDropout: in training some weights count nothing and the others more, anew with each
// step of the noise; otherwise all count.
func TestAttentionDropout(t *testing.T) {
	const keys = 4000
	q, v := New(1, 1, 2), New(1, keys, 2) // all weights are 1/keys
	for i := range v.Data {
		v.Data[i] = 1
	}
	run := func(train bool, step uint64) float32 {
		tape := NewTape()
		tape.Train(train)
		tape.Noise(1, step)
		k := tape.Input(New(1, keys, 2))
		return tape.Value(tape.Attention(tape.Input(q), k, tape.Input(v), AttentionOptions{Dropout: .25}))[0]
	}
	if y := run(false, 1); math.Abs(float64(y)-1) > 1e-4 {
		t.Errorf("%g outside training", y)
	}
	one, again, two := run(true, 1), run(true, 1), run(true, 2)
	if one != again || one == two || math.Abs(float64(one)-1) > .05 || one == 1 {
		t.Errorf("%g and %g at one step, %g at the next", one, again, two)
	}
}

func TestAttentionAllocatesNothing(t *testing.T) {
	const batch, steps, c = 4, 33, 24
	x, dx := hashed(6, batch, steps, 3*c), New(batch, steps, 3*c)
	cos, sin := hashed(7, steps, 4), hashed(8, steps, 4)
	tape := NewTape()
	m := NewKeyValues(batch, steps, 3, c, c)
	step := func() {
		tape.Reset()
		m.Truncate(0)
		v := tape.Param(x, dx)
		r := tape.Rotary(v, tape.Input(cos), tape.Input(sin), 6, 8, 0)
		tape.Train(true)
		y := tape.SelfAttention(r, AttentionOptions{Heads: 3, Causal: true, Dropout: .1})
		tape.CachedSelfAttention(r, m, AttentionOptions{Heads: 3})
		tape.Backward(tape.Sum(y))
	}
	step()
	step()
	if n := testing.AllocsPerRun(20, step); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestRotaryTellsDistance: turned queries and keys have a product that depends on how far apart
// they are only.
func TestRotaryTellsDistance(t *testing.T) {
	const steps, half = 9, 3
	cos, sin := New(steps, half), New(steps, half)
	for i := range cos.Data {
		angle := float64(i/half) / float64(1+i%half)
		cos.Data[i], sin.Data[i] = float32(math.Cos(angle)), float32(math.Sin(angle))
	}
	one := func(k int) *Tensor { // the same vector at each position
		x, v := New(1, steps, 2*half), hashed(k, 2*half)
		for i := range x.Data {
			x.Data[i] = v.Data[i%(2*half)]
		}
		return x
	}
	tape := NewTape()
	q := tape.Value(tape.Rotary(tape.Input(one(1)), tape.Input(cos), tape.Input(sin), 1, 2*half, 0))
	k := tape.Value(tape.Rotary(tape.Input(one(2)), tape.Input(cos), tape.Input(sin), 1, 2*half, 0))
	product := func(i, j int) (s float64) {
		for e := range 2 * half {
			s += float64(q[i*2*half+e]) * float64(k[j*2*half+e])
		}
		return s
	}
	for i := 3; i < steps; i++ {
		if got, want := product(i, i-3), product(3, 0); math.Abs(got-want) > 1e-6 {
			t.Errorf("product at %d and %d: %g, at 3 and 0: %g", i, i-3, got, want)
		}
		if got, other := product(i, i-3), product(i, i-2); math.Abs(got-other) < 1e-3 {
			t.Errorf("the products at distances 3 and 2 are alike")
		}
	}
}

func TestMisusedAttentionIsNamed(t *testing.T) {
	tape := NewTape()
	in := func(dims ...int) Var { return tape.Input(New(dims...)) }
	q := in(2, 3, 4)
	with := func(o AttentionOptions) func() { return func() { tape.Attention(q, q, q, o) } }
	mustPanic(t, "queries [B Tq C], keys [B Tk C]", func() { tape.Attention(q, in(2, 3, 5), q, AttentionOptions{}) })
	mustPanic(t, "queries, keys and values [B T 3C]", func() { tape.SelfAttention(q, AttentionOptions{}) })
	mustPanic(t, "columns that 3 heads divide", with(AttentionOptions{Heads: 3}))
	mustPanic(t, "a length for each of 2 sequences", with(AttentionOptions{Lengths: []int32{1}}))
	mustPanic(t, "lengths of 0 to 3 keys", with(AttentionOptions{Lengths: []int32{1, 4}}))
	mustPanic(t, "a bias over 3 queries", with(AttentionOptions{Bias: in(3)}))
	mustPanic(t, "a slope for each of 2 heads", with(AttentionOptions{Heads: 2, Slopes: []float32{1}}))
	mustPanic(t, "Attention with a probability of 1", with(AttentionOptions{Dropout: 1}))
	mustPanic(t, "scores [B H Tq Tk]", func() { tape.AttentionTo(in(2, 1, 3, 3), q, AttentionOptions{Heads: 2}) })
	mustPanic(t, "AdditiveScores needs", func() { tape.AdditiveScores(q, q, in(3)) })
	mustPanic(t, "Rotary needs", func() { tape.Rotary(q, in(2, 2), in(2, 2), 1, 4, 0) })
	mustPanic(t, "no attention's output", func() { tape.AttentionWeights(q) })
	mustPanic(t, "Truncate to 1 of 0", func() { NewKeyValues(1, 1, 1, 1, 1).Truncate(1) })
}
