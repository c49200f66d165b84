package gtp

import (
	"context"
	"fmt"
	"strings"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/envs/board/weiqi"
)

// Player makes an engine a player of Go: before each move it brings the engine to the position,
// by the plies that are new if the game is the one it knows, or else from the start.
type Player struct {
	c     *Client
	rows  int
	cols  int
	komi  float64
	start string // set-up stones
	known []weiqi.Move
}

// NewPlayer returns the engine as a player.
func NewPlayer(c *Client) *Player { return &Player{c: c} }

// Move asks the engine for a move of g, which must be a game of Go. What an engine may get wrong, an
// illegal move too, is an error; so is agents.ErrResigned.
func (p *Player) Move(ctx context.Context, g envs.Game) (int, error) {
	if err := p.Prepare(ctx, g); err != nil {
		return 0, err
	}
	b := g.(*weiqi.Game)
	reply, err := p.c.Do(ctx, "genmove", b.ToMove().String())
	if err != nil {
		return 0, err
	}
	if strings.EqualFold(reply, "resign") {
		p.rows = 0 // begin from the start if the game goes on nevertheless
		return 0, agents.ErrResigned
	}
	point, err := b.ParseVertex(reply)
	if err != nil {
		p.rows = 0
		return 0, fmt.Errorf("gtp: the engine moves %q: %w", reply, err)
	}
	if err := b.Check(b.ToMove(), point); err != nil {
		p.rows = 0
		return 0, fmt.Errorf("gtp: the engine moves %s, which is illegal: %w", b.Vertex(point), err)
	}
	p.known = append(p.known, weiqi.Move{Colour: b.ToMove(), Point: point})
	return point, nil
}

// Prepare brings the engine to g's position, as Move does first of all. An engine that has just been started
// may need its time for that.
func (p *Player) Prepare(ctx context.Context, g envs.Game) error {
	b, ok := g.(*weiqi.Game)
	if !ok {
		return fmt.Errorf("gtp: an engine of Go cannot play %s", g.Name())
	}
	return p.follow(ctx, b)
}

// Close ends the engine.
func (p *Player) Close(ctx context.Context) error { return p.c.Close(ctx) }

// follow brings the engine to b's position.
func (p *Player) follow(ctx context.Context, b *weiqi.Game) error {
	moves := b.Board.Moves()
	black, white, _, handicap := b.Start()
	start := fmt.Sprint(black, white, handicap)
	same := p.rows == b.Rows() && p.cols == b.Cols() && p.komi == b.Rules().Komi && p.start == start && len(p.known) <= len(moves)
	for i := 0; same && i < len(p.known); i++ {
		same = p.known[i] == moves[i]
	}
	if !same {
		p.rows = 0
		size := []string{"boardsize", fmt.Sprint(b.Cols())}
		if b.Rows() != b.Cols() {
			size = []string{"rectangular_boardsize", fmt.Sprint(b.Cols()), fmt.Sprint(b.Rows())}
		}
		todo := [][]string{size, {"clear_board"}, {"komi", fmt.Sprint(b.Rules().Komi)}}
		// Stones of a handicap are set as such, others by plays of either colour.
		if handicap >= 2 && handicap == len(black) {
			stones := []string{"set_free_handicap"}
			for _, point := range black {
				stones = append(stones, b.Vertex(point))
			}
			todo, black = append(todo, stones), nil
		}
		for c, points := range [][]int{weiqi.Black: black, weiqi.White: white} {
			for _, point := range points {
				todo = append(todo, []string{"play", weiqi.Colour(c).String(), b.Vertex(point)})
			}
		}
		for _, do := range todo {
			if _, err := p.c.Do(ctx, do[0], do[1:]...); err != nil {
				return err
			}
		}
		p.rows, p.cols, p.komi, p.start, p.known = b.Rows(), b.Cols(), b.Rules().Komi, start, p.known[:0]
	}
	for _, m := range moves[len(p.known):] {
		if _, err := p.c.Do(ctx, "play", m.Colour.String(), b.Vertex(m.Point)); err != nil {
			return err
		}
		p.known = append(p.known, m)
	}
	return nil
}
