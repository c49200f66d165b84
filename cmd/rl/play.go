package main

import (
	"path/filepath"

	"tesuji/envs"
	allenvs "tesuji/envs/all"
	"tesuji/view/scene"
	"tesuji/view/session"

	"github.com/spf13/cobra"
)

func (a *app) play() *cobra.Command {
	var id string
	var seed uint64
	var speed float64
	c := &cobra.Command{
		Use:   "play --env ID",
		Short: "Play an environment yourself, in a window",
		Long: `Open a window in which you act: arrows or WASD move, space fires, and digits choose actions by
number. P pauses, and then arrows step and the mouse winds back; H shows all keys.`,
		Example: `  rl play --env MinAtar/Breakout-v1
  rl play --env Arcade/Pong-v0
  rl play --env CartPole-v1 --speed 0.5`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if id == "" {
				return usagef("which environment? Such as --env MinAtar/Breakout-v1 (rl list envs shows them)")
			}
			if !(speed > 0 && speed <= 100) {
				return usagef("--speed %g: want more than 0, at most 100", speed)
			}
			entry, err := allenvs.Find(id)
			if err != nil {
				return usageError{err}
			}
			s, err := session.New(session.Options{NewEnv: func() (envs.Env, error) {
				e, err := entry.New(nil)
				if err != nil {
					return nil, err
				}
				e.Seed(seed)
				if e.Spec().MaxSteps == 0 {
					return e, nil
				}
				limited, err := envs.NewTimeLimit(e, 0)
				if err != nil {
					return nil, err
				}
				return limited, nil
			}})
			if err != nil {
				return err
			}
			w, err := scene.NewWatch(s, scene.WatchOptions{
				Speed: speed,
				Film:  func(fps float64) (scene.Film, error) { return newFilm(filepath.Clean("."), fps) },
			})
			if err != nil {
				return err
			}
			return a.window(c.Context(), w, "a game needs one")
		},
	}
	f := c.Flags()
	f.StringVar(&id, "env", "", "`id` of the environment (rl list envs shows them)")
	f.Uint64Var(&seed, "seed", 0, "seed of the environment")
	f.Float64Var(&speed, "speed", 1, "how many times as fast as usual")
	return c
}
