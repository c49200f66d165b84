package scene

import (
	"tesuji/envs"
)

// command is what a key does.
type command struct {
	keys []Key
	name string // of the keys
	does string
	do   func(w *Watch, r *Request) error
}

// commands are the keys while a policy plays. While a person plays those that are actions are not
// commands.
var commands = []command{
	{[]Key{Space, P}, "Space", "pause and go on", func(w *Watch, _ *Request) error { return w.pause() }},
	{[]Key{Right}, "→", "a step forward", func(w *Watch, _ *Request) error { return w.single(1) }},
	{[]Key{Left}, "←", "a step back", func(w *Watch, _ *Request) error { return w.single(-1) }},
	{[]Key{Home}, "Home", "to the episode's beginning", func(w *Watch, _ *Request) error { return w.seek(0) }},
	{[]Key{End}, "End", "to the newest moment", func(w *Watch, _ *Request) error { return w.seek(w.session.Last()) }},
	{[]Key{Up, Plus}, "↑ +", "faster", func(w *Watch, _ *Request) error { return w.faster(1) }},
	{[]Key{Down, Minus}, "↓ −", "slower", func(w *Watch, _ *Request) error { return w.faster(-1) }},
	{[]Key{N, Enter}, "N", "next episode", func(w *Watch, _ *Request) error { return w.another() }},
	{[]Key{D}, "D", "best actions or drawn ones", func(w *Watch, _ *Request) error { return w.draws() }},
	{[]Key{S}, "S", "what the choice rests on (saliency)", func(w *Watch, _ *Request) error { return w.glow() }},
	{[]Key{T}, "T", "take over, or give back", func(w *Watch, _ *Request) error { return w.takeOver() }},
	{[]Key{R}, "R", "record, and stop recording", func(w *Watch, _ *Request) error { return w.record() }},
	{[]Key{F}, "F", "full screen", func(_ *Watch, r *Request) error { r.Fullscreen = true; return nil }},
	{[]Key{H, Question}, "H", "this help", func(w *Watch, _ *Request) error { w.help = !w.help; return nil }},
	{[]Key{Escape, Q}, "Esc Q", "quit", func(w *Watch, r *Request) error { r.Quit = !w.help; w.help = false; return nil }},
}

// ofPolicies are the keys of commands that mean nothing where there is no policy.
var ofPolicies = []Key{D, S, T}

// keys does what the keys say.
func (w *Watch) keys(in *Input) (r Request, err error) {
	for _, k := range in.Pressed {
		if w.session.Manual() && !w.paused && w.person.uses(k) {
			continue
		}
		for i := range commands {
			for _, c := range commands[i].keys {
				if c == k && err == nil {
					err = commands[i].do(w, &r)
				}
			}
		}
	}
	return r, err
}

// mouse moves through the episode while its button is held on the timeline.
func (w *Watch) mouse(in *Input) {
	bar := w.layout.timeline
	if in.Clicked && in.Pointer.In(bar.Inset(-int(8*w.layout.unit))) && w.session.Last() > 0 {
		w.seeking = true
	}
	if !in.Down {
		w.seeking = false
	}
	if w.seeking {
		x := float64(in.Pointer.X-bar.Min.X) / float64(max(bar.Dx()-1, 1))
		w.session.Seek(int(min(max(x, 0), 1)*float64(w.session.Last()) + .5))
		w.paused = true
	}
}

// another begins the next episode. For a person it waits for a key, which a pause would take away.
func (w *Watch) another() error {
	w.paused = w.paused && !w.session.Manual()
	return w.next()
}

func (w *Watch) pause() error {
	w.paused = !w.paused
	if s := w.session; !w.paused && s.Over() && s.Cursor() == s.Last() {
		return w.next()
	}
	return nil
}

// single goes a step forward or back, and pauses.
func (w *Watch) single(n int) error {
	w.paused = true
	s := w.session
	switch {
	case n < 0:
		s.Seek(s.Cursor() - 1)
	case s.Over() && s.Cursor() == s.Last():
		return w.next()
	case s.Manual() && s.Cursor() == s.Last():
		return s.Act(w.person.action(&Input{}))
	default:
		return s.Forward()
	}
	return nil
}

func (w *Watch) seek(i int) error {
	w.paused = true
	w.session.Seek(i)
	return nil
}

func (w *Watch) faster(n int) error {
	w.speed = min(max(w.speed+n, 0), len(speeds)-1)
	return nil
}

func (w *Watch) draws() error {
	if !w.session.HasPolicy() {
		return nil
	}
	return w.session.SetDeterministic(!w.session.Deterministic())
}

func (w *Watch) glow() error {
	w.saliency = !w.saliency
	if w.saliency && !w.session.HasPolicy() {
		w.saliency = false
	}
	return nil
}

func (w *Watch) takeOver() error {
	switch {
	case !w.session.HasPolicy():
		return nil
	case w.person == nil:
		w.say(coral, "the actions of %s are not for keys", w.session.Spec().ID)
		return nil
	}
	manual := !w.session.Manual()
	if manual {
		w.session.Seek(w.session.Last())
		w.paused = false
	}
	w.waiting = manual && envs.Steady(w.session.Env())
	w.session.SetManual(manual)
	return nil
}
