package gpt

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/models/modeltest"
)

func sampled(t testing.TB, m models.Trainer, o models.SampleOptions) string {
	t.Helper()
	var b strings.Builder
	err := m.(models.Sampler).Sample(context.Background(), o, func(s string) error { b.WriteString(s); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestMemory: token by token gives the bits of the whole text at once.
func TestMemory(t *testing.T) {
	c, data := small(t)
	c.Bias = true
	tr := modeltest.Train(t, making(c, data), 5, 1).(*Trainer)
	tokens := tr.corpus.train[:c.BlockSize]
	tr.measure.Reset()
	whole := slices.Clone(tr.measure.Value(tr.net.Forward(tr.measure, tokens, 1)))
	for _, cut := range [][]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {0, 5, 6, 12}, {0, 12}} {
		memory := tr.net.NewMemory()
		var got []float32
		for i := range len(cut) - 1 {
			tr.measure.Reset()
			got = append(got, tr.measure.Value(tr.net.Next(tr.measure, tokens[cut[i]:cut[i+1]], memory))...)
		}
		for i := range whole {
			if math.Float32bits(got[i]) != math.Float32bits(whole[i]) {
				t.Fatalf("cut at %v: logit %d is %v, want %v", cut, i, got[i], whole[i])
			}
		}
	}
}

func TestSample(t *testing.T) {
	c, data := small(t)
	m := modeltest.Train(t, making(c, data), 20, 1)
	o := models.SampleOptions{Prompt: "the ", Length: 50, Temperature: 1, TopP: 1, Seed: 3}
	a := sampled(t, m, o)
	if len(a) != 50 || sampled(t, m, o) != a {
		t.Errorf("wrote %q, and then something else", a)
	}
	other := o
	other.Seed = 4
	if sampled(t, m, other) == a {
		t.Error("another seed wrote the same")
	}
	// A longer text begins with the shorter one.
	short := o
	short.Length = 20
	if got := sampled(t, m, short); got != a[:20] {
		t.Errorf("20 characters are %q, of 50 %q", got, a[:20])
	}
	// One most likely token is what a temperature of 0 takes, and what little probability leaves.
	greedy, first, least := o, o, o
	greedy.Temperature, first.TopK, least.TopP = 0, 1, 1e-9
	want := sampled(t, m, greedy)
	if sampled(t, m, first) != want || sampled(t, m, least) != want {
		t.Error("top-k 1, top-p nearly 0 and temperature 0 disagree")
	}
	// No prompt, and one that is longer than what the network sees.
	for _, prompt := range []string{"", strings.Repeat("the lazy dog ", 10)} {
		o.Prompt = prompt
		if got := sampled(t, m, o); len(got) != 50 {
			t.Errorf("after %q it wrote %q", prompt, got)
		}
	}
	// What is drawn to does not matter to training.
	state := m.Params().Hash()
	sampled(t, m, o)
	if m.Params().Hash() != state {
		t.Error("sampling changed the weights")
	}
	s := m.(models.Sampler)
	o.Prompt = "Où?"
	if err := s.Sample(context.Background(), o, nil); err == nil || !strings.Contains(err.Error(), "prompt: the character 'O'") {
		t.Errorf("error %v", err)
	}
	o.Prompt = ""
	full := errors.New("full")
	if err := s.Sample(context.Background(), o, func(string) error { return full }); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Sample(ctx, o, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestChoose: tokens come as often as their probabilities have it.
func TestChoose(t *testing.T) {
	probabilities := []float64{.1, .5, .15, .25}
	logits := make([]float32, 4)
	for i, p := range probabilities {
		logits[i] = float32(math.Log(p))
	}
	for _, c := range []struct {
		name string
		o    models.SampleOptions
		want []float64
	}{
		{"plain", models.SampleOptions{Temperature: 1, TopP: 1}, probabilities},
		{"temperature", models.SampleOptions{Temperature: .5, TopP: 1}, []float64{.01 / .345, .25 / .345, .0225 / .345, .0625 / .345}},
		{"top-k", models.SampleOptions{Temperature: 1, TopP: 1, TopK: 2}, []float64{0, 2. / 3, 0, 1. / 3}},
		{"top-k of more than all", models.SampleOptions{Temperature: 1, TopP: 1, TopK: 9}, probabilities},
		{"top-p", models.SampleOptions{Temperature: 1, TopP: .8}, []float64{0, .5 / .9, .15 / .9, .25 / .9}},
		{"very cold", models.SampleOptions{Temperature: 1e-9, TopP: 1}, []float64{0, 1, 0, 0}},
	} {
		var ch chooser
		r := rng.New(1, "test")
		const n = 20_000
		counts := make([]float64, 4)
		for range n {
			counts[ch.choose(logits, c.o, r)]++
		}
		for i, want := range c.want {
			if got := counts[i] / n; math.Abs(got-want) > .012 || want == 0 && got != 0 {
				t.Errorf("%s: token %d came with %v, want %v", c.name, i, got, want)
			}
		}
	}
	var ch chooser
	r := rng.New(1, "test")
	if n := testing.AllocsPerRun(10, func() { ch.choose(logits, models.SampleOptions{Temperature: 1, TopP: .9}, r) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
