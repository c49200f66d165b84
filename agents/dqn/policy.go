package dqn

import (
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// reader turns observations into a network's inputs.
type reader struct {
	space   envs.Space
	width   int
	inPlace bool      // the rows are the inputs
	inputs  []float32 // where they are not
}

func newReader(space envs.Space) reader {
	box, ok := space.(*envs.Box)
	return reader{space: space, width: envs.FlatSize(space), inPlace: ok && box.Elem() == envs.Float32}
}

// read returns the observations as a [N, inputs] leaf, valid until the next read or Reset.
func (r *reader) read(t *tensor.Tape, obs envs.Rows) tensor.Var {
	if r.inPlace {
		return t.InputOf(obs.F32, obs.N, r.width)
	}
	n := obs.N * r.width
	if len(r.inputs) < n {
		r.inputs = make([]float32, n)
	}
	envs.Encode(r.space, obs, r.inputs[:n])
	return t.InputOf(r.inputs[:n], obs.N, r.width)
}

// policy takes the action of the highest value, or a random one at the rate eps.
type policy struct {
	net     *network
	tape    *tensor.Tape
	reader  reader
	actions *envs.Discrete
	eps     func() float64
	draws   *rng.Stream
}

func newPolicy(net *network, spec *envs.Spec, eps func() float64, draws *rng.Stream) *policy {
	p := &policy{
		net: net, tape: tensor.NewTape(), reader: newReader(spec.Observation),
		actions: spec.Action.(*envs.Discrete), eps: eps, draws: draws,
	}
	p.tape.Inference(true)
	return p
}

// Act implements agents.Policy. Where it is not deterministic it explores as training does at
// this point, each observation by a draw of its own.
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
		q := p.tape.Value(p.net.Forward(p.tape, p.reader.read(p.tape, obs)))
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
