package actorcritic

import (
	"tesuji/agents/inputs"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Policy acts for others (agents.Policy) with a network that may be in training. It has its
// own tape, random stream and storage, so acting changes nothing in the training.
type Policy struct {
	net    *Network
	dist   nets.Distribution
	reader inputs.Reader
	sender sender
	tape   *tensor.Tape
	draws  *rng.Stream
	drawn  []float32
}

// NewPolicy returns the policy of a network. The stream is that of its draws.
func NewPolicy(net *Network, o *Options, spec *envs.Spec, draws *rng.Stream) *Policy {
	p := &Policy{
		net: net, dist: net.otherDist(), reader: inputs.NewReader(spec.Observation), sender: newSender(o, spec.Action),
		tape: tensor.NewTape(), draws: draws,
	}
	p.tape.Inference(true)
	return p
}

// Act writes the most likely action for each observation or, where it is not deterministic,
// one drawn from the distribution (with use_sde, by noise that is drawn anew each time).
func (p *Policy) Act(obs envs.Rows, deterministic bool, actions []float32) error {
	p.tape.Reset()
	out := p.tape.Value(p.net.Policy(p.tape, p.reader.Read(p.tape, obs)))
	if len(p.drawn) < len(actions) {
		p.drawn = make([]float32, len(actions))
	}
	drawn := p.drawn[:len(actions)]
	if deterministic {
		p.dist.Mode(out, obs.N, drawn)
	} else {
		if sde, ok := p.dist.(*nets.GSDE); ok {
			sde.Resample(obs.N, p.draws)
		}
		p.dist.Sample(out, obs.N, p.draws, drawn)
	}
	p.sender.send(actions, drawn)
	return nil
}

// State saves or restores the stream of draws.
func (p *Policy) State(a *snapshot.Archive) { a.Object("draws", p.draws) }
