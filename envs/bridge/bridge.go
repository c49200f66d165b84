// Package bridge makes any Gymnasium environment, those of the Arcade Learning Environment
// included, an environment of ours: a Python process holds it, a pipe connects the two. Several of
// them step at the same time, each in a process of its own.
//
//	env: Gymnasium
//	env_kwargs:
//	  id: ALE/Pong-v5
//	  kwargs: '{"frameskip": 1, "repeat_action_probability": 0}'
package bridge

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"math"
	"runtime"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Options name an environment.
type Options struct {
	// ID is what gymnasium.make takes.
	ID string `yaml:"id"`
	// Kwargs are the environment's own options, as a JSON object. Default none.
	Kwargs string `yaml:"kwargs"`
	// Imports are Python modules that register environments, such as minigrid. That of ALE's ids is
	// known.
	Imports []string `yaml:"imports"`
	// Python is the interpreter: a name on the PATH or a path. It needs gymnasium. Default python3.
	Python string `yaml:"python"`
	// Resumable says that checkpoints hold the environment, by its emulator's own state or by
	// Python's pickle. An environment that has neither is refused unless this is false: then a
	// resumed run begins new episodes, and is not the same to the bit. Default true.
	Resumable bool `yaml:"resumable"`
}

// DefaultOptions returns the defaults; an ID has to be added.
func DefaultOptions() Options { return Options{Python: "python3", Resumable: true} }

// Env is an environment in a Python process. Which numbers it gives is up to that.
type Env struct {
	options Options
	spec    *envs.Spec
	child   *child

	seeded  bool
	seed    uint64
	running bool // an episode is
	begun   bool // the action of a step was sent ahead
	lives   int
	obs     []byte
	action  []byte
	picture []byte // the last one asked for, RGB
	w, h    int
	undrawn error // why there is no picture
}

// New starts the process and makes the environment: a *Game, if it is one of the Arcade Learning
// Environment, or an *Env. An interpreter, a package or an environment that is missing is an error
// that says what to do.
func New(o Options) (envs.Env, error) {
	e, game, err := start(o)
	switch {
	case err != nil:
		return nil, err
	case game != nil:
		return &Game{e, *game}, nil
	}
	return e, nil
}

func start(o Options) (*Env, *gameLine, error) {
	if o.ID == "" {
		return nil, nil, errors.New("id is empty: want a Gymnasium environment's, such as ALE/Pong-v5")
	}
	c, h, err := launch(o)
	if err != nil {
		return nil, nil, err
	}
	e := &Env{options: o, child: c}
	runtime.AddCleanup(e, func(c *child) { c.stop() }, c)
	if e.spec, err = h.spec(o.ID); err != nil {
		return nil, nil, err
	}
	size := e.spec.Observation.Size()
	if e.spec.Observation.Elem() == envs.Float32 {
		size *= 4
	}
	e.obs, e.action = make([]byte, size), make([]byte, 4*e.spec.Action.Size())
	if o.Resumable {
		if err := e.probe(); err != nil {
			return nil, nil, fmt.Errorf("%s cannot be saved (%w): set resumable to false to go without exact resume", o.ID, err)
		}
	}
	return e, h.Game, nil
}

// spec returns what the host said.
func (h *hello) spec(id string) (*envs.Spec, error) {
	s := &envs.Spec{ID: id, MaxSteps: h.MaxSteps}
	var err error
	if s.Observation, err = h.Observation.space(); err != nil {
		return nil, fmt.Errorf("%s: observations: %w", id, err)
	}
	if s.Action, err = h.Action.space(); err != nil {
		return nil, fmt.Errorf("%s: actions: %w", id, err)
	}
	if h.Threshold != nil {
		s.RewardThreshold, s.HasThreshold = *h.Threshold, true
	}
	return s, nil
}

// probe finds out before training whether the environment can be saved.
func (e *Env) probe() error {
	if err := e.reset(); err != nil {
		return err
	}
	_, err := e.save()
	return err
}

// Spec describes the environment.
func (e *Env) Spec() *envs.Spec { return e.spec }

// Seed makes the next Reset pass the seed on.
func (e *Env) Seed(seed uint64) { e.seeded, e.seed = true, seed }

func (e *Env) reset() error {
	var b [9]byte
	if e.seeded {
		b[0] = 1
	}
	binary.LittleEndian.PutUint64(b[1:], e.seed)
	e.seeded, e.begun = false, false
	copy(e.child.head[:], b[:])
	if err := e.child.send('R', e.child.head[:9]); err != nil {
		return err
	}
	if err := e.child.status(); err != nil {
		return err
	}
	if err := e.readLives(); err != nil {
		return err
	}
	return e.child.read(e.obs)
}

func (e *Env) readLives() error {
	b := e.child.head[:4]
	err := e.child.read(b)
	e.lives = int(int32(binary.LittleEndian.Uint32(b)))
	return err
}

// Reset begins an episode.
func (e *Env) Reset(obs envs.Row) error {
	if err := e.reset(); err != nil {
		return err
	}
	e.running = true
	e.write(obs)
	return nil
}

