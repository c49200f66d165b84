package alphazero

import (
	"fmt"
	"strings"

	"tesuji/envs"
	"tesuji/envs/board/hex"
	"tesuji/envs/board/inarow"
	"tesuji/envs/board/othello"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/suggest"
)

// Data says which game is learned.
type Data struct {
	// Game is go, tic-tac-toe, connect-four, othello or hex.
	Game string `yaml:"game"`
	// Size is the side of the board of go, othello and hex.
	Size int `yaml:"size"`
	// Rules and Komi are those of go: tromp-taylor, cgos, ...
	Rules string  `yaml:"rules"`
	Komi  float64 `yaml:"komi"`
}

// DefaultData returns tic-tac-toe.
func DefaultData() Data { return Data{Game: "tic-tac-toe", Rules: "cgos", Komi: 7} }

// The games' names.
const (
	ticTacToe   = "tic-tac-toe"
	connectFour = "connect-four"
	goGame      = "go"
	othelloGame = "othello"
	hexGame     = "hex"
)

// Validate returns an error unless there is such a game.
func (d *Data) Validate() error {
	_, err := d.New()
	return err
}

// New returns the game at its start.
func (d *Data) New() (envs.Game, error) {
	sized := func(lo, hi int) error {
		if d.Size < lo || d.Size > hi {
			return fmt.Errorf("size is %d: want %d to %d for %s", d.Size, lo, hi, d.Game)
		}
		return nil
	}
	switch d.Game {
	case ticTacToe:
		return inarow.NewTicTacToe(), nil
	case connectFour:
		return inarow.NewConnectFour(), nil
	case goGame:
		if err := sized(2, 19); err != nil {
			return nil, err
		}
		rules, err := weiqi.RulesByName(d.Rules)
		if err != nil {
			return nil, fmt.Errorf("rules: %w", err)
		}
		rules.Komi = d.Komi
		if err := rules.Validate(); err != nil {
			return nil, err
		}
		return weiqi.NewGame(d.Size, d.Size, rules), nil
	case othelloGame:
		if err := sized(4, 8); err != nil {
			return nil, err
		}
		return othello.New(d.Size), nil
	case hexGame:
		if err := sized(3, 19); err != nil {
			return nil, err
		}
		return hex.New(d.Size, false), nil
	}
	names := []string{goGame, ticTacToe, connectFour, othelloGame, hexGame}
	return nil, fmt.Errorf("game is %q%s: want one of %s", d.Game, suggest.DidYouMean(d.Game, names), strings.Join(names, ", "))
}

// scored is a game that ends with a margin.
type scored interface {
	// Score returns player 0's margin in points, komi taken off.
	Score() float64
	// Owners writes, for each point, 1 if it is player 0's, -1 if it is the other's, 0 if neither's.
	Owners(own []int8)
}

// margin returns player 0's margin of a game that is over as a part of the board, within ±1, and
// whether it has one.
func margin(g envs.Game) (float64, bool) {
	s, ok := g.(scored)
	if !ok {
		return 0, false
	}
	rows, cols, _ := g.Planes()
	return min(1, max(-1, s.Score()/float64(rows*cols))), true
}

// valued is a game whose outcome counts the margin too: what the search maximises.
type valued struct {
	envs.Game
	weight float64 // of the margin
}

// Outcome mixes the result and the margin.
func (v *valued) Outcome() float64 {
	z := v.Game.Outcome()
	if m, ok := margin(v.Game); ok {
		return float64((1-v.weight)*z) + float64(v.weight*m)
	}
	return z
}

// CopyFrom makes v's game equal to another.
func (v *valued) CopyFrom(from envs.Game) { v.Game.CopyFrom(plain(from)) }

// Clone returns a copy.
func (v *valued) Clone() envs.Game { return &valued{v.Game.Clone(), v.weight} }

// plain returns the game that a valued one is of.
func plain(g envs.Game) envs.Game {
	if v, ok := g.(*valued); ok {
		return v.Game
	}
	return g
}
