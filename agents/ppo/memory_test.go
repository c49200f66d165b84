package ppo

import (
	"slices"
	"strings"
	"testing"

	"tesuji/agents"
	"tesuji/agents/agenttest"
	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/envs/envtest"
	"tesuji/nets"
	"tesuji/tensor"
)

// remembering is small with a memory. Its last rollout is not a multiple of the sequences.
func remembering(kind string) Config {
	c := small()
	c.Memory, c.BatchSize = kind, 10
	c.LSTMHiddenSize, c.SequenceLength = 6, 5
	c.MemoryWindow, c.TransformerWidth, c.TransformerHeads = 4, 8, 2
	return c
}

func TestMemoryContract(t *testing.T) {
	shared := remembering("lstm")
	shared.EnableCriticLSTM, shared.SharedLSTM, shared.NLSTMLayers = false, true, 2
	linear := remembering("lstm")
	linear.EnableCriticLSTM, linear.FeaturesDim = false, 8
	deep := remembering("transformer")
	deep.TransformerLayers, deep.EntCoef = 2, .01
	sde := remembering("lstm")
	sde.UseSDE, sde.SDESampleFreq, sde.LogStdInit = true, 4, -1
	images := remembering("transformer")
	images.FeaturesDim = 8
	for _, tt := range []struct {
		name   string
		config Config
		env    func() envs.Env
	}{
		{"LSTM", remembering("lstm"), newRecall},
		{"LSTMTruncation", remembering("lstm"), func() envs.Env { return envtest.NewRing(envs.NewBox(-1, 1, 1)) }},
		{"SharedLSTM", shared, func() envs.Env { return classic.NewCartPole(classic.CartPoleOptions{}) }},
		{"ImageLSTM", linear, func() envs.Env { return envtest.NewIdentityImage(4, 8) }},
		{"SDELSTM", sde, func() envs.Env { return envtest.NewIdentityBox(2) }},
		{"Transformer", remembering("transformer"), newRecall},
		{"TransformerTruncation", remembering("transformer"), func() envs.Env { return envtest.NewRing(envs.NewDiscrete(2)) }},
		{"DeepTransformer", deep, newRecall},
		{"ImageTransformer", images, func() envs.Env { return envtest.NewIdentityImage(4, 8) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			agenttest.Run(t, agenttest.Case{New: making(tt.config), Env: tt.env, NumEnvs: 2, Steps: 100, Warm: 6, WarmSteps: 2000})
		})
	}
}

