// Package session plays episodes for people to watch: a policy or a person acts in an
// environment, and every moment of the episode can be seen again. It knows no display.
package session

import (
	"errors"
	"fmt"
	"image"
	"slices"

	"tesuji/agents"
	"tesuji/envs"
)

// Options of New.
type Options struct {
	// NewEnv makes an environment. All that it makes are seeded alike.
	NewEnv func() (envs.Env, error)
	// Policy acts; nil lets a person act.
	Policy agents.Policy
	// Deterministic is whether the policy takes its best action, at first.
	Deterministic bool
	// Refresh, if not nil, is called before every episode, to bring the policy up to date. Its
	// error does not end the session: Notice tells it.
	Refresh func() error
}

// Session is episodes, one after the other. The present one can be wound back to any moment: its
// states are kept, so that another environment can go through it again.
type Session struct {
	options  Options
	spec     *envs.Spec
	live     envs.Env
	renderer envs.Renderer // live's, nil if it has none
	obs      envs.Rows     // [1]: what live showed last

	deterministic bool
	manual        bool
	episode       int
	over          bool
	moments       []Moment
	chosen        []float32 // by the policy at the newest moment
	returns       []float64 // of the episodes before
	cursor        int       // the moment that is shown

	past    past
	picture *image.RGBA
	shown   place // that picture is of
	notice  error
	heat    saliency
}

// Moment is a state of the environment within an episode.
type Moment struct {
	Reward  float64            // raw, of the step that led here
	Return  float64            // sum of raw rewards up to here
	Action  []float32          // taken here, or about to be; nil if none is known or the episode is over
	Thought agents.Explanation // of one observation; N is 0 if the policy explains nothing
}

// place is a moment of an episode.
type place struct{ episode, moment int }

// New begins the first episode.
func New(o Options) (*Session, error) {
	live, err := o.NewEnv()
	if err != nil {
		return nil, err
	}
	again, err := o.NewEnv()
	if err != nil {
		return nil, err
	}
	s := &Session{
		options: o, spec: live.Spec(), live: live, deterministic: o.Deterministic, manual: o.Policy == nil,
		obs: envs.MakeRows(live.Spec().Observation, 1),
	}
	s.past.env = again
	s.past.obs = envs.MakeRows(s.spec.Observation, 1)
	if s.renderer, err = envs.RendererOf(live); err != nil {
		return nil, fmt.Errorf("cannot be watched: %w", err)
	}
	w, h := s.renderer.RenderSize()
	s.picture = image.NewRGBA(image.Rect(0, 0, w, h))
	if s.past.renderer, err = envs.RendererOf(again); err != nil {
		return nil, fmt.Errorf("cannot be watched: %w", err)
	}
	return s, s.Next()
}

// Next begins another episode.
func (s *Session) Next() error {
	if s.episode > 0 {
		if head := s.head(); s.over {
			s.returns = append(s.returns, head.Return)
		}
		if s.options.Refresh != nil {
			s.notice = s.options.Refresh()
		}
	}
	if s.options.Policy != nil {
		agents.Forget(s.options.Policy, nil)
	}
	if err := s.live.Reset(s.obs.Row(0)); err != nil {
		return err
	}
	s.episode++
	s.over, s.cursor = false, 0
	s.moments = append(s.moments[:0], Moment{})
	s.past.begin()
	return s.arrive()
}

func (s *Session) head() *Moment { return &s.moments[len(s.moments)-1] }

// arrive completes the newest moment: it is kept, and the policy thinks about it.
func (s *Session) arrive() error {
	s.past.keep(len(s.moments)-1, s.live, s.renderer, s.obs.Row(0))
	if e, ok := s.options.Policy.(agents.Explainer); ok {
		t, err := e.Explain(s.obs)
		if err != nil {
			return err
		}
		s.head().Thought = copied(t)
	}
	return s.decide()
}

// decide asks the policy for an action at the newest moment. Where a person acts the policy is
// asked all the same: it may have to remember what it sees.
func (s *Session) decide() error {
	m := s.head()
	m.Action = nil
	if s.options.Policy == nil || s.over {
		return nil
	}
	a := make([]float32, s.spec.Action.Size())
	if err := s.options.Policy.Act(s.obs, s.deterministic, a); err != nil {
		return err
	}
	s.chosen = a
	if !s.manual {
		m.Action = a
	}
	return nil
}

// copied returns an explanation that owns its numbers.
func copied(e agents.Explanation) agents.Explanation {
	e.Scores = slices.Clone(e.Scores)
	e.Chances = slices.Clone(e.Chances)
	e.Spread = slices.Clone(e.Spread)
	e.Values = slices.Clone(e.Values)
	return e
}

// ErrOver is returned by steps from the last moment of an episode.
var ErrOver = errors.New("the episode is over")

// ErrNoAction is returned by a step that a person has to choose.
var ErrNoAction = errors.New("it is for a person to act")

