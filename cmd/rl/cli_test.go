package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"tesuji/configs"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "rl-test-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "rl")
		if runtime.GOOS == "windows" {
			binary += ".exe"
		}
		if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
			panic(string(out))
		}
		return m.Run()
	}())
}

// command runs the program in a folder, without the settings of whoever runs the tests.
func command(dir string, args ...string) *exec.Cmd {
	c := exec.Command(binary, args...)
	c.Dir = dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TESUJI_") || strings.HasPrefix(v, "TESUJI_KERNELS=") {
			c.Env = append(c.Env, v)
		}
	}
	return c
}

type ran struct {
	stdout, stderr string
	code           int
}

func rl(t testing.TB, dir string, args ...string) ran {
	t.Helper()
	return finish(t, command(dir, args...))
}

func finish(t testing.TB, c *exec.Cmd) ran {
	t.Helper()
	var out, talk bytes.Buffer
	c.Stdout, c.Stderr = &out, &talk
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return ran{out.String(), talk.String(), c.ProcessState.ExitCode()}
}

// tiny is what makes a training short: 512 steps and two episodes of evaluation.
var tiny = []string{
	"--set", "n_timesteps=512", "--set", "eval.freq=256", "--set", "eval.episodes=2",
	"--set", "final_eval_episodes=2", "--set", "checkpoint.freq=256", "--set", "ppo.n_epochs=2",
}

func trainTiny(t testing.TB, dir string, args ...string) ran {
	t.Helper()
	return rl(t, dir, append(append([]string{"train", "--config", "ppo-cartpole"}, tiny...), args...)...)
}

