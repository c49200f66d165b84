package experiments

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tesuji/agents"
	"tesuji/configs"
)

func reproduce(t testing.TB, dir string, o Options) *Reproduction {
	t.Helper()
	o.Out = t.TempDir()
	r, err := Reproduce(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(o.Out); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	return r
}

// edit changes a file of a run.
func edit(t testing.TB, path, old, new string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b, []byte(old)) {
		t.Fatalf("%s does not hold %q", path, old)
	}
	if err := os.WriteFile(path, bytes.Replace(b, []byte(old), []byte(new), 1), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestReproduce(t *testing.T) {
	cfg := tiny(t, "")
	t.Run("same", func(t *testing.T) {
		r := reproduce(t, mustTrain(t, cfg).Run, Options{})
		// Eight rows of the agent, four of evaluations, and the final one.
		if !r.Identical || !r.Weights || r.Rows != 12 || r.Evaluations != 5 || r.Steps != 256 || r.FirstDifference != nil {
			t.Errorf("%+v", r)
		}
	})
	t.Run("a row", func(t *testing.T) {
		run := mustTrain(t, cfg).Run
		table, err := ReadTable(filepath.Join(run, progressFile))
		if err != nil {
			t.Fatal(err)
		}
		loss := table.Text(3, "train/loss")
		edit(t, filepath.Join(run, progressFile), loss, "12.5")
		d := reproduce(t, run, Options{}).FirstDifference
		if d == nil || *d != (Difference{File: progressFile, Row: 4, Step: 96, Key: "train/loss", Want: "12.5", Got: loss}) {
			t.Errorf("%+v", d)
		}
	})
	t.Run("an evaluation", func(t *testing.T) {
		run := mustTrain(t, cfg).Run
		edit(t, filepath.Join(run, evaluationsFile), "192,1,", "192,1,1")
		d := reproduce(t, run, Options{}).FirstDifference
		if d == nil || d.File != evaluationsFile || d.Row != 3 || d.Step != 192 || d.Key != "reward" || d.Want != "1"+d.Got {
			t.Errorf("%+v", d)
		}
	})
	t.Run("weights", func(t *testing.T) {
		first := mustTrain(t, cfg)
		edit(t, filepath.Join(first.Run, manifestFile), first.WeightsSHA256, strings.Repeat("0", 64))
		d := reproduce(t, first.Run, Options{}).FirstDifference
		if d == nil || d.Key != "weights_sha256" || d.Got != first.WeightsSHA256 {
			t.Errorf("%+v", d)
		}
	})
	t.Run("the final evaluation", func(t *testing.T) {
		run := mustTrain(t, cfg).Run
		edit(t, filepath.Join(run, manifestFile), `"lengths": [`, `"lengths": [ 1000000, `)
		d := reproduce(t, run, Options{}).FirstDifference
		if d == nil || d.Key != "final.returns[0]" {
			t.Errorf("%+v", d)
		}
	})
	t.Run("other numbers", func(t *testing.T) {
		// An agent that is not what it was: one metric differs in the last bit, once.
		parts := &factory{env: realParts.env, agent: func(cfg *configs.Run, s agents.Setup) (agents.Agent, error) {
			a, err := realParts.agent(cfg, s)
			return &drifting{Agent: a}, err
		}}
		d := reproduce(t, mustTrain(t, cfg).Run, Options{parts: parts}).FirstDifference
		if d == nil || d.Key != "train/loss" || d.Step != 160 || d.Want == d.Got {
			t.Errorf("%+v", d)
		}
	})
}

// drifting changes the loss of its fifth row by one unit in the last place.
type drifting struct {
	agents.Agent
	agents.Recorder
	rows int
}

func (d *drifting) Advance(ctx context.Context, rec agents.Recorder) error {
	d.Recorder = rec
	return d.Agent.Advance(ctx, d)
}

func (d *drifting) Record(key string, v float64) {
	if key == "train/loss" {
		if d.rows++; d.rows == 5 {
			v = math.Nextafter(v, math.Inf(1))
		}
	}
	d.Recorder.Record(key, v)
}

// TestReproduceUnfinished: as far as it got.
func TestReproduceUnfinished(t *testing.T) {
	t.Run("interrupted", func(t *testing.T) {
		r := reproduce(t, interrupted(t, tiny(t, ""), 5), Options{})
		if !r.Identical || !r.Weights || r.Rows != 7 || r.Evaluations != 2 || r.Steps != 160 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("killed between checkpoints", func(t *testing.T) {
		out := t.TempDir()
		Train(context.Background(), tiny(t, "checkpoint.freq=96"), Options{
			Out: out, parts: brokenParts(5, func(agents.Recorder) error { return errors.New("killed") }),
		})
		r := reproduce(t, filepath.Join(out, "tiny-s7"), Options{})
		// The weights at the checkpoint are compared, the rows as far as they go.
		if !r.Identical || !r.Weights || r.Rows != 7 || r.Steps != 160 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("nothing yet", func(t *testing.T) {
		out := t.TempDir()
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		r, err := Train(ctx, tiny(t, ""), Options{Out: out})
		if !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		_, err = Reproduce(context.Background(), r.Run, Options{Out: out})
		wantError(t, err, "nothing to compare")
	})
}

func TestEvaluate(t *testing.T) {
	cfg := tiny(t, "")
	run := mustTrain(t, cfg).Run
	eval := func(o EvalOptions) *Evaluation {
		t.Helper()
		r, err := Evaluate(context.Background(), run, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	seed := uint64(99)
	a, b := eval(EvalOptions{Episodes: 6}), eval(EvalOptions{Episodes: 6, Seed: &seed})
	if a.Value(metricEpisodes) != 6 || len(a.Returns) != 6 || a.Value(metricReward) != a.Value(metricLength) {
		t.Errorf("%+v", a)
	}
	if again := eval(EvalOptions{Episodes: 6}); !slices.Equal(again.Metrics, a.Metrics) {
		t.Errorf("the same evaluation again: %+v, want %+v", again, a)
	}
	if slices.Equal(a.Returns, b.Returns) {
		t.Error("another seed gave the same episodes")
	}
	if r := eval(EvalOptions{}); r.Value(metricEpisodes) != float64(cfg.FinalEvalEpisodes) {
		t.Errorf("%v episodes by default", r.Value(metricEpisodes))
	}
	sampling := false
	if r := eval(EvalOptions{Episodes: 6, Deterministic: &sampling}); slices.Equal(a.Returns, r.Returns) {
		t.Error("sampled actions gave the same episodes")
	}
	// The manifest's best is an evaluation that the best weights made; here they play others.
	eval(EvalOptions{Weights: BestWeights, Episodes: 2})
	_, err := Evaluate(context.Background(), run, EvalOptions{Weights: "last"})
	wantError(t, err, `"last"`, `"final"`, `"best"`)
	_, err = Evaluate(context.Background(), run, EvalOptions{Episodes: -1})
	wantError(t, err, "-1 episodes")

	unfinished := interrupted(t, tiny(t, "eval.freq=0"), 2)
	var log bytes.Buffer
	if _, err := Evaluate(context.Background(), unfinished, EvalOptions{Log: &log}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "checkpoint at step 64") {
		t.Errorf("log %q", &log)
	}
	_, err = Evaluate(context.Background(), unfinished, EvalOptions{Weights: BestWeights})
	wantError(t, err, "no best weights", "eval.freq is 0")
}

// TestQuota: whatever the number of environments, each plays its share and no more.
func TestQuota(t *testing.T) {
	for _, n := range []int{1, 2, 5, 7, 8} {
		sum := 0
		for i := range n {
			q := quota(6, n, i)
			if q < 6/n || q > 6/n+1 {
				t.Errorf("%d environments: %d episodes for one", n, q)
			}
			sum += q
		}
		if sum != 6 {
			t.Errorf("%d environments play %d episodes, want 6", n, sum)
		}
	}
}

// TestNormalizedWeights: the weights file carries the normaliser's statistics, without which the
// policy would not know what it sees.
func TestNormalizedWeights(t *testing.T) {
	cfg, err := configs.Load("ppo-pendulum", strings.Fields("n_envs=2 n_timesteps=256 ppo.n_steps=32 ppo.n_epochs=1 "+
		"normalize.obs=true normalize.reward=true final_eval_episodes=2 eval.freq=0"), nil)
	if err != nil {
		t.Fatal(err)
	}
	run := mustTrain(t, cfg).Run
	r, err := OpenRun(run)
	if err != nil {
		t.Fatal(err)
	}
	l, err := loadTrained(r, FinalWeights, Options{})
	if err != nil {
		t.Fatal(err)
	}
	norm := l.(*agentLearner).world.norm
	if c := norm.ObsStats().Count; c < 256 || l.params().Hash() != r.Manifest.WeightsSHA256 {
		t.Errorf("statistics of %v observations, weights %.12s", c, l.params().Hash())
	}
	s, err := restore(run, cfg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for i, st := range statistics(s.learner.(*agentLearner).world.norm) {
		have := statistics(norm)[i]
		if !slices.Equal(have.Mean, st.Mean) || !slices.Equal(have.Var, st.Var) || have.Count != st.Count {
			t.Errorf("%s: %+v, want %+v", st.name, have.RunningStats, st.RunningStats)
		}
	}
	// Raw rewards are reported: a pendulum's episode costs hundreds.
	if m := r.Manifest.Final.Value(metricReward); m > -100 {
		t.Errorf("mean reward %v: a normalised one?", m)
	}
}
