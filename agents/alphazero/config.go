package alphazero

import (
	"fmt"
)

// Config is the hyper-parameters.
type Config struct {
	// Blocks and Channels are the size of the residual tower, both at least 1. A 5x5 board does with
	// 4 and 32, 9x9 wants 6 and 64 or more.
	Blocks   int `yaml:"blocks"`
	Channels int `yaml:"channels"`

	// Games is how many games are played side by side, at least 1. It is the batch of the network's
	// evaluations: 32 to 256.
	Games int `yaml:"games"`
	// Moves is the number of moves that an iteration plays in each game, at least 1.
	Moves int `yaml:"moves"`
	// Simulations is those of a full search, FastSimulations those of the others, at least 1.
	Simulations     int `yaml:"simulations"`
	FastSimulations int `yaml:"fast_simulations"`
	// FullFraction is the part of the moves that are searched fully, and learned from, in (0, 1].
	FullFraction float64 `yaml:"full_fraction"`
	// MaxConsidered is how many moves a search tries at the root at most, at least 1.
	MaxConsidered int `yaml:"max_considered"`
	// RandomStarts is the part of the games that begin with 1 to RandomMoves random moves, in [0, 1].
	RandomStarts float64 `yaml:"random_starts"`
	RandomMoves  int     `yaml:"random_moves"`
	// SurpriseWeight is the part of a game's rows that goes to positions in proportion to how much the
	// search surprised the network, in [0, 1].
	SurpriseWeight float64 `yaml:"surprise_weight"`
	// ResignBelow gives games up whose value is lower for the player to move, in [-1, 0]; -1 gives none
	// up. ResignKept is the part of the games that are played to the end nevertheless, which shows how
	// many resignations are wrong, in [0, 1].
	ResignBelow float64 `yaml:"resign_below"`
	ResignKept  float64 `yaml:"resign_kept"`
	// MarginWeight is the weight of the margin in what the search maximises, in [0, 1): the rest is
	// the chance of winning. 0 for games without a score.
	MarginWeight float64 `yaml:"margin_weight"`

	// Window is the c of the window's size in rows, at least 1; WindowMost bounds it, at least Window.
	Window     int `yaml:"window"`
	WindowMost int `yaml:"window_most"`
	// Reuse is how often a row is drawn on average, > 0. 2 to 8.
	Reuse float64 `yaml:"reuse"`
	// BatchSize is the rows of a step of the optimiser, at least 1.
	BatchSize int `yaml:"batch_size"`
	// LearningRate is that of Adam at first; it falls along half a cosine to FinalRate. Both > 0.
	LearningRate float64 `yaml:"learning_rate"`
	FinalRate    float64 `yaml:"final_rate"`
	// WeightDecay shrinks weights (AdamW), >= 0.
	WeightDecay float64 `yaml:"weight_decay"`
	// EMADecay is that of the average that plays, a step of the optimiser, in [0, 1).
	EMADecay float64 `yaml:"ema_decay"`
	// OwnershipWeight and MarginLoss weigh the auxiliary losses, >= 0.
	OwnershipWeight float64 `yaml:"ownership_weight"`
	MarginLoss      float64 `yaml:"margin_loss"`

	// Ladder is whom evaluations play against: "random", "uct-N" with N play-outs a move, "gnugo-N", GNU Go
	// at that level, or "earlier", itself as it was after the last full hundred of iterations before.
	Ladder []string `yaml:"ladder"`
	// LadderGames is the number of games against each, an even number of at least 2: from each opening
	// one with either colour.
	LadderGames int `yaml:"ladder_games"`
	// LadderSimulations is the search that evaluations play with, at least 1.
	LadderSimulations int `yaml:"ladder_simulations"`
}

// Default returns values for a small board.
func Default() Config {
	return Config{
		Blocks: 4, Channels: 32,
		Games: 64, Moves: 16, Simulations: 32, FastSimulations: 8, FullFraction: .25, MaxConsidered: 16,
		RandomStarts: .25, RandomMoves: 3, SurpriseWeight: .5, ResignBelow: -1, ResignKept: .1, MarginWeight: 0,
		Window: 5000, WindowMost: 200_000, Reuse: 4, BatchSize: 128,
		LearningRate: 2e-3, FinalRate: 1e-4, WeightDecay: 1e-4, EMADecay: .995,
		OwnershipWeight: .5, MarginLoss: .5,
		Ladder: []string{"random", "uct-100", "uct-1000"}, LadderGames: 20, LadderSimulations: 32,
	}
}

// Validate returns an error that names the first option out of range.
func (c *Config) Validate() error {
	for _, o := range []struct {
		name  string
		value int
	}{
		{"blocks", c.Blocks}, {"channels", c.Channels}, {"games", c.Games}, {"moves", c.Moves}, {"simulations", c.Simulations},
		{"fast_simulations", c.FastSimulations}, {"max_considered", c.MaxConsidered}, {"window", c.Window}, {"batch_size", c.BatchSize},
		{"ladder_simulations", c.LadderSimulations},
	} {
		if o.value < 1 {
			return fmt.Errorf("%s is %d: want at least 1", o.name, o.value)
		}
	}
	for _, o := range []struct {
		name  string
		value float64
	}{{"learning_rate", c.LearningRate}, {"final_rate", c.FinalRate}, {"reuse", c.Reuse}} {
		if !(o.value > 0) {
			return fmt.Errorf("%s is %v: want more than 0", o.name, o.value)
		}
	}
	for _, o := range []struct {
		name  string
		value float64
	}{{"weight_decay", c.WeightDecay}, {"ownership_weight", c.OwnershipWeight}, {"margin_loss", c.MarginLoss}} {
		if !(o.value >= 0) {
			return fmt.Errorf("%s is %v: want at least 0", o.name, o.value)
		}
	}
	switch {
	case !(c.FullFraction > 0 && c.FullFraction <= 1):
		return fmt.Errorf("full_fraction is %v: want it in (0, 1]", c.FullFraction)
	case !(c.RandomStarts >= 0 && c.RandomStarts <= 1):
		return fmt.Errorf("random_starts is %v: want it in [0, 1]", c.RandomStarts)
	case c.RandomMoves < 1 && c.RandomStarts > 0:
		return fmt.Errorf("random_moves is %d: want at least 1, or random_starts 0", c.RandomMoves)
	case !(c.SurpriseWeight >= 0 && c.SurpriseWeight <= 1):
		return fmt.Errorf("surprise_weight is %v: want it in [0, 1]", c.SurpriseWeight)
	case !(c.ResignBelow >= -1 && c.ResignBelow <= 0):
		return fmt.Errorf("resign_below is %v: want it in [-1, 0]", c.ResignBelow)
	case !(c.ResignKept >= 0 && c.ResignKept <= 1):
		return fmt.Errorf("resign_kept is %v: want it in [0, 1]", c.ResignKept)
	case !(c.MarginWeight >= 0 && c.MarginWeight < 1):
		return fmt.Errorf("margin_weight is %v: want it in [0, 1)", c.MarginWeight)
	case c.WindowMost < c.Window:
		return fmt.Errorf("window_most is %d: want at least window, %d", c.WindowMost, c.Window)
	case !(c.EMADecay >= 0 && c.EMADecay < 1):
		return fmt.Errorf("ema_decay is %v: want it in [0, 1)", c.EMADecay)
	}
	return c.ladder().Validate()
}