// One run through its whole life.
func TestLife(t *testing.T) {
	dir := t.TempDir()
	r := trainTiny(t, dir, "--seed", "3", "--json")
	if r.code != 0 {
		t.Fatalf("exit code %d\n%s", r.code, r.stderr)
	}
	var trained struct {
		Run     string  `json:"run"`
		Steps   int64   `json:"steps"`
		Seconds float64 `json:"seconds"`
		Mean    float64 `json:"mean_reward"`
		Weights string  `json:"weights_sha256"`
	}
	if err := json.Unmarshal([]byte(r.stdout), &trained); err != nil {
		t.Fatalf("%v\n%s", err, r.stdout)
	}
	run := filepath.Join("runs", "ppo-cartpole-s3")
	if trained.Run != run || trained.Steps != 512 || trained.Seconds <= 0 || trained.Mean < 1 || len(trained.Weights) != 64 {
		t.Errorf("result %+v", trained)
	}

	// The config it wrote makes the same run.
	if r := rl(t, dir, "train", "--config", filepath.Join(run, "config.yaml"), "--out", "again", "--json"); !strings.Contains(r.stdout, trained.Weights) {
		t.Errorf("training again from config.yaml: exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}

	r = rl(t, dir, "eval", run, "--episodes", "3", "--seed", "1", "--json")
	var measured struct {
		Mean     *float64 `json:"mean_reward"`
		Std      *float64 `json:"std_reward"`
		Length   *float64 `json:"mean_length"`
		Episodes int      `json:"episodes"`
	}
	if err := json.Unmarshal([]byte(r.stdout), &measured); err != nil || r.code != 0 {
		t.Fatalf("eval: exit code %d, %v, %s%s", r.code, err, r.stdout, r.stderr)
	}
	if measured.Mean == nil || measured.Std == nil || measured.Length == nil || measured.Episodes != 3 {
		t.Errorf("eval: %s", r.stdout)
	}

	r = rl(t, dir, "reproduce", run, "--json")
	if r.code != 0 || !strings.Contains(r.stdout, `"identical":true`) {
		t.Errorf("reproduce: exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}

	r = rl(t, dir, "plot", run, "-o", "curve.svg", "--json")
	if r.code != 0 || !strings.Contains(r.stdout, `"name":"ppo-cartpole"`) {
		t.Errorf("plot: exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}
	if r = rl(t, dir, "watch", run, "--record", "film.gif", "--max-frames", "3"); r.code != 0 || r.stdout != "film.gif\n" {
		t.Errorf("watch: exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}
	for _, file := range []string{"curve.svg", "film.gif"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}

	// A run that is done is left alone, and its result shown.
	r = rl(t, dir, "train", "--resume", run, "--json")
	if r.code != 0 || !strings.Contains(r.stdout, trained.Weights) || !strings.Contains(r.stderr, "done already") {
		t.Errorf("resume: exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}

	// A changed digit in the progress is found.
	progress := filepath.Join(dir, run, "progress.csv")
	text, err := os.ReadFile(progress)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.SplitAfter(string(text), "\n")
	rows[1] = strings.Replace(rows[1], ",256,", ",257,", 1)
	if err := os.WriteFile(progress, []byte(strings.Join(rows, "")), 0o644); err != nil {
		t.Fatal(err)
	}
	r = rl(t, dir, "reproduce", run, "--json")
	if r.code != 1 || !strings.Contains(r.stdout, `"identical":false`) || !strings.Contains(r.stdout, "time/total_timesteps") {
		t.Errorf("reproduce after a change: exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}
}

// One run of a model through its life.
func TestModelLife(t *testing.T) {
	dir := t.TempDir()
	train := []string{"train", "--config", "mlp-digits", "--set", "n_iterations=60", "--set", "mlp.hidden=[16]", "--set", "mlp.log_interval=10", "--set", "eval.freq=20"}
	r := rl(t, dir, append(train, "--json", "--profile-ops")...)
	var trained struct {
		Run      string  `json:"run"`
		Steps    int64   `json:"steps"`
		Accuracy float64 `json:"test_accuracy"`
		Weights  string  `json:"weights_sha256"`
		Best     struct {
			Accuracy float64 `json:"test_accuracy"`
		} `json:"best"`
	}
	if err := json.Unmarshal([]byte(r.stdout), &trained); err != nil || r.code != 0 {
		t.Fatalf("exit code %d, %v\n%s%s", r.code, err, r.stdout, r.stderr)
	}
	run := filepath.Join("runs", "mlp-digits-s1")
	if trained.Run != run || trained.Steps != 60 || trained.Accuracy < .2 || trained.Best.Accuracy < .2 || len(trained.Weights) != 64 {
		t.Errorf("result %s", r.stdout)
	}
	if !strings.Contains(r.stderr, "60 backward passes") || !strings.Contains(r.stderr, "\nLinear backward ") {
		t.Errorf("profile: %s", r.stderr)
	}
	var measured struct {
		Accuracy float64 `json:"test_accuracy"`
	}
	r = rl(t, dir, "eval", run, "--json")
	if err := json.Unmarshal([]byte(r.stdout), &measured); err != nil || measured.Accuracy != trained.Accuracy {
		t.Errorf("eval: exit code %d, %v, %s%s", r.code, err, r.stdout, r.stderr)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{append(train, "--trace-nan"), 0, "test accuracy"},
		{[]string{"eval", run}, 0, "test accuracy"},
		{[]string{"eval", run, "--episodes", "3"}, 1, "trains the model mlp"},
		{[]string{"reproduce", run}, 0, "identical"},
		{[]string{"plot", run, "-o", "loss.svg"}, 0, "train/loss"},
		{[]string{"plot", run, "-o", "loss.svg", "--metric", "eval/test_accuracy"}, 0, "eval/test_accuracy"},
		{[]string{"sample", run}, 1, "only models of text can be sampled from"},
		{[]string{"sample", run, "--top-p", "2"}, 2, "--top-p 2: want more than 0"},
		{[]string{"watch", run, "--record", "a.gif"}, 1, "there is no policy to record"},
		{[]string{"train", "--resume", run}, 0, "done already"},
		{[]string{"train", "--config", "mlp-digits", "--set", "n_envs=4"}, 2, "n_envs=4: is a key for training an agent"},
	} {
		if r := rl(t, dir, c.args...); r.code != c.code || !strings.Contains(r.stdout+r.stderr, c.want) {
			t.Errorf("%v: exit code %d, want %d with %q\n%s%s", c.args, r.code, c.code, c.want, r.stdout, r.stderr)
		}
	}
}

// A language model learns and writes; the same seed writes the same.
func TestSample(t *testing.T) {
	dir := t.TempDir()
	r := rl(t, dir, "train", "--config", "gpt-shakespeare", "--set", "n_iterations=20", "--set", "eval.freq=0", "--set", "gpt.n_layer=1",
		"--set", "gpt.n_embd=16", "--set", "gpt.block_size=16", "--set", "gpt.log_interval=5", "--json")
	if r.code != 0 || !strings.Contains(r.stdout, `"val_loss":`) || !strings.Contains(r.stdout, `"val_loss_random":`) {
		t.Fatalf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	run := filepath.Join("runs", "gpt-shakespeare-s1")
	a := rl(t, dir, "sample", run, "--prompt", "ROMEO:", "--length", "40")
	if a.code != 0 || !strings.HasPrefix(a.stdout, "ROMEO:") || len(a.stdout) != len("ROMEO:")+40+1 {
		t.Errorf("exit code %d, %q, %s", a.code, a.stdout, a.stderr)
	}
	if b := rl(t, dir, "sample", run, "--prompt", "ROMEO:", "--length", "40"); b.stdout != a.stdout {
		t.Errorf("wrote %q and then %q", a.stdout, b.stdout)
	}
	var out struct{ Prompt, Text string }
	b := rl(t, dir, "sample", run, "--prompt", "ROMEO:", "--length", "40", "--json")
	if err := json.Unmarshal([]byte(b.stdout), &out); err != nil || out.Prompt+out.Text+"\n" != a.stdout {
		t.Errorf("--json: %v, %s", err, b.stdout)
	}
	if b := rl(t, dir, "sample", run, "--seed", "2", "--temperature", "1.5", "--top-k", "30", "--top-p", "0.95", "--length", "40"); b.code != 0 || len(b.stdout) != 41 {
		t.Errorf("exit code %d, %q, %s", b.code, b.stdout, b.stderr)
	}
	if b := rl(t, dir, "sample", run, "--prompt", "Ünlikely"); b.code != 1 || b.stdout != "" || !strings.Contains(b.stderr, "prompt: the character 'Ü'") {
		t.Errorf("exit code %d, %q, %s", b.code, b.stdout, b.stderr)
	}
}

// Several seeds at once give the runs that each would give alone, reported in order.
func TestSeeds(t *testing.T) {
	dir := t.TempDir()
	many := trainTiny(t, dir, "--seeds", "1..3", "--jobs", "3", "--json")
	if many.code != 0 {
		t.Fatalf("exit code %d\n%s", many.code, many.stderr)
	}
	lines := strings.Split(strings.TrimSpace(many.stdout), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines\n%s", len(lines), many.stdout)
	}
	for i, line := range lines {
		if !strings.Contains(line, "ppo-cartpole-s"+string(rune('1'+i))+`"`) {
			t.Errorf("line %d: %s", i, line)
		}
	}
	hash := regexp.MustCompile(`"weights_sha256":"\w+"`)
	alone := trainTiny(t, dir, "--seed", "2", "--json", "--out", "alone")
	if a, b := hash.FindString(alone.stdout), hash.FindString(lines[1]); a == "" || a != b {
		t.Errorf("alone %s, among others %s", a, b)
	}
	people := trainTiny(t, dir, "--seeds", "1..2", "--out", "people")
	if people.code != 0 || !strings.Contains(people.stdout, "2 runs: mean ") || !strings.Contains(people.stdout, "interquartile mean") {
		t.Errorf("exit code %d\n%s%s", people.code, people.stdout, people.stderr)
	}
}

// Ctrl-C writes a checkpoint, says how to go on, and going on gives the bits of an
// uninterrupted run.
func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signal can be sent to one process there")
	}
	dir := t.TempDir()
	long := []string{"train", "--config", "ppo-cartpole", "--seed", "5", "--set", "n_timesteps=20480", "--set", "ppo.n_epochs=1",
		"--set", "eval.freq=0", "--set", "final_eval_episodes=1", "--json"}
	c := command(dir, long...)
	go func() {
		// Once it has rows, it is under way.
		for range 600 {
			time.Sleep(50 * time.Millisecond)
			text, _ := os.ReadFile(filepath.Join(dir, "runs", "ppo-cartpole-s5", "progress.csv"))
			if bytes.Count(text, []byte("\n")) > 2 {
				break
			}
		}
		if c.Process != nil {
			c.Process.Signal(syscall.SIGINT)
		}
	}()
	r := finish(t, c)
	if r.code != 130 || !strings.Contains(r.stderr, "rl train --resume runs/ppo-cartpole-s5") || r.stdout != "" {
		t.Fatalf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	resumed := rl(t, dir, "train", "--resume", "runs/ppo-cartpole-s5", "--json")
	whole := rl(t, dir, append(long, "--out", "whole")...)
	hash := regexp.MustCompile(`"weights_sha256":"\w+"`)
	if a, b := hash.FindString(resumed.stdout), hash.FindString(whole.stdout); a == "" || a != b {
		t.Errorf("resumed %s (exit code %d, %s), never stopped %s", a, resumed.code, resumed.stderr, b)
	}
}

func TestLists(t *testing.T) {
	for name, want := range map[string]string{"envs": "CartPole-v1", "agents": "ppo", "configs": "ppo-cartpole"} {
		r := rl(t, t.TempDir(), "list", name)
		if r.code != 0 || !strings.Contains(r.stdout, want) {
			t.Errorf("list %s: exit code %d\n%s%s", name, r.code, r.stdout, r.stderr)
		}
		r = rl(t, t.TempDir(), "list", name, "--json")
		var items []map[string]any
		if err := json.Unmarshal([]byte(r.stdout), &items); err != nil || len(items) < 3 {
			t.Errorf("list %s --json: %v\n%s", name, err, r.stdout)
		}
	}
	if r := rl(t, t.TempDir(), "list", "models", "--json"); r.code != 0 || !strings.Contains(r.stdout, `"name": "mlp"`) {
		t.Errorf("list models: exit code %d, %s", r.code, r.stdout)
	}
}

// Help and completion, and that what they show exists.
func TestHelp(t *testing.T) {
	root := rl(t, t.TempDir(), "--help")
	for _, verb := range []string{"train", "eval", "watch", "sample", "plot", "reproduce", "list", "bench", "version", "completion"} {
		if !strings.Contains(root.stdout, "\n  "+verb+" ") {
			t.Errorf("rl --help does not name %s", verb)
		}
		r := rl(t, t.TempDir(), verb, "--help")
		if r.code != 0 || !strings.Contains(r.stdout, "Usage: rl "+verb) {
			t.Errorf("rl %s --help: exit code %d\n%s%s", verb, r.code, r.stdout, r.stderr)
		}
		if verb != "version" && !strings.Contains(r.stdout, "Examples:") {
			t.Errorf("rl %s --help has no examples", verb)
		}
	}
	if !strings.Contains(root.stdout, "130 interrupted") {
		t.Error("rl --help does not explain exit codes")
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if r := rl(t, t.TempDir(), "completion", shell); r.code != 0 || len(r.stdout) < 500 {
			t.Errorf("completion %s: exit code %d", shell, r.code)
		}
	}
	r := rl(t, t.TempDir(), "__complete", "train", "--config", "")
	if !strings.Contains(r.stdout, configs.Presets()[0]) {
		t.Errorf("presets are not completed: %s", r.stdout)
	}
	if r := rl(t, t.TempDir(), "version", "--json"); r.code != 0 || !strings.Contains(r.stdout, `"kernels":`) {
		t.Errorf("version: exit code %d, %s", r.code, r.stdout)
	}
}
