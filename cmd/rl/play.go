package main

import (
	"path/filepath"

	"tesuji/envs"
	allenvs "tesuji/envs/all"
	"tesuji/envs/board/weiqi"
	"tesuji/experiments/players"
	"tesuji/view/scene"
	"tesuji/view/session"

	"github.com/spf13/cobra"
)

func (a *app) play() *cobra.Command {
	var id string
	var seed uint64
	var speed float64
	var board boardFlags
	var opponent, colour string
	c := &cobra.Command{
		Use:   "play --env ID | go",
		Short: "Play an environment, or Go, yourself, in a window",
		Long: `Open a window in which you act: arrows or WASD move, space fires, and digits choose actions by
number. P pauses, and then arrows step and the mouse winds back; H shows all keys.

rl play go opens a board, on which the mouse plays; ? shows its keys. Opponents are the players of
rl match, such as engine:uct-1000, a run's directory or gtp:"gnugo --mode gtp". On 5x5, 7x7 and
9x9 it is what AlphaZero learned, unless you say otherwise.`,
		Example: `  rl play --env MinAtar/Breakout-v1
  rl play --env Arcade/Pong-v0
  rl play --env CartPole-v1 --speed 0.5
  rl play go
  rl play go --size 13 --opponent engine:uct-10000 --colour white`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "go" {
				return nil
			}
			return noArguments(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				if id != "" {
					return usagef("go and --env %s: want one of them", id)
				}
				if err := without(c, "go", "speed"); err != nil {
					return err
				}
				who, err := weiqi.ParseColour(colour)
				if err != nil {
					return usagef("--colour %s: want black or white", colour)
				}
				if opponent == "" {
					g, err := board.game(false)
					if err != nil {
						return usageError{err}
					}
					opponent = players.Strongest(g.Rows(), g.Cols())
				}
				names := [2]string{"", opponent}
				if who == weiqi.White {
					names = [2]string{opponent, ""}
				}
				board.seed = seed
				return a.playBoard(c.Context(), names, &board, c.Flags().Changed("komi"))
			}
			if id == "" {
				return usagef("which environment? Such as --env MinAtar/Breakout-v1 (rl list envs shows them)")
			}
			if err := without(c, "an environment", "opponent", "colour", "size", "rules", "komi", "analyst"); err != nil {
				return err
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
	f.StringVar(&opponent, "opponent", "", "of Go: the `player` to play against (default: engine:go5, go7 or go9 on these boards, or engine:uct-1000)")
	f.StringVar(&colour, "colour", "black", "of Go: yours, black or white")
	board.add(f)
	f.Uint64Var(&seed, "seed", 0, "seed of the environment, or of the opponent")
	f.Float64Var(&speed, "speed", 1, "how many times as fast as usual")
	return c
}
