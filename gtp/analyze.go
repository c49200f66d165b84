package gtp

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tesuji/agents"
	"tesuji/envs/board/weiqi"
)

// enoughVisits is where an analysis that nobody ends stops computing.
const enoughVisits = 10_000_000

var errNoAnalyst = errors.New("this player cannot be watched while it thinks")

// position returns the game with colour c to move. When the game is over for the rules, two passes
// having been played, it goes on.
func (e *Engine) position(c weiqi.Colour) *weiqi.Game {
	g := e.game.Clone().(*weiqi.Game)
	g.Resume(c)
	return g
}

func (e *Engine) genMove(c *call) (string, error) {
	if len(c.args) != 1 {
		return "", errSyntax
	}
	colour, err := weiqi.ParseColour(c.args[0])
	if err != nil {
		return "", errSyntax
	}
	return e.move(c, colour, nil)
}

// move has the player make a move and plays it. report, if not nil, is shown the thinking, which is
// then an agents.Analyst's.
func (e *Engine) move(c *call, colour weiqi.Colour, report func(*agents.Analysis)) (string, error) {
	begun := time.Now()
	point, err := e.choose(c, colour, true, report)
	e.clock.spend(colour, time.Since(begun))
	switch {
	case errors.Is(err, agents.ErrResigned):
		return "resign", nil
	case err != nil:
		return "", err
	}
	if err := e.game.PlayAs(colour, point); err != nil {
		return "", fmt.Errorf("the player chose %s: %w", e.game.Vertex(point), err)
	}
	return e.game.Vertex(point), nil
}

func (e *Engine) regGenMove(c *call) (string, error) {
	if len(c.args) != 1 {
		return "", errSyntax
	}
	colour, err := weiqi.ParseColour(c.args[0])
	if err != nil {
		return "", errSyntax
	}
	point, err := e.choose(c, colour, false, nil)
	if errors.Is(err, agents.ErrResigned) {
		return "resign", nil
	} else if err != nil {
		return "", err
	}
	return e.game.Vertex(point), nil
}

// choose asks the player for a move, by the clock if timed. An interrupted analyst makes the move that
// is best so far.
func (e *Engine) choose(c *call, colour weiqi.Colour, timed bool, report func(*agents.Analysis)) (int, error) {
	g := e.position(colour)
	a, ok := e.Player.(agents.Analyst)
	if !ok {
		return e.Player.Move(c, g)
	}
	limit := time.Duration(0)
	if timed {
		limit = e.clock.budget(colour, len(g.Board.Moves()), g.Points())
	}
	begun := time.Now()
	if err := a.Begin(g); err != nil {
		return 0, err
	}
	for {
		// The first look is taken whatever happens: afterwards there is a move to make.
		enough, err := a.Think(context.WithoutCancel(c))
		if err != nil {
			return 0, err
		}
		last := enough || c.Err() != nil || limit > 0 && time.Since(begun) >= limit
		if report != nil || last {
			now := a.Analysis()
			if report != nil && (last || now.Visits > 0) {
				report(now)
			}
			if last {
				return now.Candidates[0].Move, nil
			}
		}
	}
}

// style is how an analysis is written: Leela Zero's is integers, in ten-thousandths; KataGo's is numbers
// with a point.
type style uint8

const (
	integers style = iota
	floats
)

// request is what an analysis is to show.
type request struct {
	style     style
	colour    weiqi.Colour
	interval  time.Duration
	most      int // candidates
	ownership bool
	root      bool
}

// request reads [colour] [interval] [key value]...
func (e *Engine) request(args []string, s style) (request, error) {
	r := request{style: s, colour: e.game.ToMove(), interval: time.Second, most: math.MaxInt}
	if len(args) > 0 {
		if c, err := weiqi.ParseColour(args[0]); err == nil {
			r.colour, args = c, args[1:]
		}
	}
	interval := func(text string) error {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || !(n >= 0 && n < 1e9) {
			return errSyntax
		}
		r.interval = max(time.Duration(n*1e7), 10*time.Millisecond)
		return nil
	}
	if len(args) > 0 && args[0] != "" && args[0][0] >= '0' && args[0][0] <= '9' {
		if err := interval(args[0]); err != nil {
			return r, err
		}
		args = args[1:]
	}
	if len(args)%2 != 0 {
		return r, errSyntax
	}
	for ; len(args) > 0; args = args[2:] {
		value := args[1]
		n, numberErr := strconv.Atoi(value)
		yes, boolErr := strconv.ParseBool(strings.ToLower(value))
		var err error
		switch args[0] {
		case "interval":
			err = interval(value)
		case "maxmoves":
			r.most, err = max(n, 1), numberErr
		case "minmoves": // there are never fewer than were tried
			err = numberErr
		case "ownership":
			r.ownership, err = yes, boolErr
		case "rootInfo":
			r.root, err = yes, boolErr
		default:
			return r, fmt.Errorf("key %q is not supported: want interval, maxmoves, minmoves, ownership or rootInfo", args[0])
		}
		if err != nil {
			return r, errSyntax
		}
	}
	return r, nil
}

