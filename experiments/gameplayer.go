package experiments

import (
	"fmt"

	"tesuji/agents"
	"tesuji/agents/alphago"
	"tesuji/agents/alphazero"
	"tesuji/agents/boardgame"
	"tesuji/configs"
	"tesuji/experiments/checkpoint"
	"tesuji/nets"
)

// GamePlayer returns a maker of players of the game that the run in dir learns, with its final weights,
// or the newest of a run that has not ended. Simulations of 0 mean as many as the run's own evaluations. The
// seed is that of what is random in a player. The run must be one of alphazero or alphago.
func GamePlayer(dir string, effort boardgame.Effort) (func(seed uint64) (agents.Player, error), error) {
	r, err := OpenRun(dir)
	if err != nil {
		return nil, err
	}
	if _, ok := r.Config.Data.(*boardgame.Data); !ok {
		what := "agent " + r.Config.Agent + " in " + r.Config.Env
		if r.Config.IsModel() {
			what = "model " + r.Config.Model
		}
		return nil, fmt.Errorf("%s: the run of the %s plays no board game: want one of alphazero or alphago", dir, what)
	}
	f, path, err := readWeights(r, FinalWeights, Options{})
	if err != nil {
		return nil, err
	}
	return gamePlayer(r.Config, f.Tensors, path, effort)
}

// TrainedPlayer returns a maker of players with the weights, as a weights file holds them, of a run of an
// alphazero or alphago preset.
func TrainedPlayer(preset string, weights []byte, effort boardgame.Effort) (func(seed uint64) (agents.Player, error), error) {
	cfg, err := configs.Load(preset, nil, nil)
	if err != nil {
		return nil, err
	}
	f, err := checkpoint.Decode(weights)
	if err != nil {
		return nil, fmt.Errorf("weights of %s: %w", preset, err)
	}
	return gamePlayer(cfg, f.Tensors, preset, effort)
}

func gamePlayer(run *configs.Run, weights []nets.NamedTensor, from string, effort boardgame.Effort) (func(seed uint64) (agents.Player, error), error) {
	data := *run.Data.(*boardgame.Data)
	var open func(seed uint64) (agents.Player, error)
	switch cfg := run.ModelOptions.(type) {
	case *alphazero.Config:
		if effort.Simulations == 0 {
			effort.Simulations = cfg.LadderSimulations
		}
		open = func(uint64) (agents.Player, error) { return alphazero.NewPlayer(*cfg, data, weights, effort) }
	case *alphago.Config:
		if effort.Symmetries {
			return nil, fmt.Errorf("%s: AlphaGo sees each position through one symmetry, drawn at random: leave out sym", from)
		}
		if effort.Simulations == 0 {
			effort.Simulations = cfg.LadderSimulations
		}
		open = func(seed uint64) (agents.Player, error) {
			return alphago.NewPlayer(*cfg, data, weights, effort.Simulations, seed)
		}
	default:
		return nil, fmt.Errorf("%s: model %s plays no board game", from, run.Model)
	}
	return func(seed uint64) (agents.Player, error) {
		p, err := open(seed)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", from, err)
		}
		return p, nil
	}, nil
}
