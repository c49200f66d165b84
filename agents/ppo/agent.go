package ppo

import (
	"fmt"

	"tesuji/agents"
	"tesuji/agents/actorcritic"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/replay"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// New returns an agent at the start of its training. It is an error if an option is out of
// range or does not suit the action space.
func New(cfg Config, s agents.Setup) (agents.Agent, error) {
	a, err := newAgent(cfg, s)
	if err != nil {
		return nil, fmt.Errorf("ppo: %w", err)
	}
	return a, nil
}

func newAgent(cfg Config, s agents.Setup) (*Agent, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	spec, n := s.Env.Spec(), s.Env.Len()
	if s.Steps < 1 || s.Steps%int64(n) != 0 {
		return nil, fmt.Errorf("%d transitions are no positive multiple of %d environments", s.Steps, n)
	}
	net, err := actorcritic.NewNetwork(&cfg.Options, &cfg.MemoryOptions, spec, rng.New(s.Seed, "init"))
	if err != nil {
		return nil, err
	}
	steps := int(min(int64(cfg.NSteps), s.Steps/int64(n))) // no longer than the run
	a := &Agent{
		cfg: cfg, envs: n, total: s.Steps,
		net: net, params: nets.Collect(net), policyTape: tensor.NewTape(), valueTape: tensor.NewTape(),
		collector: actorcritic.NewCollector(net, &cfg.Options, s.Env, steps, cfg.Gamma, rng.New(s.Seed, "actions")),
		policy:    actorcritic.NewPolicy(net, &cfg.Options, spec, rng.New(s.Seed, "policy")),
		order:     rng.New(s.Seed, "minibatches"), perm: make([]int32, steps*n),
	}
	a.sides = tensor.NewPair(a.policySide, a.valueSide)
	a.rollout = a.collector.Rollout()
	a.batch = a.rollout.NewMinibatch(min(cfg.BatchSize, steps*n))
	a.adam = nets.NewAdam(a.params, nets.AdamConfig{Beta1: .9, Beta2: .999, Eps: float32(cfg.AdamEps)})
	return a, nil
}

// Agent is a PPO in training. It is not safe for concurrent use.
type Agent struct {
	cfg   Config
	envs  int
	total int64

	net       *actorcritic.Network
	params    *nets.ParamSet
	adam      nets.Optimizer
	collector *actorcritic.Collector
	rollout   *replay.Rollout // the collector's
	policy    actorcritic.Actor

	order *rng.Stream // of minibatches
	perm  []int32     // [T*N]
	batch *replay.Minibatch
	stats stats

	work                  work
	sides                 *tensor.Pair
	policyTape, valueTape *tensor.Tape

	done     int64 // transitions
	rollouts int64
	updates  int64 // epochs: Stable-Baselines3's n_updates
}

// Progress returns the transitions done and to do in all.
func (a *Agent) Progress() (done, total int64) { return a.done, a.total }

// Policy returns the policy being learned.
func (a *Agent) Policy() agents.Policy { return a.policy }

// Params returns the parameters of both networks.
func (a *Agent) Params() *nets.ParamSet { return a.params }

// State saves or restores everything but the environments.
func (a *Agent) State(s *snapshot.Archive) {
	s.Check("agent", "ppo")
	s.Int64("done", &a.done)
	s.Int64("rollouts", &a.rollouts)
	s.Int64("updates", &a.updates)
	s.Object("params", a.params)
	s.Object("adam", a.adam)
	s.Object("collector", a.collector)
	s.Object("order", a.order)
	s.Object("policy", a.policy)
}
