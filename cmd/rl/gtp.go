package main

import (
	"strings"

	"tesuji/envs/board/weiqi"
	"tesuji/experiments/players"
	"tesuji/gtp"
	"tesuji/internal/version"

	"github.com/spf13/cobra"
)

func (a *app) gtp() *cobra.Command {
	engine, run, rules := "uct-1000", "", "cgos"
	seed := uint64(1)
	c := &cobra.Command{
		Use:   "gtp",
		Short: "Play Go in a board program (Sabaki, GoGui): an engine of the Go Text Protocol",
		Long: `Speak the Go Text Protocol on standard input and output. The moves are made by a built-in
engine (rl list engines) or by what a run has learned. Where the program asks for it, the
engine shows what it thinks while it thinks: moves, win rates and ownership. What AlphaZero
learned plays on the board that it learned on only, and its win rates are those with the komi
that it learned with (go5: 24, go7: 9, go9: 7).`,
		Example: `  rl gtp
  rl gtp --engine uct-10000 --rules tromp-taylor
  rl gtp --engine go9@200                                   what AlphaZero learned, with 200 simulations a move
  printf 'boardsize 9\ngenmove b\nshowboard\n' | rl gtp
  gogui-twogtp -black "rl gtp" -white "gnugo --mode gtp" -size 7 -auto -games 10`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			name := "engine:" + strings.TrimPrefix(engine, "engine:")
			if run != "" {
				if c.Flags().Changed("engine") {
					return usagef("--engine %s and --run %s: want one of them", engine, run)
				}
				name = run
			}
			entrant, err := players.Open(name)
			if err != nil {
				return usageError{err}
			}
			r, err := weiqi.RulesByName(rules)
			if err != nil {
				return usageError{err}
			}
			player, err := entrant.New(seed)
			if err != nil {
				return err
			}
			e := &gtp.Engine{Name: "Tesuji " + strings.TrimPrefix(entrant.Name, "engine:"), Version: version.String(), Player: player, Rules: r, Log: c.ErrOrStderr()}
			return e.Serve(c.Context(), c.InOrStdin(), a.out)
		},
	}
	f := c.Flags()
	f.StringVar(&engine, "engine", engine, "a built-in engine: random, uct-N with N random play-outs a move, or go5, go7, go9 on these boards")
	f.StringVar(&run, "run", run, "a run's directory, instead of an engine")
	f.Uint64Var(&seed, "seed", seed, "of what is random in the player")
	f.StringVar(&rules, "rules", rules, "tromp-taylor, cgos, chinese, chinese-ogs, aga or new-zealand")
	return c
}
