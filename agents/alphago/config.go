package alphago

import (
	"fmt"

	"tesuji/agents/boardgame"
)

// Config is the hyper-parameters.
type Config struct {
	// Layers and Filters are the size of the networks' towers, both at least 1: the paper has 13 and 192.
	Layers  int `yaml:"layers"`
	Filters int `yaml:"filters"`

	// GamesPart, SupervisedPart and ReinforcePart are the parts of the run's iterations that go to the
	// games to learn from, the supervised policy and the reinforced one, >= 0 and less than 1 together: the
	// rest is the value network's.
	GamesPart      float64 `yaml:"games_part"`
	SupervisedPart float64 `yaml:"supervised_part"`
	ReinforcePart  float64 `yaml:"reinforce_part"`

	// ExpertPlayouts is the strength of the player whose games are learned from: UCT with so many
	// play-outs a move, at least 1. ExpertGames is how many it plays an iteration, at least 1.
	ExpertPlayouts int `yaml:"expert_playouts"`
	ExpertGames    int `yaml:"expert_games"`
	// Records is a directory of games of Go in SGF to learn from too, or nothing. With games_part 0 there
	// are no others. It is read when the run begins and when it is resumed, and should not change.
	Records string `yaml:"records"`
	// RandomMoves is the most random moves that an expert's game and a game of reinforcement begin with,
	// at least 0.
	RandomMoves int `yaml:"random_moves"`
	// HeldOutGames is the number of the expert's games that measure the supervised policy, at least 1. Of
	// records it is every tenth.
	HeldOutGames int `yaml:"held_out_games"`

	// BatchSize is the rows of a step of the optimiser, at least 1, and Steps the steps of an iteration of
	// the supervised policy, at least 1.
	BatchSize int `yaml:"batch_size"`
	Steps     int `yaml:"steps"`
	// LearningRate is that of Adam at first, in the supervised stage and the value network's; it falls
	// along half a cosine to FinalRate in each. Both > 0.
	LearningRate float64 `yaml:"learning_rate"`
	FinalRate    float64 `yaml:"final_rate"`
	// WeightDecay shrinks weights (AdamW), >= 0.
	WeightDecay float64 `yaml:"weight_decay"`

	// ReinforceGames is the games of a step of REINFORCE, an even number of at least 2, and ReinforceRate
	// its learning rate, > 0.
	ReinforceGames int     `yaml:"reinforce_games"`
	ReinforceRate  float64 `yaml:"reinforce_rate"`
	// PoolEvery is how many steps later the policy joins the pool of opponents again, at least 1.
	PoolEvery int `yaml:"pool_every"`
	// Baseline takes the mean result of its colour in the step from each game's, as the paper's second
	// pass took the value network's.
	Baseline bool `yaml:"baseline"`

	// ValueGames is the games that an iteration of the value network's stage plays, at least 1, for a
	// position each. The random move, before which the supervised policy plays and after which the
	// reinforced one does, is move 1 to ValuePlies, at least 1.
	ValueGames int `yaml:"value_games"`
	ValuePlies int `yaml:"value_plies"`
	// ValueReuse is how often a position is drawn on average, > 0: each new one pays for so many rows.
	ValueReuse float64 `yaml:"value_reuse"`

	SearchConfig `yaml:",inline"`

	// Ladder is whom evaluations play against: "random", "uct-N" with N play-outs a move, or "gnugo-N", GNU Go
	// at that level.
	Ladder []string `yaml:"ladder"`
	// LadderGames is the number of games against each, an even number of at least 2: from each opening
	// one with either colour.
	LadderGames int `yaml:"ladder_games"`
	// LadderSimulations is the search that evaluations play with, at least 1.
	LadderSimulations int `yaml:"ladder_simulations"`
}

// SearchConfig says how the player searches.
type SearchConfig struct {
	// Lambda is the weight of play-outs in the value of a move, in [0, 1]: the rest is the value network's.
	Lambda float64 `yaml:"lambda"`
	// CPUCT weighs the policy's moves and what was tried little, >= 0.
	CPUCT float64 `yaml:"c_puct"`
	// ExpandAt is how many simulations have to end at a position before its moves are looked at, at
	// least 1.
	ExpandAt int `yaml:"expand_at"`
	// Temperature divides the policy's logits, > 0.
	Temperature float64 `yaml:"temperature"`
	// Prior is whose policy the search follows, supervised or reinforced.
	Prior string `yaml:"prior"`
}

