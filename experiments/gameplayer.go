package experiments

import (
	"fmt"

	"tesuji/agents"
	"tesuji/agents/alphazero"
)

// GamePlayer returns a maker of players of the game that the run in dir learns, with its final weights,
// or the newest of a run that has not ended. They search simulations a move; 0 means as many as the run's
// own evaluations. The run must be one of alphazero.
func GamePlayer(dir string, simulations int) (func() (agents.Player, error), error) {
	r, err := OpenRun(dir)
	if err != nil {
		return nil, err
	}
	cfg, ok := r.Config.ModelOptions.(*alphazero.Config)
	data, _ := r.Config.Data.(*alphazero.Data)
	if !ok || data == nil {
		what := "agent " + r.Config.Agent + " in " + r.Config.Env
		if r.Config.IsModel() {
			what = "model " + r.Config.Model
		}
		return nil, fmt.Errorf("%s: the run of the %s plays no board game: want one of alphazero", dir, what)
	}
	f, path, err := readWeights(r, FinalWeights, Options{})
	if err != nil {
		return nil, err
	}
	if simulations == 0 {
		simulations = cfg.LadderSimulations
	}
	return func() (agents.Player, error) {
		p, err := alphazero.NewPlayer(*cfg, *data, f.Tensors, simulations)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return p, nil
	}, nil
}
