package agents

import (
	"context"
	"errors"

	"tesuji/envs"
)

// ErrResigned is the error of a Player that gives the game up instead of moving.
var ErrResigned = errors.New("the player resigns")

// Analyst is a player that shows what it thinks of a position while it thinks.
type Analyst interface {
	Player
	// Begin makes a position, which is not over and stays as it is, the one to think about.
	Begin(g envs.Game) error
	// Think goes on for about a hundredth of a second and reports whether it has thought as much as
	// it does for a move. It may be asked to go on for as long as one likes.
	Think(ctx context.Context) (enough bool, err error)
	// Analysis returns what it thinks so far, after one call of Think at least. The first candidate is
	// the move that it would make if it ended now. Move, which knows beforehand how long it thinks,
	// may search in another way.
	Analysis() *Analysis
}

// Analysis is what a player thinks of a position, from the point of view of the player to move.
type Analysis struct {
	Candidates []Candidate // the best first; at least one
	Visits     int         // of the search in all
	Value      float64     // the outcome expected, -1 lost to 1 won
	// Lead is the score expected, as far as Scored is true.
	Lead   float64
	Scored bool
	// Ownership is whose each point will be, from 1, of the player to move, to -1; nil if that is not
	// known.
	Ownership []float32
}

// Candidate is a move that was looked at.
type Candidate struct {
	Move   int
	Visits int
	Value  float64 // as Analysis.Value, after the move
	Lower  float64 // a bound that Value is above with some confidence
	Prior  float64 // probability before any search
	Line   []int   // how the game may go on, beginning with the move
}
