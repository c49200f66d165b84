package experiments_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"tesuji/experiments"
	"tesuji/experiments/trainertest"
	"tesuji/internal/rng"
)

// TestKill kills real training processes, as kill -9 and the power switch do, at 25 random moments
// over three agents and a model, and resumes them: the bits must be those of a run that was left alone.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and kills it 25 times: half a minute")
	}
	rl := filepath.Join(t.TempDir(), "rl")
	if runtime.GOOS == "windows" {
		rl += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", rl, "tesuji/cmd/rl").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	draws := rng.New(1, "kill moments")
	for _, c := range []struct {
		name, preset, changes string
		kills                 int
	}{
		{"ppo", "ppo-cartpole", tinyPPO + common + "name=ppo n_envs=4 n_timesteps=6400 eval.freq=1000 checkpoint.freq=300", 7},
		{"a2c", "a2c-mountaincar", tinyA2C + common + "name=a2c n_envs=4 n_timesteps=6400 eval.freq=2000 checkpoint.freq=300", 6},
		{"dqn", "dqn-cartpole-zoo", tinyDQN + common + "name=dqn n_timesteps=8000 eval.freq=1000 checkpoint.freq=300 dqn.buffer_size=2000 dqn.prioritized_replay=true", 7},
		{"mlp", "mlp-digits", "name=mlp n_iterations=1200 eval.freq=100 checkpoint.freq=60 mlp.hidden=[64] mlp.log_interval=20 data.augment=true", 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := load(t, c.preset, c.changes)
			file := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(file, cfg.YAML(), 0o644); err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			first, err := experiments.Train(context.Background(), cfg, experiments.Options{Out: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			took := time.Since(begun)
			want := trainertest.Read(t, first.Run)

			killed := 0
			for run := 0; killed < c.kills; run++ {
				if run == 100 {
					t.Fatalf("100 runs ended before they could be killed %d times", c.kills)
				}
				out := t.TempDir()
				dir := filepath.Join(out, c.name+"-s1")
				for done := false; !done; {
					args := []string{"train", "--config", file, "--out", out, "--json"}
					if _, err := os.Stat(dir); err == nil {
						args = []string{"train", "--resume", dir, "--json"}
					}
					wait := time.Duration(float64(took) * draws.Float64())
					if killed == c.kills {
						wait = time.Hour
					}
					var hit bool
					if hit, err = runAndKill(rl, args, wait); err != nil {
						t.Fatal(err)
					}
					if done = !hit; hit {
						killed++
					}
				}
				trainertest.Same(t, fmt.Sprintf("run %d, after %d kills", run, killed), trainertest.Read(t, dir), want)
			}
			t.Logf("a run takes %v; killed %d times", took.Round(time.Millisecond), killed)
		})
	}
}

// runAndKill runs the program and kills it after a time, unless it ends before, which it must do
// well.
func runAndKill(rl string, args []string, wait time.Duration) (killed bool, err error) {
	cmd := exec.Command(rl, args...)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	if err := cmd.Start(); err != nil {
		return false, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err = <-ended:
	case <-time.After(wait):
		cmd.Process.Kill()
		err = <-ended
		var exit *exec.ExitError
		if errors.As(err, &exit) && (exit.ExitCode() == -1 || runtime.GOOS == "windows") {
			return true, nil
		}
	}
	if err != nil {
		return false, fmt.Errorf("rl %v: %w\n%s", args, err, &talk)
	}
	// What it says at its end is for machines to read.
	var r experiments.Result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || r.WeightsSHA256 == "" {
		return false, fmt.Errorf("rl %v: output %q: %w", args, out.Bytes(), err)
	}
	return false, nil
}
