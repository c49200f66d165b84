// Package envs says what an environment is, and holds spaces, vectorised environments and
// wrappers. The semantics are Gymnasium's; the environments themselves live in sub-packages
// (envs/classic, envs/toytext, ...) and envs/all lists them.
package envs

import (
	"image"

	"tesuji/snapshot"
)

// Env is one environment. It is not safe for concurrent use.
//
// An episode begins with Reset and goes on with Step until a Result is Terminated (the task
// ended) or Truncated (a time limit ended it: the state is not terminal, so values are
// bootstrapped). Stepping on after that, or before the first Reset, is an error.
//
// Nothing is allocated by Reset or Step.
type Env interface {
	// Spec describes the environment; it never changes.
	Spec() *Spec
	// Seed starts the environment's random stream anew. Seed(s) then Reset is
	// Gymnasium's reset(seed=s); Reset alone continues the stream.
	Seed(seed uint64)
	// Reset begins an episode and writes its first observation.
	Reset(obs Row) error
	// Step applies an action, laid out as the action space says, and writes the next observation.
	Step(a Action, obs Row) (Result, error)
	// State saves or restores everything, the random stream included.
	snapshot.Stater
}

// Spec describes an environment.
type Spec struct {
	ID              string  // such as "CartPole-v1"
	Observation     Space   // of the rows that Reset and Step write
	Action          Space   // of the rows that Step reads
	MaxSteps        int     // time limit in steps, 0 for none
	RewardThreshold float64 // mean return that counts as solved; meaningful if HasThreshold
	HasThreshold    bool
}

// Result is what a step gave besides the observation.
type Result struct {
	Reward     float64
	Terminated bool // the task ended: the value of the next state is 0
	Truncated  bool // a limit outside the task ended the episode
}

// Done reports whether the episode ended, either way.
func (r Result) Done() bool { return r.Terminated || r.Truncated }

// Action is one action, as a row of numbers laid out by the action space: a Discrete action
// is its index, a Box action its values. Whole numbers are exact up to 2^24.
type Action []float32

// Index returns a Discrete action.
func (a Action) Index() int { return int(a[0]) }

// Elem is the element type that observations are stored in until a network reads them.
type Elem uint8

const (
	Float32 Elem = iota
	Uint8
)

// Row is one observation in its owner's storage: the slice of the space's element type has
// the space's Size, the other is nil.
type Row struct {
	F32 []float32
	U8  []uint8
}

// Copy copies src, which must have r's type and size, to r.
func (r Row) Copy(src Row) {
	copy(r.F32, src.F32)
	copy(r.U8, src.U8)
}

// Rows is N observations of Size elements each, one after the other.
type Rows struct {
	N, Size int
	F32     []float32 // [N*Size] or nil
	U8      []uint8   // [N*Size] or nil
}

// MakeRows allocates n rows for observations of the space.
func MakeRows(s Space, n int) Rows {
	r := Rows{N: n, Size: s.Size()}
	if s.Elem() == Uint8 {
		r.U8 = make([]uint8, n*r.Size)
	} else {
		r.F32 = make([]float32, n*r.Size)
	}
	return r
}

// Row returns row i, sharing storage.
func (r Rows) Row(i int) Row {
	lo, hi := i*r.Size, (i+1)*r.Size
	if r.U8 != nil {
		return Row{U8: r.U8[lo:hi:hi]}
	}
	return Row{F32: r.F32[lo:hi:hi]}
}

// Slice returns rows lo to hi, sharing storage.
func (r Rows) Slice(lo, hi int) Rows {
	s := Rows{N: hi - lo, Size: r.Size}
	if r.U8 != nil {
		s.U8 = r.U8[lo*r.Size : hi*r.Size]
	} else {
		s.F32 = r.F32[lo*r.Size : hi*r.Size]
	}
	return s
}

// Starter is an Env whose steps are computed elsewhere, by another process say. Start begins the
// step that the next call of Step, with the same action, ends: a Vec starts all before it waits for
// the first.
type Starter interface {
	Start(a Action) error
}

// Parted is an Env whose episodes may be parts of a whole, such as the lives of a game. A Vec measures
// the whole.
type Parted interface {
	// GoesOn reports whether the next episode will be another part of the same whole. It is asked
	// after the end of an episode.
	GoesOn() bool
}

// Renderer draws the present state in software, without a display.
type Renderer interface {
	// RenderSize returns the picture's natural width and height in pixels.
	RenderSize() (w, h int)
	// Render draws the state over the whole of dst, whose size is RenderSize's.
	Render(dst *image.RGBA)
}

// Masker tells which discrete actions are legal in the present state.
type Masker interface {
	// Legal sets legal[i] for each action i of the Discrete action space.
	Legal(legal []bool)
}

// Episode is a finished episode of a vectorised environment, measured before any wrapper
// changes rewards. Where episodes are parts of a whole (Parted) it is the whole.
type Episode struct {
	Env    int     // which of the environments
	Return float64 // sum of raw rewards
	Length int     // steps
}

// Vec is N environments of one kind stepped together. It resets an environment in the same
// step in which its episode ends (Gymnasium's SAME_STEP), so every row of every step is a
// real transition, and gives the last observation of the ended episode apart, in
// Outcome.Final. Nothing is allocated by Reset or Step.
type Vec interface {
	Spec() *Spec
	// Len returns N.
	Len() int
	// Seed gives environment i the seed seed+i.
	Seed(seed uint64)
	// Reset begins an episode in every environment and writes the observations [N, size].
	Reset(obs Rows) error
	// Step applies actions [N, Action.Size()] and writes the observations to act on next
	// straight into next [N, size]. The outcome is owned by the Vec and valid until its
	// next call.
	Step(actions []float32, next Rows) (*Outcome, error)
	snapshot.Stater
}

// Outcome is what a Vec's step gave besides the next observations. All slices have N entries,
// except Episodes.
type Outcome struct {
	Reward     []float32
	Terminated []bool
	Truncated  []bool
	// Final row i is the last observation of the episode that ended in row i at this step;
	// other rows are meaningless. It never aliases the observation rows.
	Final    Rows
	Episodes []Episode // episodes that ended at this step, in order of Env
}

// Done reports whether row i's episode ended at this step.
func (o *Outcome) Done(i int) bool { return o.Terminated[i] || o.Truncated[i] }