// Default returns values for a small board.
func Default() Config {
	return Config{
		Layers: 5, Filters: 32,
		GamesPart: .25, SupervisedPart: .2, ReinforcePart: .3,
		ExpertPlayouts: 400, ExpertGames: 10, RandomMoves: 4, HeldOutGames: 40,
		BatchSize: 128, Steps: 20, LearningRate: 2e-3, FinalRate: 1e-4, WeightDecay: 1e-4,
		ReinforceGames: 128, ReinforceRate: 3e-4, PoolEvery: 10, Baseline: true,
		ValueGames: 128, ValuePlies: 25, ValueReuse: 8,
		SearchConfig: SearchConfig{Lambda: .5, CPUCT: 5, ExpandAt: 2, Temperature: .67, Prior: "supervised"},
		Ladder:       []string{"random", "uct-100", "uct-1000"}, LadderGames: 20, LadderSimulations: 100,
	}
}

// ladder is whom evaluations play against.
func (c *Config) ladder() boardgame.Ladder {
	return boardgame.Ladder{Opponents: c.Ladder, Games: c.LadderGames}
}

// Validate returns an error that names the first option out of range.
func (c *Config) Validate() error {
	for _, o := range []struct {
		name  string
		value int
	}{
		{"layers", c.Layers}, {"filters", c.Filters}, {"expert_playouts", c.ExpertPlayouts}, {"expert_games", c.ExpertGames},
		{"held_out_games", c.HeldOutGames}, {"batch_size", c.BatchSize}, {"steps", c.Steps}, {"pool_every", c.PoolEvery},
		{"value_games", c.ValueGames}, {"value_plies", c.ValuePlies}, {"expand_at", c.ExpandAt}, {"ladder_simulations", c.LadderSimulations},
	} {
		if o.value < 1 {
			return fmt.Errorf("%s is %d: want at least 1", o.name, o.value)
		}
	}
	for _, o := range []struct {
		name  string
		value float64
	}{
		{"learning_rate", c.LearningRate}, {"final_rate", c.FinalRate}, {"reinforce_rate", c.ReinforceRate}, {"value_reuse", c.ValueReuse},
		{"temperature", c.Temperature},
	} {
		if !(o.value > 0) {
			return fmt.Errorf("%s is %v: want more than 0", o.name, o.value)
		}
	}
	for _, o := range []struct {
		name  string
		value float64
	}{
		{"games_part", c.GamesPart}, {"supervised_part", c.SupervisedPart}, {"reinforce_part", c.ReinforcePart}, {"weight_decay", c.WeightDecay},
		{"c_puct", c.CPUCT},
	} {
		if !(o.value >= 0) {
			return fmt.Errorf("%s is %v: want at least 0", o.name, o.value)
		}
	}
	switch sum := c.GamesPart + c.SupervisedPart + c.ReinforcePart; {
	case !(sum < 1):
		return fmt.Errorf("games_part, supervised_part and reinforce_part are %v together: want less than 1", sum)
	case c.GamesPart == 0 && c.Records == "":
		return fmt.Errorf("games_part is 0: want more, or records to learn from")
	case c.RandomMoves < 0:
		return fmt.Errorf("random_moves is %d: want at least 0", c.RandomMoves)
	case c.ReinforceGames < 2 || c.ReinforceGames%2 != 0:
		return fmt.Errorf("reinforce_games is %d: want an even number from 2", c.ReinforceGames)
	case !(c.Lambda >= 0 && c.Lambda <= 1):
		return fmt.Errorf("lambda is %v: want it in [0, 1]", c.Lambda)
	case c.Prior != "supervised" && c.Prior != "reinforced":
		return fmt.Errorf("prior is %q: want supervised or reinforced", c.Prior)
	}
	return c.ladder().Validate()
}
