package dqn

import (
	"fmt"

	"tesuji/agents"
	"tesuji/agents/inputs"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/replay"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// New returns an agent at the start of its training. It is an error if an option is out of
// range, the actions are not Discrete, or the replay buffer cannot fit in memory.
func New(cfg Config, s agents.Setup) (agents.Agent, error) {
	a, err := newAgent(cfg, s)
	if err != nil {
		return nil, fmt.Errorf("dqn: %w", err)
	}
	return a, nil
}

func newAgent(cfg Config, s agents.Setup) (*Agent, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	spec, n := s.Env.Spec(), s.Env.Len()
	if _, ok := spec.Action.(*envs.Discrete); !ok {
		return nil, fmt.Errorf("the actions of %s are %v: DQN needs Discrete ones; ppo and a2c take others", spec.ID, spec.Action)
	}
	if s.Steps < 1 || s.Steps%int64(n) != 0 {
		return nil, fmt.Errorf("%d transitions are no positive multiple of %d environments", s.Steps, n)
	}
	a := &Agent{
		cfg: cfg, env: s.Env, total: s.Steps, draws: rng.New(s.Seed, "replay"), noise: rng.New(s.Seed, "noise"),
		tape: tensor.NewTape(), reader: inputs.NewReader(spec.Observation),
		chosen: make([]int32, cfg.BatchSize), errors: make([]float32, cfg.BatchSize), actions: make([]float32, n),
	}
	if err := a.makeNetworks(spec, rng.New(s.Seed, "init")); err != nil {
		return nil, err
	}
	if err := a.makeMemory(spec); err != nil {
		return nil, err
	}
	a.explorer = newPolicy(a.online, spec, cfg.Noisy, a.epsilon, rng.New(s.Seed, "exploration"))
	final := func() float64 { return cfg.ExplorationFinalEps } // what has been learned may not know when
	a.policy = newPolicy(a.online, spec, cfg.Noisy, final, rng.New(s.Seed, "policy"))
	return a, nil
}

func (a *Agent) makeNetworks(spec *envs.Spec, r *rng.Stream) (err error) {
	actions := spec.Action.(*envs.Discrete).N
	if a.online, err = newNetwork(&a.cfg, &a.reader, actions, r); err != nil {
		return err
	}
	if a.target, err = newNetwork(&a.cfg, &a.reader, actions, r); err != nil {
		return err
	}
	atoms := a.online.atoms
	a.targets, a.scratch = make([]float32, a.cfg.BatchSize*atoms), make([]float32, atoms)
	a.onlineParams, a.targetParams = nets.Collect(a.online), nets.Collect(a.target)
	a.targetParams.CopyFrom(a.onlineParams)
	a.optimizer = a.cfg.optimizer(a.onlineParams)
	return nil
}

func (a *Agent) makeMemory(spec *envs.Spec) error {
	o := replay.Options{
		// A run cannot fill more than its own length.
		Capacity: int(min(int64(a.cfg.BufferSize), a.total)), Envs: a.env.Len(),
		Observation: spec.Observation, ActionSize: 1, Steps: a.cfg.NSteps, Gamma: a.cfg.Gamma,
		Frames: a.cfg.frames(spec.Observation),
	}
	if a.cfg.PrioritizedReplay {
		p, err := replay.NewPrioritized(o, a.cfg.PrioritizedReplayAlpha, a.cfg.PrioritizedReplayEps)
		if err != nil {
			return err
		}
		a.memory, a.prioritized = p, p
	} else {
		b, err := replay.New(o)
		if err != nil {
			return err
		}
		a.memory = b
	}
	a.batch = a.memory.NewBatch(a.cfg.BatchSize)
	return nil
}

// Progress returns the transitions done and to do in all.
func (a *Agent) Progress() (done, total int64) { return a.done, a.total }

// Policy returns the greedy policy of the online network. Where it is asked for a policy that is not
// deterministic, it takes random actions at the rate of training's end.
func (a *Agent) Policy() agents.Policy { return a.policy }

// Params returns the online network's parameters.
func (a *Agent) Params() *nets.ParamSet { return a.onlineParams }

// State saves or restores everything but the environments.
func (a *Agent) State(s *snapshot.Archive) {
	s.Check("agent", "dqn")
	s.Bool("begun", &a.begun)
	s.Int64("done", &a.done)
	s.Int64("episodes", &a.episodes)
	s.Int64("updates", &a.updates)
	s.Float64("loss", &a.loss)
	s.Object("online", a.onlineParams)
	s.Object("target", a.targetParams)
	s.Object(a.cfg.Optimizer, a.optimizer)
	s.Object("replay", a.memory)
	s.Object("draws", a.draws)
	s.Object("noise", a.noise)
	s.Object("exploration", a.explorer.draws)
	s.Object("policy", a.policy.draws)
}
