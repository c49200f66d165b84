package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"tesuji/envs/board/weiqi"
	"tesuji/experiments/players"
	"tesuji/internal/version"
	"tesuji/match"
	"tesuji/sgf"

	"github.com/spf13/cobra"
)

// matchOptions are what rl match is told, besides match.Options.
type matchOptions struct {
	match.Options
	size, rules, openings, sgf, sprt string
	komi, alpha, beta                float64
	asJSON                           bool
}

func (a *app) match() *cobra.Command {
	o := matchOptions{size: "9", rules: "cgos", alpha: 0.05, beta: 0.05}
	c := &cobra.Command{
		Use:   "match A B",
		Short: "Let two players of Go play each other, and say which is stronger",
		Long: `Let two players of Go play each other. A player is one of

  engine:NAME    a built-in engine: engine:random, engine:uct-1000 (rl list engines)
  RUN            what a run has learned: its directory
  gtp:COMMAND    a program that speaks the Go Text Protocol

Games come in pairs: both of a pair begin with the same random opening, once with each player
as Black. The board is scored here, by area as it stands after two passes. The difference in
Elo is A's to B's, with the interval that holds the true one at 95%. --sprt ELO0,ELO1 goes on
only until it is clear whether A is stronger by ELO0 or by ELO1.

A program that crashes, makes an illegal move or takes longer than --move-time loses the game.`,
		Example: `  rl match engine:uct-1000 engine:uct-100
  rl match engine:uct-1000 gtp:"gnugo --mode gtp --level 1 --capture-all-dead --chinese-rules" --size 7 --komi 9
  rl match runs/new runs/old --games 2000 --sprt 0,35 --sgf games
  rl match engine:uct-2000 engine:uct-1000 --openings openings.sgf --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef("rl match wants two players, such as engine:uct-1000 engine:random")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			var who [2]match.Entrant
			for i, name := range args {
				e, err := players.Open(name)
				if err != nil {
					return usageError{err}
				}
				who[i] = e
			}
			if who[0].Name == who[1].Name {
				who[0].Name, who[1].Name = who[0].Name+" (A)", who[1].Name+" (B)"
			}
			set := c.Flags().Changed
			switch {
			case set("parallel") && o.Parallel < 1:
				return usagef("--parallel %d: want at least 1", o.Parallel)
			case o.sprt == "" && (set("alpha") || set("beta")):
				return usagef("--alpha and --beta belong to --sprt, which is not given")
			}
			if err := o.complete(set("komi")); err != nil {
				return usageError{err}
			}
			if o.openings != "" {
				c, err := a.readRecords(o.openings)
				if err != nil {
					return usageError{err}
				}
				if o.Openings, err = match.Openings(c, o.Rows, o.Cols, o.Rules); err != nil {
					return usagef("%s: %w", o.openings, err)
				}
			}
			return a.playMatch(c.Context(), who, o)
		},
	}
	f := c.Flags()
	f.IntVar(&o.Games, "games", 100, "games to play, at most with --sprt; rounded up to pairs")
	f.StringVar(&o.size, "size", o.size, "the board: a side, or COLUMNSxROWS")
	f.Float64Var(&o.komi, "komi", 0, "points for White (default: the rules'; 7 for cgos)")
	f.StringVar(&o.rules, "rules", o.rules, "tromp-taylor, cgos, chinese, chinese-ogs, aga or new-zealand")
	f.Uint64Var(&o.Seed, "seed", 1, "of the openings and of built-in players")
	f.IntVar(&o.OpeningPlies, "opening-plies", 2, "moves of each random opening; more where the board has too few")
	f.StringVar(&o.openings, "openings", "", "an SGF file whose games are the openings")
	f.IntVar(&o.Parallel, "parallel", runtime.GOMAXPROCS(0), "games at a time")
	f.DurationVar(&o.MoveTime, "move-time", 2*time.Minute, "what a program may take for a move before it loses; 0 for ever")
	f.StringVar(&o.sprt, "sprt", "", "ELO0,ELO1: stop when one of the two is accepted")
	f.Float64Var(&o.alpha, "alpha", o.alpha, "chance that --sprt accepts ELO1 wrongly")
	f.Float64Var(&o.beta, "beta", o.beta, "chance that --sprt accepts ELO0 wrongly")
	f.StringVar(&o.sgf, "sgf", "", "a directory for the games' records")
	f.BoolVar(&o.asJSON, "json", false, "one line of JSON")
	return c
}

// complete fills the match's options in from the flags.
func (o *matchOptions) complete(komi bool) error {
	cols, rows, two := strings.Cut(o.size, "x")
	if !two {
		rows = cols
	}
	var err1, err2 error
	o.Cols, err1 = strconv.Atoi(cols)
	o.Rows, err2 = strconv.Atoi(rows)
	if err1 != nil || err2 != nil {
		return fmt.Errorf("--size %q: want a side such as 9, or columns and rows such as 9x7", o.size)
	}
	var err error
	if o.Rules, err = weiqi.RulesByName(o.rules); err != nil {
		return err
	}
	if komi {
		o.Rules.Komi = o.komi
	}
	if o.sprt != "" {
		lower, upper, _ := strings.Cut(o.sprt, ",")
		elo0, err1 := strconv.ParseFloat(strings.TrimSpace(lower), 64)
		elo1, err2 := strconv.ParseFloat(strings.TrimSpace(upper), 64)
		if err1 != nil || err2 != nil {
			return fmt.Errorf("--sprt %q: want two differences in Elo, such as 0,35", o.sprt)
		}
		o.SPRT = &match.SPRT{Elo0: elo0, Elo1: elo1, Alpha: o.alpha, Beta: o.beta}
	}
	return o.Validate()
}

// playMatch plays and reports.
func (a *app) playMatch(ctx context.Context, who [2]match.Entrant, o matchOptions) error {
	names := [2]string{who[0].Name, who[1].Name}
	if o.sgf != "" {
		if err := os.MkdirAll(o.sgf, 0o777); err != nil {
			return err
		}
		if _, err := os.Stat(recordFile(o.sgf, 0)); err == nil {
			return usagef("--sgf %s holds the records of another match: want an empty directory", o.sgf)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var notSaved error
	var score float64
	last := time.Now()
	o.Done = func(g *match.Game) {
		score += g.Score
		if g.Failure != "" && !a.quiet {
			a.clearLine()
			a.talk.printf("game %d: %s loses: %s\n", g.Number+1, names[g.Failed], g.Failure)
		}
		if o.sgf != "" {
			root := g.Record(names, sgf.Info{Program: "Tesuji:" + version.String()})
			if err := os.WriteFile(recordFile(o.sgf, g.Number), []byte(sgf.Format(root)), 0o666); err != nil && notSaved == nil {
				notSaved = err
				cancel()
			}
		}
		if now := time.Now(); !a.quiet && (a.talk.terminal || now.Sub(last) >= plainEvery) {
			last = now
			line := fmt.Sprintf("game %d of %d: %s has %g points", g.Number+1, (o.Games+1)/2*2, names[0], score)
			if a.talk.terminal {
				a.talk.printf("\r\x1b[K%s", line)
			} else {
				a.talk.printf("%s\n", line)
			}
		}
	}
	r, err := match.Run(ctx, who[0], who[1], o.Options)
	a.clearLine()
	interrupted := errors.Is(err, context.Canceled)
	switch {
	case notSaved != nil:
		return fmt.Errorf("cannot save a game: %w", notSaved)
	case r == nil || err != nil && !interrupted:
		return err
	case r.Games == 0:
		return errInterrupted
	}
	if o.asJSON {
		err = json.NewEncoder(a.out).Encode(r)
	} else {
		a.showMatch(r)
		err = nil
	}
	if interrupted {
		return errInterrupted
	}
	return err
}

// recordFile is the file of a game, which is numbered from 0.
func recordFile(dir string, number int) string {
	return filepath.Join(dir, fmt.Sprintf("%04d.sgf", number+1))
}

// clearLine takes the line of progress off the terminal.
func (a *app) clearLine() {
	if a.talk.terminal && !a.quiet {
		a.talk.printf("\r\x1b[K")
	}
}

func (a *app) showMatch(r *match.Report) {
	t := newTable("player", ">won", ">drawn", ">lost", ">as Black", ">as White", ">ms/move")
	row := func(name string, all, black, white match.Tally, ms float64) {
		text := func(t match.Tally) string { return fmt.Sprintf("%d-%d-%d", t.Wins, t.Draws, t.Losses) }
		t.row(name, fmt.Sprint(all.Wins), fmt.Sprint(all.Draws), fmt.Sprint(all.Losses), text(black), text(white), short(ms))
	}
	turned := func(t match.Tally) match.Tally { return match.Tally{Wins: t.Losses, Draws: t.Draws, Losses: t.Wins} }
	row(r.A, r.Tally, r.Black, r.White, r.MoveTime[0])
	row(r.B, turned(r.Tally), turned(r.White), turned(r.Black), r.MoveTime[1])
	t.print(a.out)
	a.out.printf("\n%s is %s: %.1f%% of the points, between %.1f%% and %.1f%% at 95%%\n",
		r.A, a.out.bold(r.EloText()), 100*r.Score, 100*r.ScoreLow, 100*r.ScoreHigh)
	a.out.printf("%d games of %.0f plies, %d of them different\n", r.Games, r.MeanPlies, r.Distinct)
	if v := r.SPRT; v != nil {
		verdict := "neither is accepted yet"
		switch v.Accepted {
		case "elo0":
			verdict = fmt.Sprintf("%+g Elo is accepted", v.Elo0)
		case "elo1":
			verdict = fmt.Sprintf("%+g Elo is accepted", v.Elo1)
		}
		a.out.printf("SPRT of %+g and %+g Elo: %s (LLR %.2f of %.2f to %.2f)\n", v.Elo0, v.Elo1, a.out.bold(verdict), v.LLR, v.Lower, v.Upper)
	}
	if n := len(r.Failures); n > 0 {
		a.out.printf("%d games were lost by a program's failure, the first by %s: %s\n", n, r.Failures[0].Player, r.Failures[0].Text)
	}
}
