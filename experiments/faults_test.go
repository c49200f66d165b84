package experiments

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tesuji/agents"
	"tesuji/configs"
	"tesuji/experiments/checkpoint"
	"tesuji/nets"
)

// tiny is a run of eight pieces of learning with a checkpoint after each.
func tiny(t testing.TB, changes string) *configs.Run {
	t.Helper()
	set := "n_envs=2 n_timesteps=256 ppo.n_steps=16 ppo.batch_size=16 ppo.n_epochs=1 ppo.net_arch.pi=[4] ppo.net_arch.vf=[4] " +
		"eval.freq=64 eval.episodes=1 final_eval_episodes=1 checkpoint.freq=32 checkpoint.keep=3 name=tiny seed=7 " + changes
	cfg, err := configs.Load("ppo-cartpole", strings.Fields(set), nil)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// interrupted trains tiny until a number of pieces are done and returns the run's directory.
func interrupted(t testing.TB, cfg *configs.Run, pieces int) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, err := Train(ctx, cfg, Options{Out: t.TempDir(), Progress: func(Progress) {
		if pieces--; pieces == 0 {
			cancel()
		}
	}})
	if !errors.Is(err, ErrInterrupted) || !errors.Is(err, context.Canceled) {
		t.Fatalf("not interrupted: %v", err)
	}
	return r.Run
}

func mustTrain(t testing.TB, cfg *configs.Run) *Result {
	t.Helper()
	r, err := Train(context.Background(), cfg, Options{Out: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantError fails unless err says all of the texts.
func wantError(t testing.TB, err error, texts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, s := range texts {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("error %q does not say %q", err, s)
		}
	}
}

func TestDirectory(t *testing.T) {
	cfg := tiny(t, "")
	out := t.TempDir()
	for i, name := range []string{"tiny-s7", "tiny-s7-2", "tiny-s7-3"} {
		r, err := Train(context.Background(), cfg, Options{Out: out})
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(r.Run) != name {
			t.Errorf("run %d is in %s, want %s", i, r.Run, name)
		}
	}
	dir := filepath.Join(out, "tiny-s7")
	var have []string
	filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.Contains(path, "tfevents") {
			have = append(have, strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(dir)+"/"))
		}
		return err
	})
	want := "best/weights.safetensors checkpoints/step-000000000192.safetensors checkpoints/step-000000000224.safetensors " +
		"checkpoints/step-000000000256.safetensors config.yaml evaluations.csv progress.csv run.json weights.safetensors"
	if got := strings.Join(have, " "); got != want {
		t.Errorf("the directory holds\n%s\nwant\n%s", got, want)
	}
	if text(t, dir, configFile) != string(cfg.YAML()) {
		t.Error("config.yaml is not the config")
	}
	var m Manifest
	if err := json.Unmarshal([]byte(text(t, dir, manifestFile)), &m); err != nil {
		t.Fatal(err)
	}
	if m.State != Done || m.Steps != 256 || m.Total != 256 || m.Sessions != 1 || m.ConfigHash != cfg.Hash() || m.Seed != 7 ||
		m.Host.Go == "" || m.Host.Kernels == "" || m.Host.GOMAXPROCS < 1 || len(m.WeightsSHA256) != 64 || m.Final == nil || m.Best == nil {
		t.Errorf("manifest %+v", m)
	}
	// The weights are the policy's alone, the checkpoint everything.
	for path, state := range map[string]bool{weightsFile: false, "best/weights.safetensors": false, "checkpoints/step-000000000256.safetensors": true} {
		f, err := checkpoint.Read(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if (f.State != nil) != state || len(f.Tensors) == 0 {
			t.Errorf("%s: %d bytes of state, %d tensors", path, len(f.State), len(f.Tensors))
		}
	}
	// A run that is done is not done again.
	r, err := Resume(context.Background(), dir, Options{})
	if err != nil || r.WeightsSHA256 != m.WeightsSHA256 || r.Final.Value(metricReward) != m.Final.Value(metricReward) {
		t.Errorf("resuming a finished run: %+v, %v", r, err)
	}
}

func TestBadPlaces(t *testing.T) {
	cfg := tiny(t, "")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Train(context.Background(), cfg, Options{Out: filepath.Join(file, "runs")})
	wantError(t, err, "cannot make the output directory", file, "--out")

	_, err = Resume(context.Background(), filepath.Join(t.TempDir(), "nothing"), Options{})
	wantError(t, err, "no run", "nothing")
	_, err = Resume(context.Background(), t.TempDir(), Options{})
	wantError(t, err, "is no run: it has no config.yaml")
}

