package experiments

import (
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tesuji/agents"
	"tesuji/configs"
	"tesuji/envs"
	"tesuji/nets"
	"tesuji/nets/onnx"
	"tesuji/tensor"
)

// TestBlueprintActs: the network of a policy, which is exported, takes the raw observations that
// the policy is given normalised and encoded, and chooses the actions that the policy takes.
func TestBlueprintActs(t *testing.T) {
	for preset, set := range map[string][]string{
		"ppo-cartpole":         nil,
		"ppo-pendulum":         {"normalize.obs=true", "ppo.use_sde=false"},
		"a2c-pendulum":         nil,
		"ppo-taxi":             nil,
		"dqn-cartpole":         {"dqn.dueling=true"},
		"dqn-blackjack":        nil,
		"dqn-minatar-breakout": {"dqn.buffer_size=10000"},
	} {
		cfg, err := configs.Load(preset, set, nil)
		if err != nil {
			t.Fatal(err)
		}
		l, err := newAgentLearner(cfg, realParts)
		if err != nil {
			t.Fatal(err)
		}
		w := l.world
		spec := w.vec.Spec()
		obs, raw := envs.MakeRows(spec.Observation, w.vec.Len()), envs.MakeRows(spec.Observation, w.vec.Len())
		if err := w.vec.Reset(obs); err != nil {
			t.Fatal(err)
		}
		copy(raw.F32, obs.F32)
		copy(raw.U8, obs.U8)
		if w.norm != nil {
			w.norm.UnnormalizeObs(raw)
		}
		want := make([]float32, obs.N*spec.Action.Size())
		if err := l.agent.Policy().Act(obs, true, want); err != nil {
			t.Fatal(err)
		}
		b, err := blueprintOf(cfg, l)
		if err != nil {
			t.Fatal(err)
		}
		if err := onnx.Export(io.Discard, b, nil); err != nil {
			t.Errorf("%s: %v", preset, err)
		}
		if err := b.Check(); err != nil {
			t.Errorf("%s: %v", preset, err)
		}
		x := encoded(spec.Observation, raw, b.Dims)
		explained, err := l.agent.Policy().(agents.Explainer).Explain(obs)
		if err != nil {
			t.Fatal(err)
		}
		tape := tensor.NewTape()
		if first := b.Forward(tape, tape.Input(x))[0]; first.Name == "q" {
			for i, q := range tape.Value(first.Var) {
				if want := explained.Scores[i]; math.Abs(float64(q-want)) > 1e-5 {
					t.Errorf("%s: value %d is %v, want %v", preset, i, q, want)
				}
			}
		}
		got := actionsOf(b, x)
		for i := range want {
			if d := math.Abs(float64(got[i] - want[i])); !(d < 1e-5) {
				t.Errorf("%s: action %d is %v, want %v", preset, i, got[i], want[i])
			}
		}
	}
}

// encoded returns observations as numbers [N, dims...]: bytes of images as they are.
func encoded(space envs.Space, obs envs.Rows, dims []int) *tensor.Tensor {
	x := tensor.New(append([]int{obs.N}, dims...)...)
	if len(dims) > 1 {
		for i, v := range obs.U8 {
			x.Data[i] = float32(v)
		}
		return x
	}
	envs.Encode(space, obs, x.Data)
	return x
}

// actionsOf runs a network and returns its output "action".
func actionsOf(b nets.Blueprint, x *tensor.Tensor) []float32 {
	t := tensor.NewTape()
	for _, o := range b.Forward(t, t.Input(x)) {
		if o.Name != "action" {
			continue
		}
		y := t.Value(o.Var)
		if !o.ArgMax {
			return y
		}
		var best []float32
		cols := t.Shape(o.Var).Cols()
		for i := 0; i < len(y); i += cols {
			k := 0
			for j, v := range y[i : i+cols] {
				if v > y[i+k] {
					k = j
				}
			}
			best = append(best, float32(k))
		}
		return best
	}
	return nil
}

// TestExportRefuses: networks that Stable-Baselines3 does not have are not written as if they were its own.
func TestExportRefuses(t *testing.T) {
	dir := t.TempDir()
	for _, option := range []string{"dqn.dueling=true", "dqn.noisy=true", "dqn.distribution=c51"} {
		cfg, err := configs.Load("dqn-cartpole", []string{"n_timesteps=64", "final_eval_episodes=1", "eval.freq=0", "name=" + option[4:8], option}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Train(t.Context(), cfg, Options{Out: dir})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "policy.safetensors")
		if err := Export(r.Run, file, ExportOptions{PyTorch: true}); err == nil || !strings.Contains(err.Error(), "no counterpart") {
			t.Errorf("%s: %v", option, err)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: a file was written", option)
		}
		if err := Export(r.Run, filepath.Join(dir, "own.safetensors"), ExportOptions{}); err != nil {
			t.Error(err)
		}
	}
}

// TestImportExport: weights that are exported for Stable-Baselines3 and imported again are the
// same, and act.
func TestImportExport(t *testing.T) {
	dir := t.TempDir()
	cfg, err := configs.Load("ppo-cartpole", []string{"n_timesteps=256", "final_eval_episodes=2", "eval.freq=0"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Train(t.Context(), cfg, Options{Out: dir})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "policy.safetensors")
	if err := Export(r.Run, file, ExportOptions{PyTorch: true}); err != nil {
		t.Fatal(err)
	}
	imported, err := Import(cfg, file, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	run, err := OpenRun(imported)
	if err != nil {
		t.Fatal(err)
	}
	if run.Manifest.State != Imported || run.Manifest.WeightsSHA256 != r.WeightsSHA256 {
		t.Errorf("%s, weights %s, want %s", run.Manifest.State, run.Manifest.WeightsSHA256, r.WeightsSHA256)
	}
	a, err := Evaluate(t.Context(), r.Run, EvalOptions{Episodes: 2})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Evaluate(t.Context(), imported, EvalOptions{Episodes: 2})
	if err != nil || a.Metrics[0] != b.Metrics[0] {
		t.Errorf("%v and %v, %v", a, b, err)
	}
	if _, err := Reproduce(t.Context(), imported, Options{}); err == nil || !strings.Contains(err.Error(), "nothing to reproduce") {
		t.Errorf("reproduced: %v", err)
	}
	if _, err := Resume(t.Context(), imported, Options{}); err == nil || !strings.Contains(err.Error(), "nothing to resume") {
		t.Errorf("resumed: %v", err)
	}
	for _, name := range []string{"a.onnx", "a.npz", "a.safetensors"} {
		path := filepath.Join(dir, name)
		if err := Export(imported, path, ExportOptions{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() < 1000 {
			t.Errorf("%s: %v", name, err)
		}
	}
	cfg.Normalize.Obs = true
	if _, err := Import(cfg, file, dir, nil); err == nil || !strings.Contains(err.Error(), "normalize.obs") {
		t.Errorf("imported: %v", err)
	}
	for want, err := range map[string]error{
		"want a name that ends in": Export(r.Run, "x.pt", ExportOptions{}),
		"for PyTorch":              Export(r.Run, "x.onnx", ExportOptions{PyTorch: true}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
