package envs

import (
	"fmt"

	"tesuji/snapshot"
)

// Select gives some elements of a float32 Box's observations, as a Box of one dimension: what is
// left out is hidden from the agent.
type Select struct {
	Env
	spec     Spec
	elements []int
	whole    Row // the last observation, all of it
}

// NewSelect returns e under another ID, with the given elements of its observations. It returns an
// error if the observation space is no float32 Box or has no such elements.
func NewSelect(e Env, id string, elements ...int) (*Select, error) {
	s := *e.Spec()
	b, ok := s.Observation.(*Box)
	if !ok || b.Type != Float32 || len(elements) == 0 {
		return nil, fmt.Errorf("selecting elements %v of %s: the space is %v, want a float32 Box and at least one element", elements, s.ID, s.Observation)
	}
	selected := &Box{Shape: []int{len(elements)}, Type: b.Type}
	for _, i := range elements {
		if i < 0 || i >= b.Size() {
			return nil, fmt.Errorf("selecting elements %v of %s: want 0 to %d", elements, s.ID, b.Size()-1)
		}
		selected.Low, selected.High = append(selected.Low, b.Low[i]), append(selected.High, b.High[i])
	}
	s.ID, s.Observation = id, selected
	return &Select{Env: e, spec: s, elements: elements, whole: MakeRows(b, 1).Row(0)}, nil
}

// Unwrap returns the environment inside.
func (s *Select) Unwrap() Env { return s.Env }

// Spec returns the environment's Spec with the ID and the observation space of the selection.
func (s *Select) Spec() *Spec { return &s.spec }

// Reset begins an episode.
func (s *Select) Reset(obs Row) error {
	if err := s.Env.Reset(s.whole); err != nil {
		return err
	}
	s.show(obs)
	return nil
}

// Step steps the environment.
func (s *Select) Step(a Action, obs Row) (Result, error) {
	r, err := s.Env.Step(a, s.whole)
	if err == nil {
		s.show(obs)
	}
	return r, err
}

func (s *Select) show(obs Row) {
	for k, i := range s.elements {
		obs.F32[k] = s.whole.F32[i]
	}
}

// Labels names the elements of an observation, as the environment does; nil if it does not.
func (s *Select) Labels() []string {
	e, ok := As[interface{ Labels() []string }](s.Env)
	if !ok {
		return nil
	}
	var labels []string
	for _, i := range s.elements {
		labels = append(labels, e.Labels()[i])
	}
	return labels
}

// State saves or restores the environment.
func (s *Select) State(a *snapshot.Archive) { a.Object("env", s.Env) }
