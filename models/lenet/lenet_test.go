package lenet

import (
	"context"
	"math"
	"testing"

	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/models/classify"
	"tesuji/models/modeltest"
	"tesuji/nets"
	"tesuji/tensor"
)

func making(c Config, d classify.Data) func(models.Setup) (models.Trainer, error) {
	return func(s models.Setup) (models.Trainer, error) { return New(c, d, s) }
}

func network(t testing.TB, c Config) nets.Layer {
	t.Helper()
	n, err := NewNetwork(c, 28, 28, 1, 10, rng.New(1, "init"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func named(net string) Config {
	c := Default()
	c.Net = net
	return c
}

// TestContract takes LeNet-5 through 50 iterations.
func TestContract(t *testing.T) {
	for _, c := range []struct {
		net        string
		batch      int
		iterations int64
	}{{"lenet-5", 4, 50}, {"lenet-5-1998", 8, 8}} {
		t.Run(c.net, func(t *testing.T) {
			cfg := named(c.net)
			cfg.BatchSize, cfg.LogInterval = c.batch, 3
			data := classify.Data{Name: "digits", Augment: c.net == "lenet-5"}
			modeltest.Run(t, modeltest.Case{New: making(cfg, data), Iterations: c.iterations, Warm: 3, Short: true})
		})
	}
}

func TestParameters(t *testing.T) {
	for net, want := range map[string]int{"lenet-1": 3_246, "lenet-4": 51_050, "lenet-5": 61_706, "lenet-5-1998": 60_000} {
		if got := nets.Collect(network(t, named(net))).Count(); got != want {
			t.Errorf("%s has %d parameters, want %d", net, got, want)
		}
	}
}

// formula is the array U(k) of a closed formula: an integer hash, scaled to [-1, 1).
func formula(k, n int) []float32 {
	u := make([]float32, n)
	for i := range u {
		h := uint32(i + 1 + 1000003*k)
		h ^= h >> 16
		h *= 0x85ebca6b
		h ^= h >> 13
		h *= 0xc2b2ae35
		h ^= h >> 16
		u[i] = float32(float64(h>>8)/(1<<23) - 1)
	}
	return u
}

// TestGolden fills LeNet-5 by formula and compares logits, loss and a gradient with PyTorch's, in
// float64. There, weights are [out, in, h, w] and maps come before pixels.
func TestGolden(t *testing.T) {
	net := network(t, Default()).(nets.Sequence)
	set := nets.Collect(net)
	u := formula(0, 48_000)
	mapsBefore := 0
	for _, p := range set.All() {
		s, v := p.Value.Shape, p.Value.Data
		switch s.Rank() {
		case 1:
			for i := range v {
				v[i] = .1 * u[i]
			}
		case 2:
			in, out := s.Dim(0), s.Dim(1)
			scale := math.Sqrt(3 / float64(in))
			for i := range in {
				from := i
				if p.Name == "f5.weight" { // row (h, w, map) here is row (map, h, w) there
					from = i%mapsBefore*(in/mapsBefore) + i/mapsBefore
				}
				for o := range out {
					v[i*out+o] = float32(float64(u[o*in+from]) * scale)
				}
			}
		case 4:
			kh, kw, in, out := s.Dim(0), s.Dim(1), s.Dim(2), s.Dim(3)
			mapsBefore = out
			scale := math.Sqrt(3 / float64(kh*kw*in))
			for at := range v {
				o, i, tap := at%out, at/out%in, at/(in*out)
				v[at] = float32(float64(u[(o*in+i)*kh*kw+tap]) * scale)
			}
		}
	}
	tape := tensor.NewTape()
	logits := net.Forward(tape, tape.InputOf(u[:784], 1, 28, 28, 1))
	loss := tape.Mean(tape.CrossEntropy(logits, []int32{3}))
	tape.Backward(loss)

	v := tape.Value(logits)
	var sum, squares, norm float64
	for _, x := range v {
		sum += float64(x)
		squares += float64(x) * float64(x)
	}
	for _, g := range set.All()[0].Grad.Data {
		norm += float64(g) * float64(g)
	}
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"logit 0", float64(v[0]), .1756671727},
		{"logit 1", float64(v[1]), -.05086626225},
		{"logit 2", float64(v[2]), .7929662056},
		{"sum", sum, 2.446687837},
		{"sum of squares", squares, 2.077019303},
		{"loss", float64(tape.Scalar(loss)), 2.9785060094},
		{"norm of c1's gradient", math.Sqrt(norm), 1.5842345696},
	} {
		if math.Abs(c.got-c.want) > 1e-5 {
			t.Errorf("%s is %v, want %v", c.what, c.got, c.want)
		}
	}
}

// Test1998 holds the ends of the network of 1998: the paper around the picture, the squash, and
// outputs that are distances to codes that differ.
func Test1998(t *testing.T) {
	tape := tensor.NewTape()
	x := make([]float32, 2*784)
	x[784+28*27+27] = 1
	v := tape.Value(onPaper(tape, tape.InputOf(x, 2, 28, 28, 1)))
	for i, got := range v {
		want := float32(-.1)
		if i == 1024+32*29+29 {
			want = 1.175
		}
		if math.Abs(float64(got-want)) > 1e-6 {
			t.Fatalf("pixel %d is %v, want %v", i, got, want)
		}
	}
	s := tape.Value(squash(tape, tape.InputOf([]float32{-1, 0, 1, 100}, 4)))
	for i, want := range []float64{-1, 0, 1, 1.7159} {
		if math.Abs(float64(s[i])-want) > 1e-4 {
			t.Errorf("squash %d is %v, want %v", i, s[i], want)
		}
	}
	m := codeMatrix()
	for a := range codes {
		for b := range a {
			different := 0
			for k := range codeLength {
				if m[k*10+a] != m[k*10+b] {
					different++
				}
			}
			if different < 6 {
				t.Errorf("the codes of %d and %d differ in %d pixels", a, b, different)
			}
		}
	}
	n := network(t, named("lenet-5-1998")).(*original)
	logits := tape.Value(n.Forward(tape, tape.InputOf(x[:784], 1, 28, 28, 1)))
	for digit, l := range logits {
		// F6 is within ±1.7159, so each distance is between 84·0 and 84·2.7159².
		if l > 0 || l < -84*2.7159*2.7159 {
			t.Errorf("logit %d is %v: no distance", digit, -l)
		}
	}
}

// TestLearns: a few hundred iterations suffice for the generated digits.
func TestLearns(t *testing.T) {
	for _, c := range []struct {
		net  string
		want float64
	}{{"lenet-5", .98}, {"lenet-5-1998", .95}} {
		m := modeltest.Train(t, making(named(c.net), classify.DefaultData()), 150, 1)
		v, err := m.Evaluate(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if v[0] < c.want {
			t.Errorf("%s: test accuracy %.4f after 150 iterations, want %v", c.net, v[0], c.want)
		}
		t.Logf("%s: test accuracy %.4f, loss %.4f", c.net, v[0], v[1])
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.Net = "lenet5" }, `net is "lenet5", did you mean "lenet-5"?: want one of [lenet-1 lenet-4 lenet-5 lenet-5-1998]`},
		{func(c *Config) { c.Activation = "rleu" }, `activation is "rleu", did you mean "relu"?: want one of [relu tanh]`},
		{func(c *Config) { c.Pool = "maximum" }, `pool is "maximum", did you mean "max"?: want one of [max average]`},
		{func(c *Config) { c.BatchSize = 0 }, "batch_size is 0: want 1 to 65536"},
	} {
		cfg := Default()
		c.change(&cfg)
		if err := cfg.Validate(); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	if _, err := NewNetwork(Default(), 12, 28, 1, 10, rng.New(1, "")); err == nil {
		t.Error("pictures of 12 x 28 are not refused")
	}
	if _, err := NewNetwork(named("lenet-5-1998"), 28, 28, 3, 10, rng.New(1, "")); err == nil {
		t.Error("pictures in colour are not refused for the network of 1998")
	}
	if n, err := NewNetwork(Default(), 40, 32, 3, 7, rng.New(1, "")); err != nil {
		t.Error(err)
	} else {
		tape := tensor.NewTape()
		if got := tape.Shape(n.Forward(tape, tape.Buffer(2, 40, 32, 3))); got != tensor.ShapeOf(2, 7) {
			t.Errorf("logits %v of larger pictures", got)
		}
	}
}
