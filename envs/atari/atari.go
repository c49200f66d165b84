package atari

import (
	"errors"
	"fmt"
	"slices"

	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Env is a Game with its screens prepared for learning.
//
// Observations are uint8 [height, width, Stack·channels], the newest picture last. Its stream of
// no-ops is NumPy's Generator, as in the originals: it draws the numbers that a Gymnasium
// environment's np_random gives after reset(seed=s).
type Env struct {
	game    Game
	blind   Blind // game, if it is one
	options Options
	spec    *envs.Spec
	actions int
	fire    int // index of FIRE, or -1

	noops  rng.PCG64
	sticky rng.Stream

	// Two frames of this step and two of the one before, which the picture compares them with.
	frames  [2][2]envs.Row
	side    int // of frames, that is being drawn to
	picture *picture
	stack   []uint8 // pictures, the oldest first

	running bool // an episode is under way
	goesOn  bool // the game is, though the episode ended with a life
	lives   int
	elapsed int        // frames of the game
	last    int        // action of the last frame
	action  [1]float32 // the same, as the game takes it
	raw     float64    // reward of the last step before it was clipped
}

// Wrap returns the game with its screens prepared. It returns an error that names an option out
// of range, or says what the game lacks.
func Wrap(game Game, o Options) (*Env, error) {
	e, err := wrap(game, o)
	if err != nil {
		return nil, fmt.Errorf("Atari preprocessing of %s: %w", game.Spec().ID, err)
	}
	return e, nil
}

func wrap(game Game, o Options) (*Env, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	inner := game.Spec()
	height, width, channels, err := screen(inner.Observation)
	if err != nil {
		return nil, err
	}
	if f, ok := game.(Framewise); ok {
		if err := f.OneFrame(); err != nil {
			return nil, err
		}
	}
	actions, ok := inner.Action.(*envs.Discrete)
	if !ok || actions.Start != 0 {
		return nil, fmt.Errorf("actions are %v, want Discrete from 0", inner.Action)
	}
	meanings := game.Meanings()
	fire := slices.Index(meanings, "FIRE")
	switch {
	case len(meanings) != actions.N:
		return nil, fmt.Errorf("%d meanings for %d actions", len(meanings), actions.N)
	case meanings[0] != "NOOP":
		return nil, fmt.Errorf("action 0 is %s, want NOOP", meanings[0])
	case o.FireReset && fire >= 0 && (fire != 1 || actions.N < 3):
		return nil, fmt.Errorf("fire_reset takes actions 1 and 2, but FIRE is action %d of %d", fire, actions.N)
	case o.Size > 0 && o.Grey == GreyNone && channels != 1:
		return nil, errors.New("screen_size is set but grey is none: colors are not shrunk")
	case o.Size > min(width, height):
		return nil, fmt.Errorf("screen_size is %d, but frames are %d x %d", o.Size, height, width)
	}
	if o.MaxFrames == 0 || inner.MaxSteps > 0 && inner.MaxSteps < o.MaxFrames {
		o.MaxFrames = inner.MaxSteps
	}
	e := &Env{game: game, options: o, actions: actions.N, fire: fire, picture: newPicture(width, height, channels, &o)}
	if e.picture.shrink && e.picture.x.total*e.picture.y.total >= maxTotal {
		return nil, fmt.Errorf("frames of %d x %d are too large to shrink to %d", height, width, o.Size)
	}
	e.blind, _ = game.(Blind)
	if o.Size > 0 {
		height, width = o.Size, o.Size
	}
	e.stack = make([]uint8, o.Stack*len(e.picture.out))
	for i := range e.frames {
		for k := range e.frames[i] {
			e.frames[i][k] = envs.MakeRows(inner.Observation, 1).Row(0)
		}
	}
	spec := *inner
	// Frames are counted here; this is how many steps they make at most.
	spec.MaxSteps = (o.MaxFrames + o.FrameSkip - 1) / o.FrameSkip
	spec.Observation = envs.NewImage(height, width, o.Stack*e.picture.outChannels())
	e.spec = &spec
	e.Seed(0)
	return e, nil
}

// screen returns the shape of a game's frames.
func screen(s envs.Space) (height, width, channels int, err error) {
	b, ok := s.(*envs.Box)
	if ok && b.Type == envs.Uint8 {
		switch {
		case len(b.Shape) == 2:
			return b.Shape[0], b.Shape[1], 1, nil
		case len(b.Shape) == 3 && (b.Shape[2] == 1 || b.Shape[2] == 3):
			return b.Shape[0], b.Shape[1], b.Shape[2], nil
		}
	}
	return 0, 0, 0, fmt.Errorf("observations are %v, want uint8 frames [height, width] or [height, width, 3]", s)
}

// Unwrap returns the game.
func (e *Env) Unwrap() envs.Env { return e.game }

// Spec describes the environment. Its limit of steps is what MaxFrames frames make at most.
func (e *Env) Spec() *envs.Spec { return e.spec }

// RawReward returns the last step's reward as the game gave it.
func (e *Env) RawReward() float64 { return e.raw }

// GoesOn reports whether the game goes on, though the episode ended with a life.
func (e *Env) GoesOn() bool { return e.goesOn }

// Seed starts the streams anew, and makes the next episode begin a new game.
func (e *Env) Seed(seed uint64) {
	e.game.Seed(seed)
	e.noops.Seed(seed)
	e.sticky = *rng.New(seed, "sticky actions")
	e.goesOn = false
}

// Reset begins an episode: in a new game, or in the one that goes on after a lost life.
func (e *Env) Reset(obs envs.Row) error {
	if err := e.start(); err != nil {
		return err
	}
	if e.options.FireReset && e.fire >= 0 {
		for action := 1; action <= 2; action++ {
			r, err := e.act(action)
			if err != nil {
				return err
			}
			if !r.Done() {
				continue
			}
			if err := e.start(); err != nil {
				return err
			}
		}
	}
	e.running, e.goesOn = true, false
	e.fillStack()
	e.observe(obs)
	return nil
}

// start begins a new game or goes on with the present one, and takes a picture.
func (e *Env) start() error {
	if !e.goesOn {
		return e.newGame()
	}
	if e.options.LifeLoss != LifeEndsNoop {
		return nil // the last picture is still the present one
	}
	r, err := e.act(0)
	if err == nil && r.Done() && !e.goesOn {
		err = e.newGame()
	}
	return err
}

// newGame begins a game, and lets it stand still as the options say.
func (e *Env) newGame() error {
	if err := e.resetGame(); err != nil {
		return err
	}
	if e.options.NoopMax > 0 {
		n := int(e.noops.Integers(int64(e.options.NoopMin), int64(e.options.NoopMax)+1))
		first := 0
		if e.options.FireStart && e.fire >= 0 {
			first, n = e.fire, max(n, 1)
		}
		for i := range n {
			action := 0
			if i == 0 {
				action = first
			}
			r, err := e.frame(action, 0, i == n-1)
			if err != nil {
				return err
			}
			if r.Done() {
				if err := e.resetGame(); err != nil {
					return err
				}
			}
		}
	}
	e.lives = e.game.Lives()
	e.take(0, 0)
	return nil
}

// resetGame begins a game and draws its first frame.
func (e *Env) resetGame() error {
	e.elapsed, e.last = 0, 0
	return e.game.Reset(e.frames[e.side][0])
}

// Step takes an action for FrameSkip frames.
func (e *Env) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.running {
		return envs.Result{}, episode.NotRunning(e.spec.ID)
	}
	action := episode.Index(a, e.actions)
	if action < 0 {
		return envs.Result{}, episode.BadAction(e.spec, a)
	}
	r, err := e.act(action)
	if err != nil {
		return envs.Result{}, err
	}
	if e.goesOn && e.options.WholeGames {
		if r, err = e.nextLife(r); err != nil {
			return envs.Result{}, err
		}
		e.fillStack()
	} else {
		e.push()
	}
	e.running = !r.Done()
	e.raw = r.Reward
	r.Reward = e.clip(r.Reward)
	e.observe(obs)
	return r, nil
}

