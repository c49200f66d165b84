package solver

import "tesuji/envs"

// game is an envs.Game as a Position, without a past that matters.
type game struct {
	line  []envs.Game // the positions up to the present one, and further ones for reuse
	now   int
	legal []bool
	value func(envs.Game) int // of a game that is over, for player 0
	most  int                 // the largest value
}

// FromGame returns a game as a Position. Values are 1, 0 and -1; or, if the game has a method Margin,
// by how much is won. Its Key must tell apart all positions that differ in what follows: Go's does
// not, so that Goban is there for it. The game itself stays as it is.
func FromGame(g envs.Game) Position {
	p := &game{line: []envs.Game{g.Clone()}, legal: make([]bool, g.Moves()), most: 1}
	p.value = func(g envs.Game) int { return int(g.Outcome()) }
	if _, ok := g.(interface{ Margin() int }); ok {
		rows, cols, _ := g.Planes()
		p.most = rows * cols
		p.value = func(g envs.Game) int { return g.(interface{ Margin() int }).Margin() }
	}
	return p
}

func (p *game) at() envs.Game { return p.line[p.now] }

// Bounds returns the value of a game that is over.
func (p *game) Bounds() (lo, hi int) {
	g := p.at()
	if !g.Over() {
		return -p.most, p.most
	}
	v := p.value(g)
	if g.Player() == 1 {
		v = -v
	}
	return v, v
}

// Moves appends the legal moves.
func (p *game) Moves(dst []Move) []Move {
	p.at().Legal(p.legal)
	for m, ok := range p.legal {
		if ok {
			dst = append(dst, Move{ID: m, Class: NoClass})
		}
	}
	return dst
}

// Play makes a move.
func (p *game) Play(id int) {
	if p.now+1 == len(p.line) {
		p.line = append(p.line, p.line[0].Clone())
	}
	next := p.line[p.now+1]
	next.CopyFrom(p.line[p.now])
	if err := next.Play(id); err != nil {
		panic("solver: a legal move is refused: " + err.Error())
	}
	p.now++
}

// Undo takes the last move back.
func (p *game) Undo() { p.now-- }

// Key is the game's.
func (p *game) Key() uint64 { return p.at().Key() }
