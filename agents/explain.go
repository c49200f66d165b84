package agents

import "tesuji/envs"

// Explainer is a Policy that tells what it makes of observations, for people to see.
type Explainer interface {
	Policy
	// Explain describes what the policy makes of each of the observations, which are as Act takes
	// them. It changes nothing of what Act does next. The explanation is the policy's own and
	// valid until its next call.
	Explain(obs envs.Rows) (Explanation, error)
}

// Explanation is what a policy makes of N observations.
type Explanation struct {
	N, Size int
	// Scores [N, Size] are what the choice of actions rests on, as the network gives them: logits
	// of the choices of Discrete, MultiDiscrete (one group after the other) and MultiBinary
	// actions, values of Discrete actions (of an agent that learns those), or the elements of
	// Box actions before they are clipped to their bounds.
	Scores []float32
	// Chances [N, Size] are the probabilities of choices whose Scores are logits, or nil.
	Chances []float32
	// Spread [Size] is the standard deviation around Scores that are Box actions, or nil.
	Spread []float32
	// Values [N] are the returns expected of the observations, or nil if the agent does not
	// estimate them. They are of rewards as the agent learned from them.
	Values []float32
}

// Row returns the explanation of observation i, sharing storage.
func (e Explanation) Row(i int) Explanation {
	r := e
	r.N = 1
	r.Scores = e.Scores[i*e.Size : (i+1)*e.Size]
	if e.Chances != nil {
		r.Chances = e.Chances[i*e.Size : (i+1)*e.Size]
	}
	if e.Values != nil {
		r.Values = e.Values[i : i+1]
	}
	return r
}
