package actorcritic

import "tesuji/envs"

// sender turns actions as the distribution drew them, which are what is stored and scored,
// into those that the environment takes.
type sender struct {
	start     float32     // of Discrete actions
	low, high []float32   // of Box actions
	squashed  bool        // Box actions are in [-1, 1], to be scaled to the bounds
	size      int         // elements of an action
	kind      actionsKind // what to do
}

type actionsKind uint8

const (
	asDrawn actionsKind = iota
	shifted
	bounded
)

func newSender(o *Options, space envs.Space) sender {
	s := sender{size: space.Size(), squashed: o.SquashOutput}
	switch space := space.(type) {
	case *envs.Discrete:
		if space.Start != 0 {
			s.kind, s.start = shifted, float32(space.Start)
		}
	case *envs.Box:
		s.kind, s.low, s.high = bounded, space.Low, space.High
	}
	return s
}

// send writes the environment's actions to dst, both [N, size]. Box actions are clipped to
// their bounds.
func (s *sender) send(dst, drawn []float32) {
	switch s.kind {
	case asDrawn:
		copy(dst, drawn)
	case shifted:
		for i, a := range drawn {
			dst[i] = a + s.start
		}
	case bounded:
		for i, a := range drawn {
			lo, hi := s.low[i%s.size], s.high[i%s.size]
			if s.squashed {
				a = lo + float32(float32(.5*(a+1))*(hi-lo))
			}
			dst[i] = min(max(a, lo), hi)
		}
	}
}
