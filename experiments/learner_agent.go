package experiments

import (
	"context"
	"fmt"
	"strings"

	"tesuji/agents"
	"tesuji/configs"
	"tesuji/envs"
	"tesuji/experiments/checkpoint"
	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/nets"
	"tesuji/snapshot"
)

// agentLearner is an agent in its environments.
type agentLearner struct {
	cfg   *configs.Run
	parts factory
	world world // that it trains in
	agent agents.Agent

	// Evaluations in the course of training play on environments of their own, whose seeds come
	// from a stream of their own: no evaluation plays what was trained on, and nothing of training
	// depends on when it is evaluated.
	player *player
	seeds  *rng.Stream
}

func newAgentLearner(cfg *configs.Run, f factory) (*agentLearner, error) {
	l := &agentLearner{cfg: cfg, parts: f, seeds: rng.New(cfg.Seed, "evaluation")}
	var err error
	if l.world, err = f.world(cfg, cfg.NEnvs, nil); err != nil {
		return nil, fmt.Errorf("environment %s: %w", cfg.Env, err)
	}
	l.world.vec.Seed(cfg.Seed)
	l.agent, err = f.agent(cfg, agents.Setup{Env: l.world.vec, Steps: cfg.NTimesteps, Seed: cfg.Seed})
	if err != nil {
		return nil, fmt.Errorf("agent %s: %w", cfg.Agent, err)
	}
	l.player, err = f.player(cfg, min(cfg.Eval.Episodes, playerEnvs), nil)
	return l, err
}

func (l *agentLearner) advance(ctx context.Context, rec *recorder) error {
	return l.agent.Advance(ctx, rec)
}

func (l *agentLearner) progress() (done, total int64) { return l.agent.Progress() }

func (l *agentLearner) evaluate(ctx context.Context) (*Evaluation, error) {
	if !l.cfg.Eval.Deterministic {
		// Sampling may draw from the agent's streams: an evaluation that was broken off half-way
		// could not be repeated exactly. It is played to its end.
		ctx = context.WithoutCancel(ctx)
	}
	before := *l.seeds
	e, err := l.player.play(ctx, l.agent.Policy(), l.world.norm, l.cfg.Eval.Episodes, l.cfg.Eval.Deterministic, l.seeds.Uint64())
	if err != nil {
		*l.seeds = before
	}
	return e, err
}

func (l *agentLearner) finalEvaluation(ctx context.Context) (*Evaluation, error) {
	seed := rng.New(l.cfg.Seed, "final evaluation").Uint64()
	return l.play(ctx, l.cfg.FinalEvalEpisodes, l.cfg.Eval.Deterministic, seed)
}

// play plays on new environments.
func (l *agentLearner) play(ctx context.Context, episodes int, deterministic bool, seed uint64) (*Evaluation, error) {
	p, err := l.parts.player(l.cfg, min(episodes, playerEnvs), nil)
	if err != nil {
		return nil, err
	}
	return p.play(ctx, l.agent.Policy(), l.world.norm, episodes, deterministic, seed)
}

func (l *agentLearner) layout() layout {
	return layout{
		steps: keySteps, speed: keyFPS, episodes: true,
		evaluation: map[string]string{metricReward: keyEvalReward, metricLength: keyEvalLength},
		best:       models.Metric{Name: metricReward},
		columns:    []string{"timesteps", "episode", "reward", "length"},
	}
}

func (l *agentLearner) params() *nets.ParamSet { return l.agent.Params() }

// normPrefix begins the names of the normaliser's statistics among the weights.
const normPrefix = "normalize."

// weights returns the policy's parameters and the normaliser's statistics as they are.
func (l *agentLearner) weights() []nets.NamedTensor {
	list := l.agent.Params().Tensors()
	if n := l.world.norm; n != nil {
		for _, st := range statistics(n) {
			list = append(list, nets.DoubleTensor(st.name+"mean", st.Mean), nets.DoubleTensor(st.name+"var", st.Var),
				nets.DoubleTensor(st.name+"count", []float64{st.Count}))
		}
	}
	return list
}

type namedStats struct {
	name string
	*envs.RunningStats
}

func statistics(n *envs.Normalize) []namedStats {
	return []namedStats{{normPrefix + "obs.", n.ObsStats()}, {normPrefix + "reward.", n.RewardStats()}}
}

func (l *agentLearner) setWeights(tensors []nets.NamedTensor) error {
	var weights []nets.NamedTensor
	stats := map[string]nets.NamedTensor{}
	for _, t := range tensors {
		if strings.HasPrefix(t.Name, normPrefix) {
			stats[t.Name] = t
		} else {
			weights = append(weights, t)
		}
	}
	if err := l.agent.Params().Load(weights); err != nil {
		return err
	}
	if l.world.norm == nil {
		return nil
	}
	for _, st := range statistics(l.world.norm) {
		var count [1]float64
		for _, part := range []struct {
			name string
			dst  []float64
		}{{"mean", st.Mean}, {"var", st.Var}, {"count", count[:]}} {
			t, ok := stats[st.name+part.name]
			if !ok {
				return fmt.Errorf("%w: no tensor %q", checkpoint.ErrDamaged, st.name+part.name)
			}
			if err := t.Doubles(part.dst); err != nil {
				return fmt.Errorf("%w: %w", checkpoint.ErrDamaged, err)
			}
		}
		st.Count = count[0]
	}
	return nil
}

// State saves or restores everything that decides what comes next.
func (l *agentLearner) State(a *snapshot.Archive) {
	a.Object("env", l.world.vec)
	a.Object("agent", l.agent)
	a.Object("evaluation_seeds", l.seeds)
}