// nextLife does within an episode of a whole game what begins one after a lost life, and returns the
// step that lost it with what came of that.
func (e *Env) nextLife(r envs.Result) (envs.Result, error) {
	r.Terminated = false
	first, last := 1, 0 // actions
	if e.options.LifeLoss == LifeEndsNoop {
		first = 0
	}
	if e.options.FireReset && e.fire >= 0 {
		last = 2
	}
	for action := first; action <= last; action++ {
		next, err := e.act(action)
		if err != nil {
			return r, err
		}
		r.Reward += next.Reward
		if next.Done() && !e.goesOn {
			r.Terminated, r.Truncated = next.Terminated, next.Truncated
			break
		}
	}
	e.goesOn = false
	return r, nil
}

// act takes an action for FrameSkip frames, or until the episode ends, and takes the picture.
func (e *Env) act(action int) (sum envs.Result, err error) {
	o := &e.options
	e.goesOn = false
	for i := range o.FrameSkip {
		left := o.FrameSkip - 1 - i
		// Frames alternate, so that the last two are there at the end.
		k := left % 2
		r, err := e.frame(action, k, left == 0 || left == 1 && o.Pool != PoolNone)
		if err != nil {
			return sum, err
		}
		sum.Reward += r.Reward
		sum.Terminated, sum.Truncated = r.Terminated, r.Truncated
		lost := false
		if left == 0 || o.LifeLoss == LifeResets {
			lost = e.lostLife()
		}
		over := r.Done()
		if lost {
			sum.Terminated = true
			e.goesOn = !over && o.LifeLoss != LifeResets
			over = !e.goesOn
		}
		if over && left > 0 {
			e.take(k, k)
			return sum, nil
		}
	}
	if o.FrameSkip > 1 && o.Pool != PoolNone {
		e.take(1, 0)
	} else {
		e.take(0, 0)
	}
	return sum, nil
}

