package gtp

import (
	"fmt"
	"strings"

	"tesuji/agents"
	"tesuji/envs/board/weiqi"
)

// guiCommands are those that GoGui shows in its menus: how to show what comes back, a label, and the
// command.
func (e *Engine) guiCommands(*call) (string, error) {
	if _, ok := e.Player.(agents.Analyst); !ok {
		return "", nil
	}
	return "dboard/Ownership/tesuji-ownership\npspairs/Visits of moves/tesuji-visits", nil
}

// think analyses the position for as long as a move takes.
func (e *Engine) think(c *call) (*agents.Analysis, error) {
	if _, ok := e.Player.(agents.Analyst); !ok {
		return nil, errNoAnalyst
	}
	var last *agents.Analysis
	_, err := e.choose(c, e.game.ToMove(), false, func(a *agents.Analysis) { last = a })
	return last, err
}

// guiOwnership shows whose each point will be, from 1, Black's, to -1, in rows from the top.
func (e *Engine) guiOwnership(c *call) (string, error) {
	a, err := e.think(c)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i, x := range a.Ownership {
		if e.game.ToMove() == weiqi.White {
			x = -x
		}
		separator := " "
		if i%e.game.Cols() == 0 {
			separator = "\n"
		}
		fmt.Fprintf(&b, "%s%.4f", separator, x)
	}
	return b.String(), nil
}

// guiVisits shows how often each move was tried.
func (e *Engine) guiVisits(c *call) (string, error) {
	a, err := e.think(c)
	if err != nil {
		return "", err
	}
	var words []string
	for _, m := range a.Candidates {
		if m.Move != e.game.Pass() {
			words = append(words, fmt.Sprintf("%s %d", e.game.Vertex(m.Move), m.Visits))
		}
	}
	return strings.Join(words, " "), nil
}