// TestNothingLeftBehind: what cannot be built makes no directory.
func TestNothingLeftBehind(t *testing.T) {
	out := t.TempDir()
	bad := factory{env: realParts.env, agent: func(*configs.Run, agents.Setup) (agents.Agent, error) {
		return nil, errors.New("cannot act")
	}}
	_, err := Train(context.Background(), tiny(t, ""), Options{Out: out, parts: &bad})
	wantError(t, err, "agent ppo", "cannot act")
	if left, _ := os.ReadDir(out); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestInUse(t *testing.T) {
	dir := interrupted(t, tiny(t, ""), 2)
	l, err := lockRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	_, err = Resume(context.Background(), dir, Options{})
	wantError(t, err, dir, "in use", fmt.Sprint(os.Getpid()))
	if !errors.Is(err, ErrInUse) {
		t.Error("no ErrInUse")
	}
	// Reading goes on all the same.
	if _, err := Evaluate(context.Background(), dir, EvalOptions{Episodes: 1}); err != nil {
		t.Error(err)
	}
}

// broken is an agent that goes wrong at a piece of learning.
type broken struct {
	agents.Agent
	pieces, at int
	how        func(agents.Recorder) error
}

func (b *broken) Advance(ctx context.Context, rec agents.Recorder) error {
	if err := b.Agent.Advance(ctx, rec); err != nil {
		return err
	}
	if b.pieces++; b.pieces == b.at {
		return b.how(rec)
	}
	return nil
}

func brokenParts(at int, how func(agents.Recorder) error) *factory {
	return &factory{env: realParts.env, agent: func(cfg *configs.Run, s agents.Setup) (agents.Agent, error) {
		a, err := realParts.agent(cfg, s)
		return &broken{Agent: a, at: at, how: how}, err
	}}
}

// TestFailing: an error of the agent or a loss that is no number fails the run, which keeps its
// checkpoint and can go on from there.
func TestFailing(t *testing.T) {
	want := mustTrain(t, tiny(t, ""))
	for name, how := range map[string]func(agents.Recorder) error{
		"train/value_loss is NaN": func(r agents.Recorder) error { r.Record("train/value_loss", math.NaN()); return nil },
		"train/loss is +Inf":      func(r agents.Recorder) error { r.Record("train/loss", math.Inf(1)); return nil },
		"out of luck":             func(agents.Recorder) error { return errors.New("out of luck") },
	} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			_, err := Train(context.Background(), tiny(t, ""), Options{Out: out, parts: brokenParts(5, how)})
			wantError(t, err, "step 160", name, "tiny-s7")
			dir := filepath.Join(out, "tiny-s7")
			r, err := OpenRun(dir)
			if err != nil {
				t.Fatal(err)
			}
			if r.Manifest.State != Failed || !strings.Contains(r.Manifest.Error, name) || r.Manifest.Steps != 128 {
				t.Errorf("manifest %+v", r.Manifest)
			}
			again, err := Resume(context.Background(), dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if again.WeightsSHA256 != want.WeightsSHA256 {
				t.Error("going on from there ends elsewhere")
			}
		})
	}
}

