package scene

import (
	"errors"
	"fmt"
	"image"
	"math"
	"time"

	"tesuji/envs"
	"tesuji/internal/draw"
	"tesuji/view/session"
)

// WatchOptions of NewWatch.
type WatchOptions struct {
	// Name is what is shown, such as "ppo-cartpole-s1". Default: the environment's id.
	Name string
	// About returns a line about what acts, such as how long it trained. It is asked when an
	// episode begins.
	About func() string
	// Speed is how many times as fast as usual it begins. 0 is 1.
	Speed float64
	// Film begins a recording of what is shown, if not nil.
	Film func(fps float64) (Film, error)
	// Saliency begins with the saliency overlay.
	Saliency bool
}

// Film is a recording under way.
type Film interface {
	// Name is what it is called, such as a file's name.
	Name() string
	// Add appends a copy of the frame.
	Add(frame *image.RGBA) error
	// Close completes it.
	Close() error
}

// Watch shows a session: a policy that plays, or a person.
type Watch struct {
	options WatchOptions
	session *session.Session
	person  *person
	about   string
	rate    float64 // steps a second at speed 1

	paused   bool
	waiting  bool // for a person's first key
	speed    int  // index in speeds
	due      float64
	resting  time.Duration // left to show the end of an episode
	saliency bool
	patience time.Duration // that a picture may work on the saliency map
	help     bool
	seeking  bool // the mouse is on the timeline
	message  message
	film     *filming
	fps      meter

	layout  layout
	letters *draw.Lettering
	scaler  scaler
	dirty   []image.Rectangle
	widest  []float64 // of the elements of an unbounded observation
}

// speeds are those that keys go through. The last is as fast as it goes.
var speeds = []float64{1. / 16, 1. / 8, 1. / 4, 1. / 2, 1, 2, 4, 8, 16, 32, math.Inf(1)}

// usual is the index of 1 in speeds.
const usual = 4

// rest is how long the end of an episode is shown before the next begins.
const rest = 1200 * time.Millisecond

// stepTime is how long an Update may step, so that pictures go on.
const stepTime = 10 * time.Millisecond

// NewWatch returns a scene of the session. It is an error if nobody can act: there is no policy,
// and the actions are not for keys.
func NewWatch(s *session.Session, o WatchOptions) (*Watch, error) {
	w := &Watch{
		patience: saliencyTime, options: o, session: s, rate: envs.Rate(s.Env()), speed: usual, saliency: o.Saliency && s.HasPolicy(), letters: draw.NewLettering(),
	}
	if o.Name == "" {
		w.options.Name = s.Spec().ID
	}
	p, err := newPerson(s.Env())
	if err == nil {
		w.person = p
	} else if !s.HasPolicy() {
		return nil, err
	}
	if o.Speed > 0 {
		w.rate *= o.Speed
	}
	w.begun()
	return w, nil
}

// Title is that of the window.
func (w *Watch) Title() string { return w.options.Name + " – Tesuji" }

// Size returns the size that suits the scene.
func (w *Watch) Size() (width, height int) { return 1180, 764 }

// begun is called when an episode has begun.
func (w *Watch) begun() {
	w.due, w.resting = 0, 0
	w.waiting = w.session.Manual() && w.session.Last() == 0 && envs.Steady(w.session.Env())
	if w.options.About != nil {
		w.about = w.options.About()
	}
	if err := w.session.Notice(); err != nil {
		w.say(coral, "%v", err)
	}
}

// message is a line that is shown for a while.
type message struct {
	text string
	col  draw.Color
	left time.Duration
}

func (w *Watch) say(c draw.Color, format string, a ...any) {
	w.message = message{fmt.Sprintf(format, a...), c, 6 * time.Second}
}

// Update moves on.
func (w *Watch) Update(dt time.Duration, in *Input) (Request, error) {
	if w.message.left -= dt; w.message.left <= 0 {
		w.message.text = ""
	}
	w.fps.add(dt, in.Rate)
	request, err := w.keys(in)
	if err != nil || request.Quit {
		return request, err
	}
	w.mouse(in)
	if !w.paused && !w.seeking && !w.help {
		err = w.play(dt, in)
	}
	if err == nil && w.film != nil {
		w.film.due += dt.Seconds()
	}
	return request, err
}

// play makes the steps that are due.
func (w *Watch) play(dt time.Duration, in *Input) error {
	s := w.session
	if s.Over() && s.Cursor() == s.Last() {
		if s.Manual() {
			return nil // a key begins the next
		}
		if w.resting -= dt; w.resting <= 0 {
			return w.next()
		}
		return nil
	}
	if s.Manual() && s.Cursor() == s.Last() && !envs.Steady(s.Env()) {
		return w.move(in)
	}
	if w.waiting {
		if !w.person.active(in) {
			return nil
		}
		w.waiting = false
	}
	w.due += dt.Seconds() * w.rate * speeds[w.speed]
	if math.IsInf(w.due, 1) || w.due > 1e6 {
		w.due = 1e6
	}
	deadline := time.Now().Add(stepTime)
	for ; w.due >= 1; w.due-- {
		if err := w.advance(in); errors.Is(err, session.ErrOver) {
			break
		} else if err != nil {
			return err
		}
		if time.Now().After(deadline) {
			w.due = min(w.due, 1)
			break
		}
	}
	if s.Over() && s.Cursor() == s.Last() {
		w.resting, w.due = rest, 0
		if speeds[w.speed] > 4 {
			w.resting = rest / 4
		}
	}
	return nil
}

// advance makes a step, by the person where one acts.
func (w *Watch) advance(in *Input) error {
	err := w.session.Forward()
	if errors.Is(err, session.ErrNoAction) {
		return w.session.Act(w.person.action(in))
	}
	return err
}

// move makes the step of a key that went down, in a world that waits for it.
func (w *Watch) move(in *Input) error {
	if a := w.person.pressed(in); a != nil {
		return w.session.Act(a)
	}
	return nil
}

func (w *Watch) next() error {
	if err := w.session.Next(); err != nil {
		return err
	}
	w.begun()
	return nil
}

// Session returns what is shown.
func (w *Watch) Session() *session.Session { return w.session }

// Close completes the recording.
func (w *Watch) Close() error { return w.stopFilm() }

// meter measures how many pictures a second are shown.
type meter struct {
	rate  float64
	after time.Duration // since the window opened
	slow  time.Duration // for how long it was slow
}

// slowRate is what a smooth picture needs.
const slowRate = 50

func (m *meter) add(dt time.Duration, rate float64) {
	m.after += dt
	m.rate = rate
	if rate == 0 || rate >= slowRate || m.after < 2*time.Second {
		m.slow = 0
	} else {
		m.slow += dt
	}
}

// text says it plainly when pictures are slow.
func (m *meter) text() (string, bool) {
	if m.rate == 0 {
		return "", false
	}
	if m.slow > time.Second {
		return fmt.Sprintf("%.0f of 60 pictures/s: rendering in software is slow here", m.rate), true
	}
	return fmt.Sprintf("%.0f fps", m.rate), false
}