// Forward goes to the next moment: one that was seen before, or a new one. It returns ErrOver
// at the end of the episode and ErrNoAction where a person has to act.
func (s *Session) Forward() error {
	if s.cursor < len(s.moments)-1 {
		s.cursor++
		return nil
	}
	if s.over {
		return ErrOver
	}
	a := s.head().Action
	if a == nil {
		return ErrNoAction
	}
	return s.step(a)
}

// Act takes a person's action at the newest moment, which is shown then.
func (s *Session) Act(a []float32) error {
	if s.over {
		return ErrOver
	}
	s.head().Action = slices.Clone(a)
	return s.step(s.head().Action)
}

func (s *Session) step(a []float32) error {
	r, err := s.live.Step(a, s.obs.Row(0))
	if err != nil {
		return err
	}
	reward := raw(s.live, r.Reward)
	s.moments = append(s.moments, Moment{Reward: reward, Return: s.head().Return + reward})
	s.cursor = len(s.moments) - 1
	s.over = r.Done()
	return s.arrive()
}

// raw returns the last step's reward before wrappers changed it.
func raw(e envs.Env, reward float64) float64 {
	for {
		if r, ok := e.(envs.RawRewarder); ok {
			reward = r.RawReward()
		}
		w, ok := e.(envs.Wrapper)
		if !ok {
			return reward
		}
		e = w.Unwrap()
	}
}

// Seek shows moment i, or the nearest that there is.
func (s *Session) Seek(i int) { s.cursor = min(max(i, s.First()), len(s.moments)-1) }

// First returns the first moment that can be shown: 0, unless the environment's state cannot be
// kept.
func (s *Session) First() int { return s.past.first }

// Cursor returns the moment that is shown, and Last the newest one.
func (s *Session) Cursor() int { return s.cursor }

// Last returns the newest moment.
func (s *Session) Last() int { return len(s.moments) - 1 }

// Moment returns moment i.
func (s *Session) Moment(i int) *Moment { return &s.moments[i] }

// Over tells that the newest moment is the last of the episode.
func (s *Session) Over() bool { return s.over }

// Episode returns the number of the episode, from 1.
func (s *Session) Episode() int { return s.episode }

// Returns are those of the episodes before this one that were played to their end.
func (s *Session) Returns() []float64 { return s.returns }

// Spec describes the environment.
func (s *Session) Spec() *envs.Spec { return s.spec }

// Env returns the environment at the newest moment, for asking: it must not be stepped.
func (s *Session) Env() envs.Env { return s.live }

// HasPolicy tells whether there is a policy.
func (s *Session) HasPolicy() bool { return s.options.Policy != nil }

// Notice returns what went wrong with Refresh the last time, or nil.
func (s *Session) Notice() error { return s.notice }

// Deterministic tells whether the policy takes its best action.
func (s *Session) Deterministic() bool { return s.deterministic }

// SetDeterministic changes that, from the newest moment on; for a policy that remembers what it
// sees, and so must see it once only, from the next one on.
func (s *Session) SetDeterministic(on bool) error {
	s.deterministic = on
	if _, ok := s.options.Policy.(agents.Rememberer); ok {
		return nil
	}
	return s.decide()
}

// Manual tells whether a person acts.
func (s *Session) Manual() bool { return s.manual }

// SetManual lets a person act, or the policy if there is one.
func (s *Session) SetManual(on bool) {
	s.manual = on || s.options.Policy == nil
	s.head().Action = nil
	if !s.manual && !s.over {
		s.head().Action = s.chosen
	}
}

// Picture returns the environment's picture of the moment that is shown. It is valid until
// the next call.
func (s *Session) Picture() (*image.RGBA, error) {
	at := place{s.episode, s.cursor}
	if at == s.shown {
		return s.picture, nil
	}
	if s.cursor == len(s.moments)-1 {
		s.fit(s.renderer)
		s.renderer.Render(s.picture)
	} else if picture := s.past.picture(s.cursor); picture != nil {
		s.picture = picture
	} else {
		if err := s.past.seek(s.cursor, s.moments); err != nil {
			return nil, err
		}
		s.fit(s.past.renderer)
		s.past.renderer.Render(s.picture)
	}
	s.shown = at
	return s.picture, nil
}

// fit makes a picture for the renderer, whose size may have changed.
func (s *Session) fit(r envs.Renderer) {
	w, h := r.RenderSize()
	if size := image.Pt(w, h); s.picture.Rect.Size() != size || s.past.kept != nil {
		s.picture = image.NewRGBA(image.Rectangle{Max: size})
	}
}

// Observation returns what the policy sees at the moment that is shown. It is valid until the
// next call.
func (s *Session) Observation() (envs.Rows, error) {
	if s.cursor == len(s.moments)-1 {
		return s.obs, nil
	}
	err := s.past.seek(s.cursor, s.moments)
	return s.past.obs, err
}
