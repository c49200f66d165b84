package actorcritic

import (
	"tesuji/agents"
	"tesuji/agents/inputs"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// NewPolicy returns the policy of a network, a *MemoryPolicy if the network has a memory, else a
// *Policy. It acts with a network that may be in training, and has its own tape, random stream and
// storage, so acting changes nothing in the training. The stream is that of its draws.
func NewPolicy(net *Network, o *Options, spec *envs.Spec, draws *rng.Stream) Actor {
	a := actor{
		net: net, dist: net.otherDist(), reader: inputs.NewReader(spec.Observation), sender: newSender(o, spec.Action),
		tape: tensor.NewTape(), draws: draws,
	}
	a.tape.Inference(true)
	if net.memory == nil {
		return &Policy{a}
	}
	return &MemoryPolicy{actor: a, space: spec.Observation}
}

// Actor is a policy whose State is the stream of its draws; what it remembers is not kept.
type Actor interface {
	agents.Policy
	snapshot.Stater
}

// actor is what policies with and without memory share.
type actor struct {
	net    *Network
	dist   nets.Distribution
	reader inputs.Reader
	sender sender
	tape   *tensor.Tape
	draws  *rng.Stream
	drawn  []float32
}

// choose makes actions of a network's outputs for n observations.
func (a *actor) choose(out []float32, n int, deterministic bool, actions []float32) {
	if len(a.drawn) < len(actions) {
		a.drawn = make([]float32, len(actions))
	}
	drawn := a.drawn[:len(actions)]
	if deterministic {
		a.dist.Mode(out, n, drawn)
	} else {
		if sde, ok := a.dist.(*nets.GSDE); ok {
			sde.Resample(n, a.draws)
		}
		a.dist.Sample(out, n, a.draws, drawn)
	}
	a.sender.send(actions, drawn)
}

// State saves or restores the stream of draws.
func (a *actor) State(s *snapshot.Archive) { s.Object("draws", a.draws) }

// Policy is that of a network without memory.
type Policy struct{ actor }

// Act writes the most likely action for each observation or, where it is not deterministic,
// one drawn from the distribution (with use_sde, by noise that is drawn anew each time).
func (p *Policy) Act(obs envs.Rows, deterministic bool, actions []float32) error {
	p.tape.Reset()
	out := p.tape.Value(p.net.Policy(p.tape, p.reader.Read(p.tape, obs)))
	p.choose(out, obs.N, deterministic, actions)
	return nil
}

// MemoryPolicy is that of a network with memory, an agents.Rememberer.
type MemoryPolicy struct {
	actor
	space  envs.Space
	memory stream // of the rows of the last Act
	rows   int
}

// Act is as that of a policy without memory, but row i goes on from row i of the Act before.
func (p *MemoryPolicy) Act(obs envs.Rows, deterministic bool, actions []float32) error {
	if obs.N != p.rows {
		p.memory, p.rows = p.net.memory.newStream(p.space, obs.N, 0), obs.N
	}
	p.tape.Reset()
	rows, past := p.memory.look(obs)
	out, next := p.net.recall(p.tape, p.reader.Read(p.tape, rows), past)
	p.memory.keep(p.tape, next)
	p.choose(p.tape.Value(out), obs.N, deterministic, actions)
	return nil
}

// Forget implements agents.Rememberer.
func (p *MemoryPolicy) Forget(ended []bool) {
	if ended == nil {
		p.rows = 0
		return
	}
	for i, over := range ended {
		if over && i < p.rows {
			p.memory.forget(i)
		}
	}
}