// Start sends the action of the Step that follows: until that is called the process computes.
func (e *Env) Start(a envs.Action) error {
	if err := e.act('S', a); err != nil {
		return err
	}
	e.begun = true
	return nil
}

func (e *Env) act(op byte, a envs.Action) error {
	if !e.running {
		return fmt.Errorf("%s: step: %w", e.options.ID, envs.ErrNeedsReset)
	}
	for i := range len(e.action) / 4 {
		binary.LittleEndian.PutUint32(e.action[4*i:], math.Float32bits(a[i]))
	}
	return e.child.send(op, e.action)
}

// Step applies an action, unless Start did.
func (e *Env) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.begun {
		if err := e.Start(a); err != nil {
			return envs.Result{}, err
		}
	}
	e.begun = false
	r, err := e.result()
	if err != nil {
		return envs.Result{}, err
	}
	if err := e.child.read(e.obs); err != nil {
		return envs.Result{}, err
	}
	e.write(obs)
	return r, nil
}

// result reads what a step gave besides the observation.
func (e *Env) result() (envs.Result, error) {
	if err := e.child.status(); err != nil {
		return envs.Result{}, err
	}
	head := e.child.head[:10]
	if err := e.child.read(head); err != nil {
		return envs.Result{}, err
	}
	r := envs.Result{
		Reward:     math.Float64frombits(binary.LittleEndian.Uint64(head)),
		Terminated: head[8] != 0, Truncated: head[9] != 0,
	}
	e.running = !r.Done()
	return r, e.readLives()
}

// write decodes the observation that was read.
func (e *Env) write(obs envs.Row) {
	if obs.U8 != nil {
		copy(obs.U8, e.obs)
		return
	}
	for i := range obs.F32 {
		obs.F32[i] = math.Float32frombits(binary.LittleEndian.Uint32(e.obs[4*i:]))
	}
}

func (e *Env) save() ([]byte, error) {
	if err := e.child.send('V'); err != nil {
		return nil, err
	}
	if err := e.child.status(); err != nil {
		return nil, err
	}
	return e.child.block()
}

func (e *Env) load(state []byte) error {
	var n [4]byte
	binary.LittleEndian.PutUint32(n[:], uint32(len(state)))
	if err := e.child.send('L', n[:], state); err != nil {
		return err
	}
	if err := e.child.status(); err != nil {
		return err
	}
	return e.readLives()
}

// State saves or restores the environment in the process. What is saved is Python's pickle, which
// can run code when it is read: a checkpoint of a bridged environment is to be trusted like a
// program. Without Resumable nothing is kept, and the episode under way is begun anew.
func (e *Env) State(a *snapshot.Archive) {
	a.Check("id", e.options.ID)
	a.Check("resumable", fmt.Sprint(e.options.Resumable))
	a.Bool("seeded", &e.seeded)
	a.Uint64("seed", &e.seed)
	a.Bool("running", &e.running)
	var state []byte
	if a.Saving() && e.options.Resumable {
		var err error
		if state, err = e.save(); err != nil {
			a.Fail(fmt.Errorf("%s: %w", e.options.ID, err))
			return
		}
	}
	a.Bytes("state", &state)
	if a.Saving() || a.Err() != nil {
		return
	}
	err := errors.New("no state")
	switch {
	case !e.options.Resumable:
		err = e.reset()
	case len(state) > 0:
		err = e.load(state)
	}
	if err != nil {
		a.Fail(fmt.Errorf("%s: %w", e.options.ID, err))
	}
}

// RenderSize returns the size of the environment's own picture, or of a black one of 64x64 pixels
// if it has none.
func (e *Env) RenderSize() (w, h int) {
	if e.w == 0 {
		if e.undrawn = e.draw(); e.undrawn != nil {
			e.w, e.h, e.picture = 64, 64, make([]byte, 3*64*64)
		}
	}
	return e.w, e.h
}

// CanRender says why the environment has no picture of its own, such as that a Python package is missing.
func (e *Env) CanRender() error {
	e.RenderSize()
	return e.undrawn
}

// draw asks for a picture.
func (e *Env) draw() error {
	if err := e.child.send('P'); err != nil {
		return err
	}
	if err := e.child.status(); err != nil {
		return err
	}
	if err := e.child.read(e.child.head[:8]); err != nil {
		return err
	}
	w, h := binary.LittleEndian.Uint32(e.child.head[:]), binary.LittleEndian.Uint32(e.child.head[4:])
	if w > 1<<14 || h > 1<<14 {
		return fmt.Errorf("a picture of %dx%d", w, h)
	}
	e.w, e.h = int(w), int(h)
	if n := 3 * e.w * e.h; len(e.picture) != n {
		e.picture = make([]byte, n)
	}
	return e.child.read(e.picture)
}

// Render draws the environment's own picture, the last one if there is none.
func (e *Env) Render(dst *image.RGBA) {
	w, h := e.RenderSize()
	if e.draw() != nil || e.w != w || e.h != h {
		e.w, e.h = w, h
	}
	for y := range h {
		row := dst.Pix[y*dst.Stride:]
		for x := range w {
			p := e.picture[3*(y*w+x):]
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = p[0], p[1], p[2], 255
		}
	}
}