// TestDamaged: whatever happens to the newest checkpoint, the one before it serves, and the run
// ends as it would have.
func TestDamaged(t *testing.T) {
	want := mustTrain(t, tiny(t, ""))
	newest := func(dir string) string {
		list, err := checkpoint.List(filepath.Join(dir, checkpointsDir))
		if err != nil || len(list) != 3 {
			t.Fatalf("%v, %v", list, err)
		}
		return list[0].Path
	}
	rewrite := func(t *testing.T, path string, change func([]byte) []byte) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, change(b), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	damages := []struct {
		name, says string
		change     func([]byte) []byte
	}{
		{"cut", "damaged", func(b []byte) []byte { return b[:len(b)/2] }},
		{"empty", "damaged", func(b []byte) []byte { return nil }},
		{"zeros at the end", "damaged", func(b []byte) []byte { return append(b[:len(b)-512], make([]byte, 512)...) }},
		{"one bit", "damaged", func(b []byte) []byte { b[len(b)-1000] ^= 4; return b }},
		{"newer", "newer version", func(b []byte) []byte {
			var w bytes.Buffer
			tensors, meta, err := nets.ReadSafetensors(b)
			if err != nil {
				t.Fatal(err)
			}
			meta["version"] = "99"
			if err := nets.WriteSafetensors(&w, tensors, meta); err != nil {
				t.Fatal(err)
			}
			return w.Bytes()
		}},
	}
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			dir := interrupted(t, tiny(t, ""), 5)
			path := newest(dir)
			rewrite(t, path, d.change)
			var log bytes.Buffer
			r, err := Resume(context.Background(), dir, Options{Log: &log})
			if err != nil {
				t.Fatal(err)
			}
			if r.WeightsSHA256 != want.WeightsSHA256 {
				t.Error("ends with other weights")
			}
			for _, s := range []string{filepath.Base(path), d.says, "going on from step 128"} {
				if !strings.Contains(log.String(), s) {
					t.Errorf("the log does not say %q:\n%s", s, &log)
				}
			}
			if d := compareRuns(t, want.Run, dir); d != nil {
				t.Error(d)
			}
		})
	}
	t.Run("all of them", func(t *testing.T) {
		dir := interrupted(t, tiny(t, ""), 5)
		list, err := checkpoint.List(filepath.Join(dir, checkpointsDir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			rewrite(t, e.Path, func(b []byte) []byte { return b[:100] })
		}
		_, err = Resume(context.Background(), dir, Options{})
		wantError(t, err, "no usable checkpoint", list[0].Path, list[2].Path)
		if !errors.Is(err, checkpoint.ErrDamaged) {
			t.Error("no ErrDamaged")
		}
		_, err = Evaluate(context.Background(), dir, EvalOptions{})
		wantError(t, err, "no usable checkpoint")
	})
	t.Run("manifest", func(t *testing.T) {
		dir := interrupted(t, tiny(t, ""), 2)
		rewrite(t, filepath.Join(dir, manifestFile), func(b []byte) []byte { return b[:20] })
		_, err := Resume(context.Background(), dir, Options{})
		wantError(t, err, filepath.Join(dir, manifestFile), "damaged")
	})
	t.Run("newer manifest", func(t *testing.T) {
		dir := interrupted(t, tiny(t, ""), 2)
		rewrite(t, filepath.Join(dir, manifestFile), func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"version": 1`), []byte(`"version": 2`), 1)
		})
		_, err := Resume(context.Background(), dir, Options{})
		wantError(t, err, "version 2", "use a newer rl")
	})
	t.Run("config", func(t *testing.T) {
		dir := interrupted(t, tiny(t, ""), 2)
		rewrite(t, filepath.Join(dir, configFile), func(b []byte) []byte {
			return bytes.Replace(b, []byte("seed: 7"), []byte("seed: 8"), 1)
		})
		_, err := Resume(context.Background(), dir, Options{})
		wantError(t, err, configFile, "not the config that the run was started with")
	})
	t.Run("rows", func(t *testing.T) {
		dir := interrupted(t, tiny(t, ""), 3)
		rewrite(t, filepath.Join(dir, progressFile), func(b []byte) []byte { return b[:len(b)-10] })
		_, err := Resume(context.Background(), dir, Options{})
		wantError(t, err, progressFile, "put the file back")
	})
}

// compareRuns returns the first difference of the logs of two finished runs.
func compareRuns(t testing.TB, a, b string) *Difference {
	t.Helper()
	x, err := readLogs(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := readLogs(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := compareTables(progressFile, x.progress, y.progress, true); d != nil {
		return d
	}
	return compareTables(evaluationsFile, x.evaluations, y.evaluations, true)
}

// TestKilledBeforeTheFirstCheckpoint: the run starts over, as if nothing had been.
func TestKilledBeforeTheFirstCheckpoint(t *testing.T) {
	cfg := tiny(t, "checkpoint.freq=0")
	want := mustTrain(t, cfg)
	out := t.TempDir()
	// An agent that fails leaves what a killed process leaves, but for the manifest.
	Train(context.Background(), cfg, Options{Out: out, parts: brokenParts(3, func(agents.Recorder) error { return errors.New("killed") })})
	dir := filepath.Join(out, "tiny-s7")
	if err := os.WriteFile(filepath.Join(dir, checkpointsDir, "step-000000000032.safetensors.tmp"), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	r, err := Resume(context.Background(), dir, Options{Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	if r.WeightsSHA256 != want.WeightsSHA256 || !strings.Contains(log.String(), "starting over") {
		t.Errorf("weights %.8s, want %.8s; log %s", r.WeightsSHA256, want.WeightsSHA256, &log)
	}
	if d := compareRuns(t, want.Run, dir); d != nil {
		t.Error(d)
	}
	events, _ := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	left, _ := filepath.Glob(filepath.Join(dir, checkpointsDir, "*.tmp"))
	if len(events) != 1 || len(left) != 0 {
		t.Errorf("event files %v, leftovers %v", events, left)
	}
}

// TestInterruptedInFinalEvaluation: the training is not lost.
func TestInterruptedInFinalEvaluation(t *testing.T) {
	cfg := tiny(t, "")
	want := mustTrain(t, cfg)
	dir := interrupted(t, cfg, 8) // the last piece
	r, err := OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Manifest.State != Interrupted || r.Manifest.Steps != 256 {
		t.Fatalf("manifest %+v", r.Manifest)
	}
	again, err := Resume(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if again.WeightsSHA256 != want.WeightsSHA256 || again.Final.Value(metricReward) != want.Final.Value(metricReward) {
		t.Errorf("%+v, want %+v", again, want)
	}
}
