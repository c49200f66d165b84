package boardgame

// Effort is how hard a player of what has been learned thinks.
type Effort struct {
	Simulations int // a move
	// Symmetries evaluates each position as the mean over the board's symmetries. So play is stronger for the same
	// number of simulations, which take up to eight times as long.
	Symmetries bool
}
