package plot

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tesuji/internal/rng"
)

// makeRun writes a run directory with a learning curve that rises to top.
func makeRun(t testing.TB, name, env string, seed uint64, steps int, rate, top float64) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), fmt.Sprintf("%s-s%d", name, seed))
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("name: %s\nagent: ppo\nenv: %s\nseed: %d\nppo:\n  gamma: %g\n", name, env, seed, rate)
	r := rng.New(seed, name)
	var rows strings.Builder
	rows.WriteString("eval/mean_reward,rollout/ep_rew_mean,time/time_elapsed,time/total_timesteps\n")
	level := 0.0
	speed := rate * (0.5 + r.Float64())
	for step := 256; step <= steps; step += 256 {
		level += (1-level)*speed + 0.01*r.Normal()*(1-level)
		rows.WriteString(fmt.Sprintf(",%g,%d,%d\n", 20+level*(top-20), step/5000, step))
	}
	rows.WriteString("12,,99,") // a row that is being written
	for file, text := range map[string]string{"config.yaml": config, "progress.csv": rows.String()} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCurves(t *testing.T) {
	var runs []string
	for seed := range uint64(5) {
		runs = append(runs, makeRun(t, "ppo-cartpole", "CartPole-v1", seed, 100_000, 0.02, 500))
	}
	for seed := range uint64(3) {
		runs = append(runs, makeRun(t, "dqn-cartpole", "CartPole-v1", seed, 50_000, 0.015, 420))
	}
	runs = append(runs, makeRun(t, "a2c-cartpole", "CartPole-v1", 1, 90_000, 0.008, 500), runs[0])
	for _, ext := range Formats() {
		var first []byte
		for range 2 {
			o := Options{Runs: runs, Output: filepath.Join(t.TempDir(), "curves"+ext), Statistic: "iqm", Smooth: 5}
			curves, err := Draw(o)
			if err != nil {
				t.Fatal(err)
			}
			if len(curves) != 3 || len(curves[0].Runs) != 5 || len(curves[1].Runs) != 3 || len(curves[2].Runs) != 1 {
				t.Fatalf("runs are grouped wrongly: %d curves", len(curves))
			}
			if last := curves[0].X[len(curves[0].X)-1]; last != 99840 {
				t.Errorf("the curve ends at %v, want 99840", last)
			}
			got, err := os.ReadFile(o.Output)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
				if dir := os.Getenv("PLOT_KEEP"); dir != "" {
					os.WriteFile(filepath.Join(dir, "curves"+ext), got, 0o644)
				}
			} else if ext != ".pdf" && !bytes.Equal(first, got) { // a PDF holds its time of making
				t.Errorf("%s differs when drawn again", ext)
			}
			if entries, _ := os.ReadDir(filepath.Dir(o.Output)); len(entries) != 1 {
				t.Errorf("files are left over beside %s", o.Output)
			}
		}
		switch ext {
		case ".png":
			img, err := png.Decode(bytes.NewReader(first))
			if err != nil {
				t.Fatal(err)
			}
			if b := img.Bounds(); b.Dx() != 1400 || b.Dy() != 860 {
				t.Errorf("picture is %v", b)
			}
		case ".svg":
			if !bytes.Contains(first, []byte("ppo-cartpole (5 seeds)")) || !bytes.Contains(first, []byte("CartPole-v1")) {
				t.Error("the figure lacks its legend or title")
			}
		case ".pdf":
			if !bytes.HasPrefix(first, []byte("%PDF")) {
				t.Error("no PDF")
			}
		}
	}
}

// TestModels: a model's run is drawn against its iterations, its loss by default.
func TestModels(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"config.yaml":  "name: gpt-tiny\nmodel: gpt\nn_iterations: 200\nseed: 1\n",
		"progress.csv": "eval/val_loss,time/iterations,time/time_elapsed,train/loss\n,100,1,4\n3.5,100,,\n,200,2,3\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "a.svg")
	curves, err := Draw(Options{Runs: []string{dir}, Output: out})
	if err != nil {
		t.Fatal(err)
	}
	c := curves[0]
	if c.Metric != "train/loss" || fmt.Sprint(c.Runs[0].X, c.Runs[0].Y) != "[100 200] [4 3]" || c.Env != "gpt" {
		t.Errorf("%+v", c)
	}
	picture, err := os.ReadFile(out)
	if err != nil || !bytes.Contains(picture, []byte(">iterations<")) {
		t.Errorf("the picture does not say iterations: %v", err)
	}
}

func TestErrors(t *testing.T) {
	run := makeRun(t, "ppo", "CartPole-v1", 1, 10_000, 0.02, 500)
	empty := t.TempDir()
	out := filepath.Join(t.TempDir(), "x.png")
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Output: out}, "no run directories"},
		{Options{Runs: []string{empty}, Output: out}, "is no run directory"},
		{Options{Runs: []string{run}, Output: "x.gif"}, `unknown format ".gif"`},
		{Options{Runs: []string{run}, Output: out, X: "step"}, `did you mean "steps"?`},
		{Options{Runs: []string{run}, Output: out, Statistic: "means"}, `did you mean "mean"?`},
		{Options{Runs: []string{run}, Output: out, Metric: "rollout/ep_rew_men"}, `did you mean "rollout/ep_rew_mean"?`},
		{Options{Runs: []string{run}, Output: out, Metric: "eval/mean_reward"}, `no value of "eval/mean_reward"`},
		{Options{Runs: []string{run}, Output: out, X: "episodes"}, `no column "time/episodes"`},
		{Options{Runs: []string{run}, Output: out, Smooth: -1}, "smoothing window"},
		{Options{Runs: []string{run}, Output: out, Width: 1000}, "size is"},
		{Options{Runs: []string{run}, Output: filepath.Join(empty, "none", "x.png")}, "cannot write"},
	} {
		err := Curves(c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

func TestAt(t *testing.T) {
	s := Series{X: []float64{0, 10, 20}, Y: []float64{0, 100, 50}}
	got := s.at([]float64{-5, 0, 5, 10, 15, 20, 30})
	for i, want := range []float64{0, 0, 50, 100, 75, 50, 50} {
		if got[i] != want {
			t.Errorf("point %d is %v, want %v", i, got[i], want)
		}
	}
}

func TestSmooth(t *testing.T) {
	got := smooth([]float64{0, 3, 6, 9, 30}, 3)
	for i, want := range []float64{1.5, 3, 6, 15, 19.5} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("value %d is %v, want %v", i, got[i], want)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{0, 100_000, "0 20k 40k 60k 80k 100k"},
		{0, 1_000_000, "0 0.2M 0.4M 0.6M 0.8M 1M"},
		{0, 500, "0 100 200 300 400 500"},
		{-500, -80, "\u2212500 \u2212400 \u2212300 \u2212200 \u2212100"},
		{0, 0.74, "0 0.2 0.4 0.6"},
		{3, 3, "3"},
	} {
		var labels []string
		for _, tick := range (ticks{}).Ticks(c.low, c.high) {
			labels = append(labels, tick.Label)
		}
		got := strings.Join(labels, " ")
		if got != c.want {
			t.Errorf("ticks of %v to %v: %s, want %s", c.low, c.high, got, c.want)
		}
	}
}
