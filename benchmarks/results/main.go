// Results trains the presets over five seeds and prints the table of docs/results.md:
// target, what rl-zoo's one published run reached, what was obtained here.
//
//	go run ./benchmarks/results            # all, about half an hour on two cores
//	go run ./benchmarks/results ppo-cartpole dqn-acrobot
//
// Each figure is the mean return of the final weights, deterministic, over 100 episodes of
// evaluation environments whose seeds no training saw. It exits with 1 if a target is missed.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// row is a preset and what it must reach.
type row struct {
	preset string
	target float64
	every  bool   // by every seed, not the mean of seeds
	zoo    string // rl-zoo's benchmark.md: one run, mean ± deviation over episodes
}

var rows = []row{
	{"ppo-cartpole", 475, true, "500 ± 0"},
	{"a2c-cartpole", 475, true, "500 ± 0"},
	{"dqn-cartpole", 475, true, "500 ± 0 (its values: dqn-cartpole-zoo)"},
	{"ppo-acrobot", -90, false, "-73.5 ± 18.2"},
	{"dqn-acrobot", -90, false, "-76.6 ± 11.8"},
	{"ppo-mountaincar", -120, false, "-110.4 ± 19.5"},
	{"dqn-mountaincar", -120, false, "-100.8 ± 9.9"},
	{"ppo-pendulum", -250, false, "-172 ± 104"},
	{"ppo-frozenlake", 0.70, false, "not published"},
	{"dqn-frozenlake", 0.70, false, "not published"},
}

// compared rows have no target of ours; they show the presets that stand beside.
var compared = []row{
	{preset: "dqn-cartpole-zoo", zoo: "500 ± 0"},
	{preset: "a2c-acrobot", zoo: "-83.4 ± 17.2"},
	{preset: "a2c-mountaincar", zoo: "-111.3 ± 24.1"},
	{preset: "a2c-pendulum", zoo: "-163 ± 103"},
	{preset: "ppo-mountaincar-continuous", zoo: "88.3 ± 2.6"},
	{preset: "a2c-mountaincar-continuous", zoo: "91.2 ± 0.3"},
	{preset: "ppo-taxi", zoo: "not published"},
	{preset: "ppo-cliffwalking", zoo: "not published"},
}

// outcome is what `rl train --json` prints for a run.
type outcome struct {
	Run     string  `json:"run"`
	Steps   int64   `json:"steps"`
	Seconds float64 `json:"seconds"`
	Mean    float64 `json:"mean_reward"`
	Hash    string  `json:"weights_sha256"`
}

func main() {
	out := flag.String("out", "benchmarks/out/results", "where the runs go")
	seeds := flag.String("seeds", "1..5", "the seeds")
	jobs := flag.Int("jobs", 0, "runs at once, 0 for one a core")
	flag.Parse()
	if err := os.MkdirAll(*out, 0o755); err != nil {
		fatal(err)
	}
	rl := filepath.Join(*out, "rl")
	build := exec.Command("go", "build", "-o", rl, "./cmd/rl")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fatal(fmt.Errorf("building rl: %w", err))
	}
	fmt.Println("| preset | steps | target | rl-zoo, one run | obtained, mean over seeds | each seed | seconds a run |")
	fmt.Println("|---|---|---|---|---|---|---|")
	missed := false
	for _, r := range append(slices.Clone(rows), compared...) {
		if flag.NArg() > 0 && !slices.Contains(flag.Args(), r.preset) {
			continue
		}
		runs, err := train(rl, r.preset, filepath.Join(*out, r.preset), *seeds, *jobs)
		if err != nil {
			fatal(fmt.Errorf("%s: %w", r.preset, err))
		}
		missed = !r.print(runs) || missed
	}
	if missed {
		os.Exit(1)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "results:", err)
	os.Exit(1)
}

// train runs the preset over the seeds into a fresh folder.
func train(rl, preset, out, seeds string, jobs int) ([]outcome, error) {
	if err := os.RemoveAll(out); err != nil {
		return nil, err
	}
	args := []string{"train", "--config", preset, "--seeds", seeds, "--out", out, "--json", "--quiet", "--set", "final_eval_episodes=100"}
	if jobs > 0 {
		args = append(args, "--jobs", fmt.Sprint(jobs))
	}
	cmd := exec.Command(rl, args...)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var runs []outcome
	lines := bufio.NewScanner(bytes.NewReader(stdout))
	for lines.Scan() {
		var o outcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return nil, fmt.Errorf("reading %q: %w", lines.Text(), err)
		}
		runs = append(runs, o)
	}
	if len(runs) == 0 {
		return nil, fmt.Errorf("no result was printed")
	}
	slices.SortFunc(runs, func(a, b outcome) int { return strings.Compare(a.Run, b.Run) })
	return runs, lines.Err()
}

// print writes the row and reports whether the target was met.
func (r row) print(runs []outcome) bool {
	mean, seconds, worst := 0.0, 0.0, runs[0].Mean
	var each []string
	for _, o := range runs {
		mean += o.Mean / float64(len(runs))
		seconds += o.Seconds / float64(len(runs))
		worst = min(worst, o.Mean)
		each = append(each, fmt.Sprintf("%.4g", o.Mean))
	}
	target, met := "", true
	switch {
	case r.target == 0:
	case r.every:
		target, met = fmt.Sprintf("every seed ≥ %g", r.target), worst >= r.target
	default:
		target, met = fmt.Sprintf("mean ≥ %g", r.target), mean >= r.target
	}
	mark := ""
	if !met {
		mark = " (missed)"
	}
	fmt.Printf("| `%s` | %d | %s | %s | **%.4g**%s | %s | %.1f |\n", r.preset, runs[0].Steps, target, r.zoo, mean, mark, strings.Join(each, ", "), seconds)
	return met
}
