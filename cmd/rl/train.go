package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"tesuji/configs"
	"tesuji/experiments"
	"tesuji/experiments/stats"
	"tesuji/tensor"

	"github.com/spf13/cobra"
)

// trainFlags are what rl train was asked for.
type trainFlags struct {
	config string
	set    []string
	seed   uint64
	seeds  string
	jobs   int
	out    string
	resume string
	json   bool

	traceNaN   bool
	profileOps bool
}

func (a *app) train() *cobra.Command {
	var f trainFlags
	c := &cobra.Command{
		Use:   "train --config FILE|PRESET",
		Short: "Train an agent or model, or many with different seeds",
		Long: `Train an agent, or a model.

A config is a preset (rl list configs) or a YAML file. Environment variables change its
values, TESUJI_PPO_LEARNING_RATE=lin_0.001 for the key ppo.learning_rate, and --set changes
them last. Each run gets a directory of its own, OUT/NAME-sSEED, with everything about it:
its complete config, learning progress, checkpoints, and the final weights.

Ctrl-C writes a checkpoint; --resume goes on from there, and ends with the very bits of a run
that was never stopped.`,
		Example: `  rl train --config ppo-cartpole
  rl train --config ppo-cartpole --seed 7 --set ppo.gamma=0.99 --set n_timesteps=200000
  rl train --config dqn-cartpole --seeds 1..10 --jobs 4     ten runs, four at a time
  rl train --config gpt-shakespeare                         a model
  rl train --config mine.yaml --out /data/runs --json
  rl train --resume runs/ppo-cartpole-s1`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := f.check(c); err != nil {
				return err
			}
			if f.resume != "" {
				return a.runAll(c.Context(), f, []job{{
					name: f.resume,
					do: func(ctx context.Context, o experiments.Options) (*experiments.Result, error) {
						return experiments.Resume(ctx, f.resume, o)
					},
				}})
			}
			jobs, err := f.trainings(c.Flags().Changed("seed"))
			if err != nil {
				return err
			}
			return a.runAll(c.Context(), f, jobs)
		},
	}
	fl := c.Flags()
	fl.StringVarP(&f.config, "config", "c", "", "a preset's name or a YAML `file`")
	fl.StringArrayVar(&f.set, "set", nil, "change a `key=value` of the config; may be repeated")
	fl.Uint64Var(&f.seed, "seed", 0, "seed of the run (default: the config's)")
	fl.StringVar(&f.seeds, "seeds", "", "train once with each seed of a `range` such as 1..5")
	fl.IntVar(&f.jobs, "jobs", 0, "runs at the same time (default: one per core)")
	fl.StringVar(&f.out, "out", "runs", "`directory` that run directories are made in")
	fl.StringVar(&f.resume, "resume", "", "go on with a `run` that was stopped")
	fl.BoolVar(&f.json, "json", false, "one line of JSON for each run, when it is done")
	fl.BoolVar(&f.traceNaN, "trace-nan", false, "have the error of a NaN name the operation that made it (takes twice the time)")
	fl.BoolVar(&f.profileOps, "profile-ops", false, "show where the time of training steps goes, by operation")
	complete(c, "config", configs.Presets)
	if err := c.RegisterFlagCompletionFunc("resume", runDirs); err != nil {
		panic(err) // the flag is there
	}
	return c
}

// check refuses flags that contradict one another.
func (f *trainFlags) check(c *cobra.Command) error {
	given := c.Flags().Changed
	if f.resume != "" {
		for _, name := range []string{"config", "set", "seed", "seeds", "jobs", "out"} {
			if given(name) {
				return usagef("--resume goes on with a run as it was begun: --%s has no place beside it", name)
			}
		}
		return nil
	}
	switch {
	case f.config == "":
		return usagef("which config? Such as --config ppo-cartpole (rl list configs shows the presets)")
	case given("seed") && given("seeds"):
		return usagef("--seed and --seeds contradict each other")
	case f.jobs < 0 || given("jobs") && f.jobs == 0:
		return usagef("--jobs %d: want 1 or more", f.jobs)
	}
	return nil
}

// trainings makes a job for each seed. All configs are loaded before anything starts.
func (f *trainFlags) trainings(seedGiven bool) ([]job, error) {
	var seeds []uint64
	if f.seeds != "" {
		var err error
		if seeds, err = parseSeeds(f.seeds); err != nil {
			return nil, err
		}
	} else {
		r, err := loadConfig(f.config, f.set)
		if err != nil {
			return nil, err
		}
		if seeds = []uint64{r.Seed}; seedGiven {
			seeds[0] = f.seed
		}
	}
	jobs := make([]job, len(seeds))
	for i, seed := range seeds {
		r, err := loadConfig(f.config, f.set)
		if err != nil {
			return nil, err
		}
		r.Seed = seed
		jobs[i] = job{
			name: fmt.Sprintf("%s seed %d", r.Name, seed),
			do: func(ctx context.Context, o experiments.Options) (*experiments.Result, error) {
				return experiments.Train(ctx, r, o)
			},
			total: r.Total(), unit: unitOf(r),
		}
	}
	return jobs, nil
}

