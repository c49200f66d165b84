// Package boardgame is what agents that learn a board game have in common: the game by its name, its symmetries, its
// early end and its score, and the ladder of opponents that measures them.
package boardgame

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

// The games' names, as Data has them.
const (
	TicTacToe   = "tic-tac-toe"
	ConnectFour = "connect-four"
	Go          = "go"
	Othello     = "othello"
	Hex         = "hex"
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
	case TicTacToe:
		return inarow.NewTicTacToe(), nil
	case ConnectFour:
		return inarow.NewConnectFour(), nil
	case Go:
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
	case Othello:
		if err := sized(4, 8); err != nil {
			return nil, err
		}
		return othello.New(d.Size), nil
	case Hex:
		if err := sized(3, 19); err != nil {
			return nil, err
		}
		return hex.New(d.Size, false), nil
	}
	names := []string{Go, TicTacToe, ConnectFour, Othello, Hex}
	return nil, fmt.Errorf("game is %q%s: want one of %s", d.Game, suggest.DidYouMean(d.Game, names), strings.Join(names, ", "))
}
