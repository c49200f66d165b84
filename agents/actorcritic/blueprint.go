package actorcritic

import (
	"fmt"
	"math"

	"tesuji/nets"
	"tesuji/tensor"
)

// Blueprint is the policy's network. Its outputs are, by the space of actions:
//
//	Discrete       logits [N, n], action [N]: the index of the most likely
//	MultiDiscrete  logits [N, all n], action_0 [N], action_1 [N], ...
//	MultiBinary    logits [N, n]: an action is 1 where it is above 0
//	Box            action [N, size]: the mean, within the bounds
func (p *Policy) Blueprint() nets.Blueprint {
	return nets.Blueprint{
		Name: "policy", Input: "observation", Dims: p.reader.Dims(), Params: p.net.Params(),
		Forward: func(t *tensor.Tape, x tensor.Var) []nets.Output {
			return p.outputs(t, p.net.Policy(t, p.reader.Put(t, x)))
		},
	}
}

func (p *Policy) outputs(t *tensor.Tape, out tensor.Var) []nets.Output {
	switch d := p.dist.(type) {
	case *nets.Categorical:
		return []nets.Output{{Name: "logits", Var: out}, {Name: "action", Var: out, ArgMax: true}}
	case *nets.MultiCategorical:
		all, at := []nets.Output{{Name: "logits", Var: out}}, 0
		for i, n := range d.Choices() {
			all = append(all, nets.Output{Name: fmt.Sprintf("action_%d", i), Var: t.Slice(out, at, at+n), ArgMax: true})
			at += n
		}
		return all
	case *nets.Bernoulli:
		return []nets.Output{{Name: "logits", Var: out}}
	case *nets.GSDE:
		mean := t.Slice(out, 0, d.ActionSize())
		if p.net.sdeOptions.Squash {
			mean = t.Tanh(mean)
		}
		return []nets.Output{{Name: "action", Var: p.sender.put(t, mean)}}
	}
	return []nets.Output{{Name: "action", Var: p.sender.put(t, out)}}
}

// put is send for Box actions that are on a tape.
func (s *sender) put(t *tensor.Tape, drawn tensor.Var) tensor.Var {
	if s.kind != bounded {
		return drawn
	}
	if s.squashed {
		span, low := tensor.New(s.size), tensor.New(s.size)
		for i := range s.size {
			span.Data[i], low.Data[i] = s.high[i]-s.low[i], s.low[i]
		}
		drawn = t.Add(t.Mul(t.Scale(t.AddScalar(drawn, 1), .5), t.Input(span)), t.Input(low))
	}
	var out tensor.Var
	for lo := 0; lo < s.size; { // columns that have the same bounds
		hi := lo + 1
		for hi < s.size && s.low[hi] == s.low[lo] && s.high[hi] == s.high[lo] {
			hi++
		}
		part := drawn
		if hi-lo < s.size {
			part = t.Slice(drawn, lo, hi)
		}
		if !math.IsInf(float64(s.low[lo]), 0) || !math.IsInf(float64(s.high[lo]), 0) {
			part = t.Clamp(part, s.low[lo], s.high[lo])
		}
		if lo == 0 {
			out = part
		} else {
			out = t.Concat(out, part)
		}
		lo = hi
	}
	return out
}
