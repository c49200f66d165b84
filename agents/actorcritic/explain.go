package actorcritic

import (
	"slices"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/internal/elementary"
	"tesuji/nets"
)

// Explain implements agents.Explainer: logits and probabilities or means, and the value function.
func (p *Policy) Explain(obs envs.Rows) (agents.Explanation, error) {
	p.tape.Reset()
	x := p.reader.Read(p.tape, obs)
	out := p.tape.Value(p.net.Policy(p.tape, x))
	return p.explain(out, p.tape.Value(p.net.Value(p.tape, x)), obs.N), nil
}

// Explain implements agents.Explainer. The observations are those that the next Act gets; of
// another number of them nothing is remembered.
func (p *MemoryPolicy) Explain(obs envs.Rows) (agents.Explanation, error) {
	memory := p.memory
	if obs.N != p.rows {
		memory = p.net.memory.newStream(p.space, obs.N, 0)
	}
	p.tape.Reset()
	rows, past := memory.look(obs)
	out, value := p.net.Both(p.tape, p.reader.Read(p.tape, rows), past)
	return p.explain(p.tape.Value(out), p.tape.Value(value), obs.N), nil
}

func (p *actor) explain(out, values []float32, n int) agents.Explanation {
	e := agents.Explanation{N: n, Size: len(out) / max(n, 1), Scores: out, Values: values}
	switch d := p.dist.(type) {
	case *nets.Categorical:
		e.Chances = chances(out, []int{e.Size})
	case *nets.MultiCategorical:
		e.Chances = chances(out, d.Choices())
	case *nets.Bernoulli:
		e.Chances = make([]float32, len(out))
		for i, x := range out {
			e.Chances[i] = float32(1 / (1 + elementary.Exp(min(max(-float64(x), -600), 600))))
		}
	default:
		p.explainBox(&e)
	}
	return e
}

// explainBox makes means as the environment takes them of the outputs for Box actions.
func (p *actor) explainBox(e *agents.Explanation) {
	e.Size = p.dist.ActionSize()
	means := make([]float32, e.N*e.Size)
	p.dist.Mode(e.Scores, e.N, means)
	if p.sender.squashed {
		p.sender.send(means, means)
	} else if d, ok := p.dist.(*nets.DiagGaussian); ok {
		e.Spread = d.Std()
	}
	e.Scores = means
}

// chances returns the probabilities of logits that are groups of the given sizes, again and again.
func chances(logits []float32, groups []int) []float32 {
	p := make([]float32, len(logits))
	for at := 0; at < len(logits); {
		for _, n := range groups {
			softmax(p[at:at+n], logits[at:at+n])
			at += n
		}
	}
	return p
}

func softmax(p, logits []float32) {
	top := slices.Max(logits)
	exp := func(x float32) float64 { return elementary.Exp(max(float64(x-top), -600)) }
	sum := 0.
	for _, x := range logits {
		sum += exp(x)
	}
	for i, x := range logits {
		p[i] = float32(exp(x) / sum)
	}
}

var (
	_ agents.Explainer = (*Policy)(nil)
	_ agents.Explainer = (*MemoryPolicy)(nil)
)