// write writes an analysis as one line.
func (e *Engine) write(r request, a *agents.Analysis) {
	var b strings.Builder
	for i, c := range a.Candidates[:min(r.most, len(a.Candidates))] {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "info move %s visits %d", e.game.Vertex(c.Move), c.Visits)
		won, lower := (1+c.Value)/2, (1+c.Lower)/2
		if r.style == integers {
			fmt.Fprintf(&b, " winrate %.0f prior %.0f lcb %.0f", 1e4*won, 1e4*c.Prior, 1e4*lower)
		} else {
			fmt.Fprintf(&b, " winrate %.6f prior %.6f lcb %.6f utility %.6f utilityLcb %.6f", won, c.Prior, lower, c.Value, c.Lower)
			if a.Scored { // of the position: there is none for each move
				fmt.Fprintf(&b, " scoreMean %.6f scoreLead %.6f", a.Lead, a.Lead)
			}
		}
		fmt.Fprintf(&b, " order %d pv", i)
		for _, m := range c.Line {
			b.WriteString(" " + e.game.Vertex(m))
		}
	}
	if r.root {
		fmt.Fprintf(&b, " rootInfo visits %d winrate %.6f utility %.6f", a.Visits, (1+a.Value)/2, a.Value)
		if a.Scored {
			fmt.Fprintf(&b, " scoreLead %.6f", a.Lead)
		}
	}
	if r.ownership && a.Ownership != nil {
		b.WriteString(" ownership")
		for _, x := range a.Ownership {
			fmt.Fprintf(&b, " %.4f", x)
		}
	}
	fmt.Fprintln(e.out, b.String())
}

// open begins a reply that is said line by line.
func (e *Engine) open(c *call) error {
	c.opened = true
	fmt.Fprintf(e.out, "=%s\n", c.id)
	return e.flush()
}

func (e *Engine) analyzeInteger(c *call) (string, error) { return e.analyze(c, integers) }
func (e *Engine) analyzeFloat(c *call) (string, error)   { return e.analyze(c, floats) }

// analyze shows its thinking until something else is said. It shows it at least once.
func (e *Engine) analyze(c *call, s style) (string, error) {
	r, err := e.request(c.args, s)
	if err != nil {
		return "", err
	}
	a, ok := e.Player.(agents.Analyst)
	if !ok {
		return "", errNoAnalyst
	}
	if err := a.Begin(e.position(r.colour)); err != nil {
		return "", err
	}
	if err := e.open(c); err != nil {
		return "", err
	}
	shown, visits := time.Now(), 0
	for first := true; ; first = false {
		if visits < enoughVisits {
			if _, err := a.Think(context.WithoutCancel(c)); err != nil {
				return "", err
			}
		} else {
			time.Sleep(10 * time.Millisecond)
		}
		end := e.input.waiting() || c.Err() != nil
		if due := time.Since(shown) >= r.interval; due || end && (first || visits == 0) {
			now := a.Analysis()
			visits = now.Visits
			e.write(r, now)
			if err := e.flush(); err != nil {
				return "", err
			}
			shown = time.Now()
		}
		if end {
			return "", nil
		}
	}
}

func (e *Engine) genMoveInteger(c *call) (string, error) { return e.genMoveAnalyze(c, integers) }
func (e *Engine) genMoveFloat(c *call) (string, error)   { return e.genMoveAnalyze(c, floats) }

// genMoveAnalyze shows its thinking until it moves.
func (e *Engine) genMoveAnalyze(c *call, s style) (string, error) {
	r, err := e.request(c.args, s)
	if err != nil {
		return "", err
	}
	if _, ok := e.Player.(agents.Analyst); !ok {
		return "", errNoAnalyst
	}
	shown, last := time.Now(), (*agents.Analysis)(nil)
	move, err := e.move(c, r.colour, func(a *agents.Analysis) {
		if !c.opened {
			e.open(c)
		}
		if last = a; time.Since(shown) >= r.interval {
			shown, last = time.Now(), nil
			e.write(r, a)
			e.flush()
		}
	})
	if last != nil {
		e.write(r, last)
	}
	if err != nil {
		return "", err
	}
	fmt.Fprintf(e.out, "play %s\n", move)
	return "", nil
}
