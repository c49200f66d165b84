package dqn

import (
	"tesuji/agents"
	"tesuji/envs"
)

// Explain implements agents.Explainer: the values of the actions, and the greatest of them.
func (p *policy) Explain(obs envs.Rows) (agents.Explanation, error) {
	p.tape.Reset()
	p.tape.Train(false)
	q := p.tape.Value(p.net.Forward(p.tape, p.reader.Read(p.tape, obs)))
	e := agents.Explanation{N: obs.N, Size: p.actions.N, Scores: q, Values: make([]float32, obs.N)}
	for i := range e.Values {
		row := q[i*e.Size : (i+1)*e.Size]
		e.Values[i] = row[argmax(row)]
	}
	return e, nil
}

var _ agents.Explainer = (*policy)(nil)
