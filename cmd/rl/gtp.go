package main

import (
	"tesuji/agents/uct"
	"tesuji/envs/board/weiqi"
	"tesuji/gtp"
	"tesuji/internal/version"

	"github.com/spf13/cobra"
)

func (a *app) gtp() *cobra.Command {
	cfg := uct.DefaultConfig(1000)
	rules := "cgos"
	c := &cobra.Command{
		Use:   "gtp",
		Short: "Play Go in a board program (Sabaki, GoGui): an engine of the Go Text Protocol",
		Long: `Speak the Go Text Protocol on standard input and output. The moves are made by Monte Carlo
tree search with random play-outs (UCT), which knows nothing but the rules.`,
		Example: `  rl gtp
  rl gtp --playouts 10000 --rules tromp-taylor
  gogui-twogtp -black "rl gtp" -white "gnugo --mode gtp" -size 7 -auto -games 10`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cfg.Validate(); err != nil {
				return usageError{err}
			}
			r, err := weiqi.RulesByName(rules)
			if err != nil {
				return usageError{err}
			}
			e := &gtp.Engine{Name: "Tesuji", Version: version.String(), Player: uct.New(cfg), Rules: r}
			return e.Serve(c.Context(), c.InOrStdin(), a.out)
		},
	}
	c.Flags().IntVar(&cfg.Playouts, "playouts", cfg.Playouts, "play-outs of each move")
	c.Flags().Uint64Var(&cfg.Seed, "seed", cfg.Seed, "of the random play")
	c.Flags().StringVar(&rules, "rules", rules, "tromp-taylor, cgos, chinese, chinese-ogs, aga or new-zealand")
	return c
}
