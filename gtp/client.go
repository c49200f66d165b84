package gtp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"tesuji/envs"
	"tesuji/envs/board/weiqi"
)

// Client drives another engine.
type Client struct {
	in  io.WriteCloser
	out *bufio.Reader
	end func() error // waits for the engine's process
}

// Start runs an engine, such as "gnugo", "--mode", "gtp". What it writes to its standard error is
// dropped.
func Start(ctx context.Context, name string, args ...string) (*Client, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("engine %s: %w", name, err)
	}
	c := NewClient(in, out)
	c.end = cmd.Wait
	return c, nil
}

// NewClient drives the engine at the other end of two streams.
func NewClient(in io.WriteCloser, out io.Reader) *Client {
	return &Client{in: in, out: bufio.NewReader(out)}
}

// Refused is an engine's error reply.
type Refused struct{ Command, Reply string }

func (e *Refused) Error() string {
	return fmt.Sprintf("the engine answers %q with: %s", e.Command, e.Reply)
}

// Do sends a command and returns the reply, without the space around it.
func (c *Client) Do(command string, args ...string) (string, error) {
	line := strings.Join(append([]string{command}, args...), " ")
	if _, err := io.WriteString(c.in, line+"\n"); err != nil {
		return "", fmt.Errorf("gtp: %q: %w", line, err)
	}
	var reply []string
	for {
		s, err := c.out.ReadString('\n')
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return "", fmt.Errorf("gtp: reply to %q: %w", line, err)
		}
		if s = strings.TrimRight(s, "\r\n"); s != "" {
			reply = append(reply, s)
		} else if len(reply) > 0 {
			break
		}
	}
	first := reply[0]
	reply[0] = strings.TrimLeft(first[1:], "0123456789")
	text := strings.TrimSpace(strings.Join(reply, "\n"))
	switch first[0] {
	case '=':
		return text, nil
	case '?':
		return "", &Refused{line, text}
	}
	return "", fmt.Errorf("gtp: reply to %q is %q: want it to begin with = or ?", line, first)
}

// Close asks the engine to quit and waits for it.
func (c *Client) Close() error {
	_, err := c.Do("quit")
	if e := c.in.Close(); err == nil {
		err = e
	}
	if c.end != nil {
		if e := c.end(); err == nil {
			err = e
		}
	}
	return err
}

// Player makes an engine a player of Go: before each move it brings the engine to the position,
// by the plies that are new if the game is the one it knows, or else from the start.
type Player struct {
	c     *Client
	rows  int
	cols  int
	komi  float64
	known []weiqi.Move
}

// NewPlayer returns the engine as a player.
func NewPlayer(c *Client) *Player { return &Player{c: c} }

// ErrResigned is the error of a player that gives the game up.
var ErrResigned = errors.New("the engine resigns")

// Move asks the engine for a move of g, which must be a game of Go.
func (p *Player) Move(ctx context.Context, g envs.Game) (int, error) {
	b, ok := g.(*weiqi.Game)
	if !ok {
		return 0, fmt.Errorf("gtp: an engine of Go cannot play %s", g.Name())
	}
	if err := p.follow(b); err != nil {
		return 0, err
	}
	reply, err := p.c.Do("genmove", b.ToMove().String())
	if err != nil {
		return 0, err
	}
	if strings.EqualFold(reply, "resign") {
		p.known = nil
		p.rows = 0
		return 0, ErrResigned
	}
	point, err := b.ParseVertex(reply)
	if err != nil {
		return 0, fmt.Errorf("gtp: the engine moves %q: %w", reply, err)
	}
	p.known = append(p.known, weiqi.Move{Colour: b.ToMove(), Point: point})
	return point, ctx.Err()
}

// follow brings the engine to b's position.
func (p *Player) follow(b *weiqi.Game) error {
	moves := b.Board.Moves()
	same := p.rows == b.Rows() && p.cols == b.Cols() && p.komi == b.Rules().Komi && len(p.known) <= len(moves)
	for i := 0; same && i < len(p.known); i++ {
		same = p.known[i] == moves[i]
	}
	if !same {
		size := []string{fmt.Sprint(b.Cols())}
		command := "boardsize"
		if b.Rows() != b.Cols() {
			command, size = "rectangular_boardsize", append(size, fmt.Sprint(b.Rows()))
		}
		for _, do := range [][]string{append([]string{command}, size...), {"clear_board"}, {"komi", fmt.Sprint(b.Rules().Komi)}} {
			if _, err := p.c.Do(do[0], do[1:]...); err != nil {
				return err
			}
		}
		p.rows, p.cols, p.komi, p.known = b.Rows(), b.Cols(), b.Rules().Komi, p.known[:0]
	}
	for _, m := range moves[len(p.known):] {
		if _, err := p.c.Do("play", m.Colour.String(), b.Vertex(m.Point)); err != nil {
			return err
		}
		p.known = append(p.known, m)
	}
	return nil
}
