package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"time"

	"tesuji/agents"
	"tesuji/envs/board/weiqi"
	"tesuji/experiments/players"
	"tesuji/experiments/record"
	"tesuji/internal/version"
	"tesuji/match"
	"tesuji/sgf"
	"tesuji/view/scene"

	"github.com/spf13/pflag"
)

// boardFlags are what the verbs that show a board are told.
type boardFlags struct {
	size, rules, analyst string
	komi                 float64
	move                 int
	seed                 uint64
}

// lastMove stands for the last move of a record.
const lastMove = math.MaxInt

func (o *boardFlags) add(f *pflag.FlagSet) {
	f.StringVar(&o.size, "size", "9", "of Go: the board, a side or COLUMNSxROWS")
	f.StringVar(&o.rules, "rules", "cgos", "of Go: tromp-taylor, cgos, chinese, chinese-ogs, aga or new-zealand")
	f.Float64Var(&o.komi, "komi", 0, "of Go: points for White (default: the rules'; 7 for cgos)")
	f.StringVar(&o.analyst, "analyst", "", "of Go: the `player` that analyses, key A (default: one that plays if it can, or engine:uct-1000)")
}

// game returns an empty board.
func (o *boardFlags) game(komi bool) (*weiqi.Game, error) {
	m := matchOptions{size: o.size, rules: o.rules, komi: o.komi}
	m.Games = 2
	if err := m.complete(komi); err != nil {
		return nil, err
	}
	g := weiqi.NewGame(m.Rows, m.Cols, m.Rules)
	g.SetCap(4 * g.Points())
	return g, nil
}

// openAnalyst returns the player that analyses: if none is named, one like those that play, if one of
// them can.
func (o *boardFlags) openAnalyst(playing ...match.Entrant) (agents.Analyst, error) {
	if o.analyst == "" {
		for _, e := range playing {
			if a, err := analyst(e, o.seed); a != nil || err != nil {
				return a, err
			}
		}
		o.analyst = "engine:uct-1000"
	}
	e, err := players.Open(o.analyst)
	if err != nil {
		return nil, usageError{err}
	}
	if a, err := analyst(e, o.seed); a != nil || err != nil {
		return a, err
	}
	return nil, usagef("--analyst %s: this player does not show what it thinks; want one such as engine:uct-1000", o.analyst)
}

// analyst returns a new player of the kind, nil if such players show nothing of what they think.
func analyst(e match.Entrant, seed uint64) (agents.Analyst, error) {
	if e.New == nil || e.Program { // a program is not started in vain
		return nil, nil
	}
	p, err := e.New(seed)
	if err != nil {
		return nil, err
	}
	a, _ := p.(agents.Analyst)
	return a, nil
}

// playBoard opens a board for players, "" for a person, Black first.
func (a *app) playBoard(ctx context.Context, names [2]string, o *boardFlags, komi bool) error {
	g, err := o.game(komi)
	if err != nil {
		return usageError{err}
	}
	options := scene.BoardOptions{Title: fmt.Sprintf("Go %dx%d", g.Cols(), g.Rows())}
	var entrants [2]match.Entrant
	for i, name := range names {
		if options.Names[i] = "you"; name == "" {
			continue
		}
		if entrants[i], err = players.Open(name); err != nil {
			return usageError{err}
		}
		options.Names[i] = entrants[i].Name
	}
	if options.Analyst, err = o.openAnalyst(entrants[:]...); err != nil {
		return err
	}
	for i, e := range entrants {
		if e.New == nil {
			continue
		}
		if options.Players[i], err = e.New(o.seed + uint64(i)); err != nil {
			return err
		}
		if c, ok := options.Players[i].(interface{ Close(context.Context) error }); ok {
			defer func() {
				end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
				defer cancel()
				_ = c.Close(end) // the game is over: how the program ends changes nothing
			}()
		}
	}
	options.Save = saver(options.Names)
	return a.window(ctx, scene.NewBoard(g, options), "rl gtp plays in a board program")
}

// saver keeps games beside, under names that are free.
func saver(names [2]string) func(g *weiqi.Game) (string, error) {
	return func(g *weiqi.Game) (string, error) {
		info := sgf.Info{Black: names[0], White: names[1], Program: "Tesuji:" + version.String()}
		if g.Over() {
			info.Result = sgf.Result(g.Score())
		}
		text := sgf.Format(sgf.Record(g, info))
		for n := 1; ; n++ {
			path := fmt.Sprintf("game-%d.sgf", n)
			f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
			if errors.Is(err, os.ErrExist) {
				continue
			} else if err != nil {
				return "", err
			}
			_, err = f.WriteString(text)
			return path, errors.Join(err, f.Close())
		}
	}
}

// readRecords reads a file of games, and says what was mended.
func (a *app) readRecords(path string) (*sgf.Collection, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := sgf.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, w := range c.Warnings {
		a.talk.printf("%s:%d:%d: %s\n", path, w.Line, w.Column, w.Text)
	}
	return c, nil
}

// openRecord returns the board of a file's first game.
func (a *app) openRecord(path string, o *boardFlags) (*scene.Board, error) {
	c, err := a.readRecords(path)
	if err != nil {
		return nil, err
	}
	rules, err := weiqi.RulesByName(o.rules)
	if err != nil {
		return nil, usageError{err}
	}
	root := c.Trees[0]
	g, err := sgf.Play(sgf.MainLine(root), rules)
	if illegal := new(sgf.IllegalMove); errors.As(err, &illegal) {
		a.talk.printf("%s: %v: the game is shown up to there\n", path, err)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if n := len(g.Board.Moves()); o.move == lastMove {
		o.move = n
	} else if o.move < 0 || o.move > n {
		return nil, usagef("--move %d: want 0 to %d, the moves of %s", o.move, n, path)
	}
	options := scene.BoardOptions{
		Title: filepath.Base(path), Result: root.SimpleText("RE"),
		Names: [2]string{root.SimpleText("PB"), root.SimpleText("PW")},
	}
	if options.Analyst, err = o.openAnalyst(); err != nil {
		return nil, err
	}
	options.Save = saver(options.Names)
	b := scene.NewBoard(g, options)
	b.Seek(o.move)
	return b, nil
}

// watchRecord shows a file's game in a window, or paints a position with what the analyst thinks.
func (a *app) watchRecord(ctx context.Context, path, picture string, o *boardFlags) error {
	b, err := a.openRecord(path, o)
	if err != nil {
		return err
	}
	if picture == "" {
		return a.window(ctx, b, "paint a position instead: rl watch "+path+" --move 20 --record board.png")
	}
	defer b.Close()
	out, err := record.Create(picture, record.Options{FPS: 1}) // a film of one picture
	if err != nil {
		return err
	}
	defer out.Abort()
	b.Overlays(true, true, false)
	if err := b.Settle(); err != nil {
		return err
	}
	const scale = 1.5
	w, h := b.Size()
	img := image.NewRGBA(image.Rect(0, 0, int(float64(w)*scale), int(float64(h)*scale)))
	if _, err := b.Draw(img, scale); err != nil {
		return err
	}
	if err := out.Add(img); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	a.out.printf("%s\n", picture)
	return nil
}