// lostLife tells whether the game has fewer lives than when it was last asked. The last life
// counts only where a new game begins: elsewhere the end of the game is to come.
func (e *Env) lostLife() bool {
	before := e.lives
	e.lives = e.game.Lives()
	switch e.options.LifeLoss {
	case LifeIgnored:
		return false
	case LifeResets:
		return e.lives < before
	}
	return 0 < e.lives && e.lives < before
}

// frame steps the game by one frame, drawn to frame k if it is shown or ends the game.
func (e *Env) frame(action, k int, shown bool) (envs.Result, error) {
	if e.options.StickyActionProb > 0 && e.sticky.Float64() < e.options.StickyActionProb {
		action = e.last
	}
	e.last = action
	e.action[0] = float32(action)
	row := e.frames[e.side][k]
	var r envs.Result
	var err error
	if e.blind == nil || shown {
		r, err = e.game.Step(e.action[:], row)
	} else if r, err = e.blind.StepBlind(e.action[:]); err == nil && r.Done() {
		e.blind.Show(row)
	}
	if err != nil {
		return r, err
	}
	e.elapsed++
	if e.options.MaxFrames > 0 && e.elapsed >= e.options.MaxFrames {
		if r.Truncated = true; e.blind != nil && !shown {
			e.blind.Show(row)
		}
	}
	return r, nil
}

// take takes the picture of frame b pooled with frame a, and changes sides.
func (e *Env) take(a, b int) {
	f := &e.frames[e.side]
	e.picture.take(f[a].U8, f[b].U8)
	e.side = 1 - e.side
}

func (e *Env) clip(reward float64) float64 {
	switch e.options.Clip {
	case ClipLimit:
		return min(max(reward, -1), 1)
	case ClipSign:
		switch {
		case reward > 0:
			return 1
		case reward < 0:
			return -1
		}
		return 0
	}
	return reward
}

// fillStack makes the present picture the first of a stack.
func (e *Env) fillStack() {
	n := len(e.picture.out)
	clear(e.stack)
	if e.options.Pad == PadFirst {
		for i := 0; i < len(e.stack); i += n {
			copy(e.stack[i:], e.picture.out)
		}
	}
	copy(e.stack[len(e.stack)-n:], e.picture.out)
}

// push puts the present picture on the stack.
func (e *Env) push() {
	n := len(e.picture.out)
	copy(e.stack, e.stack[n:])
	copy(e.stack[len(e.stack)-n:], e.picture.out)
}

// observe writes the stack, its pictures side by side in each pixel.
func (e *Env) observe(obs envs.Row) {
	interleave(obs.U8, e.stack, e.options.Stack, e.picture.outChannels())
}

// State saves or restores the game, the streams and the stack. The options must be the same.
func (e *Env) State(a *snapshot.Archive) {
	a.Check("options", fmt.Sprintf("%+v", e.options))
	a.Object("game", e.game)
	a.Object("noops", &e.noops)
	a.Object("sticky", &e.sticky)
	a.Uint8s("stack", e.stack)
	a.Bool("running", &e.running)
	a.Bool("goes_on", &e.goesOn)
	a.Int("lives", &e.lives)
	a.Int("elapsed", &e.elapsed)
	a.Int("last", &e.last)
	a.Float64("raw", &e.raw)
	if a.Saving() || a.Err() != nil {
		return
	}
	if e.last < 0 || e.last >= e.actions {
		a.Fail(fmt.Errorf("the last action is %d of %d", e.last, e.actions))
		return
	}
	copy(e.picture.out, e.stack[len(e.stack)-len(e.picture.out):])
	e.picture.forget()
}
