package main

import (
	"encoding/json"
	"io"

	"tesuji/experiments"

	"github.com/spf13/cobra"
)

// log is where experiments may say something, nil if it should be quiet.
func (a *app) log() io.Writer {
	if a.quiet {
		return nil
	}
	return a.talk
}

func (a *app) watch() *cobra.Command {
	var o experiments.RecordOptions
	var seed uint64
	var asJSON, best, headless, sample bool
	var speed float64
	c := &cobra.Command{
		Use:   "watch RUN --record FILE",
		Short: "Watch a trained agent: record episodes as a film",
		Long: `Play episodes with a run's policy and record the pictures. The file's name says the format:
.gif, .png (animated, exact colours) or .mp4 (if ffmpeg is installed).`,
		Example: `  rl watch runs/ppo-cartpole-s1 --record cartpole.gif
  rl watch runs/dqn-acrobot-s1 --record acrobot.png --episodes 2 --speed 2
  rl watch runs/ppo-pendulum-s1 --record pendulum.mp4`,
		ValidArgsFunction: runDirs,
		Args:              oneRun,
		RunE: func(c *cobra.Command, args []string) error {
			given := c.Flags().Changed
			switch {
			case o.Path == "" && given("record"):
				return usagef("--record wants a file, such as --record cartpole.gif")
			case o.Path == "" && !headless:
				return usagef("this version has no window: record a film, such as --record cartpole.gif")
			case given("episodes") && o.Episodes < 1:
				return usagef("--episodes %d: want 1 or more", o.Episodes)
			case !(speed > 0 && speed <= 100):
				return usagef("--speed %g: want more than 0, at most 100", speed)
			case given("fps") && !(o.FPS > 0 && o.FPS <= 240):
				return usagef("--fps %g: want more than 0, at most 240", o.FPS)
			case given("fps") && given("speed"):
				return usagef("--fps and --speed contradict each other")
			}
			if given("seed") {
				o.Seed = &seed
			}
			if deterministic := !sample; given("sample") {
				o.Deterministic = &deterministic
			}
			o.Weights, o.Log = weights(best), a.log()
			if given("speed") {
				o.Speed = speed
			}
			r, err := experiments.Record(c.Context(), args[0], o)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(a.out).Encode(r)
			}
			if !a.quiet {
				a.talk.printf("%d frames, %s", r.Frames, span(float64(r.Frames)/r.FPS))
				if r.Played != nil {
					a.talk.printf(", mean reward %s", reward(r.Played.Value("mean_reward")))
				}
				a.talk.printf("\n")
			}
			a.out.printf("%s\n", r.Path)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&o.Path, "record", "", "`file` to record to: .gif, .png or .mp4")
	f.BoolVar(&headless, "headless", false, "open no window; without --record, record to RUN/videos")
	f.Float64Var(&speed, "speed", 1, "how many times as fast as usual")
	f.Float64Var(&o.FPS, "fps", 0, "frames per second (default: what suits the environment)")
	f.IntVar(&o.Episodes, "episodes", 1, "episodes to play")
	f.IntVar(&o.MaxFrames, "max-frames", 0, "stop after so many frames (0: no limit)")
	f.Uint64Var(&seed, "seed", 0, "seed of the environment (default: the config's)")
	f.BoolVar(&sample, "sample", false, "sample actions instead of taking the most likely ones")
	f.BoolVar(&asJSON, "json", false, "one line of JSON")
	weightsFlag(c, &best)
	return c
}