// TestSequencesAreTheSteps: what a minibatch makes of a rollout, before an update has changed the
// weights, is to the bit what the steps made of it, episode by episode.
func TestSequencesAreTheSteps(t *testing.T) {
	for _, kind := range []string{"lstm", "transformer"} {
		for _, env := range []func() envs.Env{newRecall, newCartPole, func() envs.Env { return envtest.NewRing(envs.NewDiscrete(3)) }} {
			a, err := newAgent(remembering(kind), agents.Setup{Env: several(3, env), Steps: 1000 * 3, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			for rollout := range 4 {
				if err := a.collector.Collect(16, agenttest.Discard{}); err != nil {
					t.Fatal(err)
				}
				a.collector.Score()
				a.rollout.Advantages(.99, .95)
				perm, tape := a.perm[:a.rollout.Len()], tensor.NewTape()
				a.collector.Shuffle(a.order, perm)
				seen := make([]bool, len(perm))
				for lo, hi := 0, 0; lo < len(perm); lo = hi {
					hi = a.collector.End(lo, a.cfg.BatchSize)
					for _, i := range perm[lo:hi] {
						if seen[i] {
							t.Fatalf("transition %d is learned from twice", i)
						}
						seen[i] = true
					}
					m := a.batch
					a.rollout.Gather(perm[lo:hi], m)
					tape.Reset()
					obs, past := a.collector.Recall(perm[lo:hi], m)
					out, value := a.net.Both(tape, obs.Put(tape), past)
					logProb := a.net.Dist.LogProb(tape, out, tape.InputOf(m.Actions, m.Len(), 1))
					if !slices.Equal(tape.Value(logProb), m.LogProbs) || !slices.Equal(tape.Value(value), m.Values) {
						t.Fatalf("%s, rollout %d: log-probabilities %v and values %v, the steps gave %v and %v", kind, rollout, tape.Value(logProb), tape.Value(value), m.LogProbs, m.Values)
					}
				}
				if err := a.train(hyper{rate: 1e-3, clip: .2}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func newRecall() envs.Env { return envtest.NewRecall(4) }

func TestMemoryTrace(t *testing.T) {
	for _, kind := range []string{"lstm", "transformer"} {
		c := remembering(kind)
		c.NSteps, c.BatchSize = 32, 100
		agenttest.Trace(t, agenttest.Case{New: making(c), Env: newRecall, NumEnvs: 8, Steps: 1000}, 3, kind+".trace")
	}
}

// TestOwnConvolutions: a memory needs convolutions that are shared.
func TestOwnConvolutions(t *testing.T) {
	c := remembering("lstm")
	c.ShareFeaturesExtractor, c.FeaturesDim = false, 8
	setup := agents.Setup{Env: several(2, func() envs.Env { return envtest.NewIdentityImage(4, 8) }), Steps: 100}
	if _, err := New(c, setup); err == nil || !strings.Contains(err.Error(), "share_features_extractor is false") {
		t.Errorf("error %v", err)
	}
}

// TestForget: a row goes on from the row before, and begins anew where it is told to, as a row of
// its own does. What an explanation looks at is not remembered.
func TestForget(t *testing.T) {
	for _, kind := range []string{"lstm", "transformer"} {
		c := remembering(kind)
		a, err := New(c, agents.Setup{Env: several(2, func() envs.Env { return envtest.NewIdentityBox(2) }), Steps: 100, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		p := a.Policy().(agents.Rememberer)
		act := func(obs ...float32) []float32 {
			t.Helper()
			actions := make([]float32, len(obs))
			if err := p.Act(envs.Rows{N: len(obs) / 2, Size: 2, F32: obs}, true, actions); err != nil {
				t.Fatal(err)
			}
			return actions
		}
		p.Forget(nil)
		first := act(.5, -.5, .1, .2)
		if _, err := p.(agents.Explainer).Explain(envs.Rows{N: 2, Size: 2, F32: []float32{1, 1, 1, 1}}); err != nil {
			t.Fatal(err)
		}
		second := act(.5, -.5, .1, .2)
		if slices.Equal(first, second) {
			t.Errorf("%s: nothing is remembered", kind)
		}
		p.Forget([]bool{true, false})
		third := act(.5, -.5, .1, .2)
		if !slices.Equal(third[:2], first[:2]) || slices.Equal(third[2:], first[2:]) || slices.Equal(third[2:], second[2:]) {
			t.Errorf("%s: after Forget of the first row %v, at first %v and then %v", kind, third, first, second)
		}
		p.Forget(nil)
		if again := [][]float32{act(.5, -.5, .1, .2), act(.5, -.5, .1, .2)}; !slices.Equal(again[0], first) || !slices.Equal(again[1], second) {
			t.Errorf("%s: begun anew %v, want %v and %v", kind, again, first, second)
		}
	}
}

// TestRecall: what needs a memory is learned with one, and not without.
func TestRecall(t *testing.T) {
	if testing.Short() {
		t.Skip("short: learning takes seconds")
	}
	for _, tt := range []struct {
		memory string
		best   bool
	}{{"none", false}, {"lstm", true}, {"transformer", true}} {
		t.Run(tt.memory, func(t *testing.T) {
			c := Default()
			c.Memory, c.LSTMHiddenSize, c.SequenceLength = tt.memory, 16, 16
			c.MemoryWindow, c.TransformerWidth, c.TransformerHeads = 8, 16, 2
			c.NSteps, c.BatchSize, c.NEpochs = 64, 128, 4
			c.LearningRate, c.EntCoef = nets.Constant(3e-3), .01
			c.NetArch.Pi, c.NetArch.Vf = nil, []int{16}
			a := agenttest.Train(t, making(c), several(8, newRecall), 20_480, 1)
			got := agenttest.MeanReturn(t, a.Policy(), newRecall, 100, 1000)
			if (got == 1) != tt.best || !tt.best && (got < -.4 || got > .4) {
				t.Errorf("mean return %.2f", got)
			}
			t.Logf("mean return %.2f", got)
		})
	}
}
