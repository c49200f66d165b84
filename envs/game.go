package envs

import "tesuji/snapshot"

// Game is a two-player, zero-sum game of perfect information at one position, in which players
// alternate: what search needs. It is not safe for concurrent use.
//
// A move is a number below Moves(), the same for both players and all positions. Values are from
// the point of view of the player to move, unless said otherwise.
type Game interface {
	// Name names the game with its size and rules: games of one name can be copied to one another.
	Name() string
	// Moves returns how many moves there are in all.
	Moves() int
	// Player returns who is to move: 0, who began, or 1.
	Player() int
	// Legal sets legal[i] (of Moves()) for each move that may be made. None may when the game is over.
	Legal(legal []bool)
	// Play makes a move. An illegal one is an error, and nothing is changed.
	Play(move int) error
	// Over reports whether the game has ended.
	Over() bool
	// Outcome returns what a game that is over is worth to player 0: 1 won, 0 drawn, -1 lost.
	Outcome() float64
	// Key tells positions apart: equal positions with the same player to move have equal keys, and
	// different ones almost never.
	Key() uint64
	// Planes returns the size of an observation: rows and columns of the board and planes.
	Planes() (rows, cols, planes int)
	// Observe writes the position [rows, cols, planes], as the player to move sees it: a network's
	// input. Elements are in [-1, 1].
	Observe(x []float32)
	// CopyFrom makes this game equal to another one of the same name.
	CopyFrom(from Game)
	// Clone returns a copy.
	Clone() Game
	// State saves or restores the game with its history.
	snapshot.Stater
}
