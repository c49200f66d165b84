package experiments

import (
	"fmt"
	"math"
	"slices"

	"tesuji/configs"
	"tesuji/envs"
	"tesuji/nets"
	"tesuji/tensor"
)

// Blueprint builds what a config trains, at its start, and returns its network.
func Blueprint(cfg *configs.Run) (nets.Blueprint, error) {
	l, err := newLearner(cfg, realParts)
	if err != nil {
		return nets.Blueprint{}, err
	}
	return blueprintOf(cfg, l)
}

// blueprintOf returns the network of a learner, with all its parameters. That of a policy takes
// observations as the environment gives them: normalisation is part of it.
func blueprintOf(cfg *configs.Run, l learner) (b nets.Blueprint, err error) {
	switch l := l.(type) {
	case *agentLearner:
		p, ok := l.agent.Policy().(nets.Blueprinter)
		if !ok {
			return b, fmt.Errorf("the policy of the agent %s is no function of one array (one with a memory, such as ppo.memory gives, is not)", cfg.Agent)
		}
		b = p.Blueprint()
		if n := l.world.norm; n != nil && n.Options().Obs {
			forward := b.Forward
			b.Forward = func(t *tensor.Tape, x tensor.Var) []nets.Output { return forward(t, normalized(t, x, n)) }
		}
	case *modelLearner:
		m, ok := l.trainer.(nets.Blueprinter)
		if !ok {
			return b, fmt.Errorf("the network of the model %s is no function of one array", cfg.Model)
		}
		b = m.Blueprint()
	}
	b.Name = cfg.Name
	b.Params = slices.Values(l.params().All())
	return b, nil
}

// normalized returns observations x [N, C] by a normaliser's statistics as they are.
func normalized(t *tensor.Tape, x tensor.Var, n *envs.Normalize) tensor.Var {
	stats, o := n.ObsStats(), n.Options()
	mean, std := tensor.New(len(stats.Mean)), tensor.New(len(stats.Mean))
	for i := range stats.Mean {
		mean.Data[i], std.Data[i] = float32(stats.Mean[i]), float32(math.Sqrt(stats.Var[i]+o.Epsilon))
	}
	return t.Clamp(t.Div(t.Sub(x, t.Input(mean)), t.Input(std)), float32(-o.ClipObs), float32(o.ClipObs))
}