// job is one run to do.
type job struct {
	name  string // for messages, until the run has a directory
	total int64  // steps, 0 if unknown
	unit  string // of the steps
	do    func(context.Context, experiments.Options) (*experiments.Result, error)
}

// outcome is what came of a job.
type outcome struct {
	result *experiments.Result
	err    error
}

// runAll does the jobs, so many at a time, and reports their results in the order of the jobs.
func (a *app) runAll(ctx context.Context, f trainFlags, jobs []job) error {
	at := f.jobs
	if at == 0 {
		at = runtime.GOMAXPROCS(0)
	}
	at = min(at, len(jobs))
	if at > 1 {
		// Several runs share the cores best with one thread each.
		tensor.SetThreads(1)
	}
	if f.profileOps {
		profile := tensor.StartProfile()
		defer func() {
			profile.Stop()
			a.profileTable(profile)
		}()
	}
	p := newProgress(a, jobs)
	defer p.close()
	defer context.AfterFunc(ctx, func() {
		if !a.quiet {
			p.beside(func() { a.talk.printf("stopping, writing a checkpoint (Ctrl-C again stops at once)\n") })
		}
	})()
	outcomes := make([]outcome, len(jobs))
	done := make([]chan struct{}, len(jobs))
	for i := range done {
		done[i] = make(chan struct{})
	}
	var next sync.Mutex
	taken := 0
	for range at {
		go func() {
			for {
				next.Lock()
				i := taken
				taken++
				next.Unlock()
				if i >= len(jobs) {
					return
				}
				if ctx.Err() == nil {
					r, err := jobs[i].do(ctx, experiments.Options{
						Out: f.out, Progress: p.of(i), Log: p.logOf(i), TraceNaN: f.traceNaN,
					})
					outcomes[i] = outcome{r, err}
				} else {
					outcomes[i].err = fmt.Errorf("%w before it began", experiments.ErrInterrupted)
				}
				p.finished(i, outcomes[i])
				close(done[i])
			}
		}()
	}
	for i := range jobs {
		<-done[i]
		if f.json && outcomes[i].err == nil {
			p.beside(func() { json.NewEncoder(a.out).Encode(outcomes[i].result) })
		}
	}
	p.close()
	return a.conclude(f, jobs, outcomes)
}

// conclude prints the results and turns the outcomes into one error.
func (a *app) conclude(f trainFlags, jobs []job, outcomes []outcome) error {
	var results []*experiments.Result
	var failed, interrupted, waiting int
	for i, o := range outcomes {
		switch {
		case o.err == nil:
			results = append(results, o.result)
		case errors.Is(o.err, experiments.ErrInterrupted):
			interrupted++
			switch {
			case o.result == nil:
				waiting++
			case !a.quiet:
				a.talk.printf("%s interrupted, everything up to step %s is saved. Go on with:\n  rl train --resume %s\n",
					o.result.Run, thousands(o.result.Steps), o.result.Run)
			}
		default:
			failed++
			if len(jobs) > 1 {
				a.talk.printf("%s %s: %v\n", a.talk.red("rl:"), jobs[i].name, o.err)
			}
		}
	}
	if waiting > 0 && !a.quiet {
		a.talk.printf("%d of %d runs had not begun\n", waiting, len(jobs))
	}
	if !f.json {
		a.resultTable(results)
	}
	switch {
	case failed > 0 && len(jobs) == 1:
		return outcomes[0].err
	case failed > 0:
		return errReported
	case interrupted > 0:
		return errInterrupted
	}
	return nil
}

// resultTable shows finished runs, and what they come to together if they are several.
func (a *app) resultTable(results []*experiments.Result) {
	if len(results) == 0 {
		return
	}
	heads, _ := metricColumns(results[0].Final)
	t := newTable(append(append([]string{"run", ">steps", ">time", ">memory"}, heads...), "weights")...)
	var firsts []float64
	for _, r := range results {
		_, cells := metricColumns(r.Final)
		t.row(append(append([]string{r.Run, thousands(r.Steps), span(r.Seconds), short(float64(r.PeakMemory)) + "B"}, cells...), hash(r.WeightsSHA256))...)
		firsts = append(firsts, r.Final.Metrics[0].Value)
	}
	t.print(a.out)
	if len(firsts) > 1 {
		x := stats.Column(firsts)
		ci := stats.Bootstrap(x, stats.IQM, stats.Options{})
		text := func(v float64) string { return metricText(results[0].Final.Metrics[0].Name, v) }
		a.out.printf("%d runs: mean %s, interquartile mean %s, 95%% interval [%s, %s]\n", len(firsts),
			text(stats.Mean(x)), text(stats.IQM(x)), text(ci.Low), text(ci.High))
	}
}

// logOf passes a run's messages on, unless nobody wants to hear them.
func (p *progress) logOf(i int) io.Writer {
	if p.app.quiet {
		return nil
	}
	return logWriter{p}
}

// logWriter writes messages above the progress line.
type logWriter struct{ p *progress }

func (w logWriter) Write(b []byte) (int, error) {
	w.p.beside(func() { w.p.app.talk.Write(b) })
	return len(b), nil
}
