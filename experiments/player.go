package experiments

import (
	"context"
	"fmt"
	"math"

	"tesuji/agents"
	"tesuji/configs"
	"tesuji/envs"
)

// Metrics of an agent's Evaluation.
const (
	metricReward   = "mean_reward"
	metricStd      = "std_reward"
	metricLength   = "mean_length"
	metricEpisodes = "episodes"
)

// player plays whole episodes with a policy, on environments of its own.
type player struct {
	world
	obs     envs.Rows
	actions []float32
}

// playerEnvs is the number of environments that evaluations play on at once.
const playerEnvs = 8

// playerSteps is the longest episode that is played of an environment without a time limit. A
// deterministic policy may walk in circles for ever; what it had got by then is its return.
const playerSteps = 10_000

func (f factory) player(cfg *configs.Run, n int, wrap func(envs.Env) envs.Env) (*player, error) {
	cfg = cfg.ForEvaluation()
	w, err := f.world(cfg, n, wrap)
	if err == nil && w.vec.Spec().MaxSteps == 0 {
		w, err = f.world(cfg, n, wrap, envs.WithMaxSteps(playerSteps))
	}
	if err != nil {
		return nil, fmt.Errorf("environment %s: %w", cfg.Env, err)
	}
	if w.norm != nil {
		w.norm.SetTraining(false)
	}
	spec := w.vec.Spec()
	return &player{world: w, obs: envs.MakeRows(spec.Observation, n), actions: make([]float32, n*spec.Action.Size())}, nil
}

// play plays a number of episodes, seeded, with the statistics of a normaliser (nil if there is
// none) as they are. Each environment plays a quota fixed beforehand: taking the episodes that end
// first would count short ones too often.
func (p *player) play(ctx context.Context, policy agents.Policy, norm *envs.Normalize, episodes int, deterministic bool, seed uint64) (*Evaluation, error) {
	if p.norm != nil && norm != nil {
		p.norm.SyncFrom(norm)
	}
	p.vec.Seed(seed)
	if err := p.vec.Reset(p.obs); err != nil {
		return nil, err
	}
	n := p.vec.Len()
	played, ended := make([][]envs.Episode, n), make([]bool, n)
	agents.Forget(policy, nil)
	for left := episodes; left > 0; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := policy.Act(p.obs, deterministic, p.actions); err != nil {
			return nil, err
		}
		out, err := p.vec.Step(p.actions, p.obs)
		if err != nil {
			return nil, err
		}
		for i := range ended {
			ended[i] = out.Done(i)
		}
		agents.Forget(policy, ended)
		for _, e := range out.Episodes {
			if len(played[e.Env]) < quota(episodes, n, e.Env) {
				played[e.Env] = append(played[e.Env], e)
				left--
			}
		}
	}
	r := &Evaluation{}
	for _, list := range played {
		for _, e := range list {
			r.Returns, r.Lengths = append(r.Returns, e.Return), append(r.Lengths, e.Length)
		}
	}
	r.summarise()
	return r, nil
}

// quota is the number of episodes that environment i of n plays: (episodes+i)/n, which add up.
func quota(episodes, n, i int) int { return (episodes + i) / n }

// summarise makes the metrics of the episodes.
func (r *Evaluation) summarise() {
	n := float64(len(r.Returns))
	sum, length := 0.0, 0.0
	for i, v := range r.Returns {
		sum += v
		length += float64(r.Lengths[i])
	}
	mean, squares := sum/n, 0.0
	for _, v := range r.Returns {
		d := v - mean
		squares += float64(d * d)
	}
	r.Metrics = []Metric{
		{metricReward, mean}, {metricStd, math.Sqrt(squares / n)}, {metricLength, length / n}, {metricEpisodes, n},
	}
}
