package dqn

import (
	"tesuji/agents/inputs"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// policy takes the action of the highest value, or a random one at the rate eps. Noise on the
// weights, if there is any, is drawn anew for each step.
type policy struct {
	net     *network
	tape    *tensor.Tape
	reader  inputs.Reader
	actions *envs.Discrete
	noisy   bool
	eps     func() float64
	draws   *rng.Stream
}

func newPolicy(net *network, spec *envs.Spec, noisy bool, eps func() float64, draws *rng.Stream) *policy {
	p := &policy{
		net: net, tape: tensor.NewTape(), reader: inputs.NewReader(spec.Observation),
		actions: spec.Action.(*envs.Discrete), noisy: noisy, eps: eps, draws: draws,
	}
	p.tape.Inference(true)
	return p
}

// Act implements agents.Policy. Where it is not deterministic it explores, each observation by a draw of
// its own.
func (p *policy) Act(obs envs.Rows, deterministic bool, actions []float32) error {
	random := 0
	if !deterministic {
		eps := p.eps()
		for i := range actions {
			actions[i] = -1
			if p.draws.Float64() < eps {
				actions[i] = float32(p.draws.Intn(p.actions.N))
				random++
			}
		}
	}
	if random < obs.N {
		p.tape.Reset()
		p.tape.Train(p.noisy && !deterministic)
		if p.tape.Training() {
			p.tape.Noise(p.draws.Uint64(), 0)
		}
		q := p.tape.Value(p.net.Forward(p.tape, p.reader.Read(p.tape, obs)))
		for i := range actions {
			if deterministic || actions[i] < 0 {
				actions[i] = float32(argmax(q[i*p.actions.N : (i+1)*p.actions.N]))
			}
		}
	}
	if p.actions.Start != 0 {
		for i := range actions {
			actions[i] += float32(p.actions.Start)
		}
	}
	return nil
}

// argmax returns the index of the largest element, the lowest such index.
func argmax(q []float32) int {
	best := 0
	for i, v := range q {
		if v > q[best] {
			best = i
		}
	}
	return best
}
