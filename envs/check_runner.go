package envs

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// runner steps one environment with actions drawn from a stream of its own.
type runner struct {
	env     Env
	masker  Masker // nil if no actions are masked
	draw    *rng.PCG64
	legal   []bool
	action  Action
	row     Row
	garbage byte
	length  int
	running bool
	over    bool // the environment itself ended the episode
}

// runner returns a runner of e. What rows hold before a call depends on garbage, so that an
// element that is not written, or a row that is read, shows as a difference between two runners.
func (c *checker) runner(e Env, garbage byte) *runner {
	r := &runner{
		env: e, draw: rng.NewPCG64(c.seed + 1), garbage: garbage,
		action: make(Action, c.spec.Action.Size()), row: MakeRows(c.spec.Observation, 1).Row(0),
	}
	if m, ok := As[Masker](e); ok {
		if d, ok := c.spec.Action.(*Discrete); ok {
			r.masker, r.legal = m, make([]bool, d.N)
		}
	}
	return r
}

func (r *runner) scribble() {
	if b := r.row.U8; len(b) > 0 { // often a large image
		b[0] = r.garbage
		for n := 1; n < len(b); n *= 2 {
			copy(b[n:], b[:n])
		}
	}
	for i := range r.row.F32 {
		r.row.F32[i] = float32(math.NaN())
	}
}

func (r *runner) reset() error {
	r.scribble()
	r.length, r.running = 0, true
	return r.env.Reset(r.row)
}

// step draws an action and takes it, after a reset if no episode is under way. The time limit
// is enforced as a SyncVec would.
func (r *runner) step() (Result, error) {
	spec := r.env.Spec()
	if !r.running {
		if err := r.reset(); err != nil {
			return Result{}, fmt.Errorf("reset: %w", err)
		}
	}
	if r.masker != nil {
		clear(r.legal)
		r.masker.Legal(r.legal)
		any := false
		for _, ok := range r.legal {
			any = any || ok
		}
		if !any {
			return Result{}, errors.New("no action is legal though the episode goes on")
		}
		spec.Action.(*Discrete).SampleLegal(r.draw, r.legal, Row{F32: r.action})
	} else {
		spec.Action.Sample(r.draw, Row{F32: r.action})
	}
	r.scribble()
	res, err := r.env.Step(r.action, r.row)
	if err != nil {
		return res, fmt.Errorf("step with action %v: %w", r.action, err)
	}
	r.length++
	r.over = res.Done()
	res.Truncated = res.Truncated || r.length == spec.MaxSteps
	r.running = !res.Done()
	for i := range r.action {
		r.action[i] = float32(math.NaN())
	}
	return res, nil
}

func sameRow(a, b Row) error {
	for i := range a.F32 {
		if x, y := a.F32[i], b.F32[i]; math.Float32bits(x) != math.Float32bits(y) {
			return fmt.Errorf("element %d is %v and %v", i, x, y)
		}
	}
	for i := range a.U8 {
		if x, y := a.U8[i], b.U8[i]; x != y {
			return fmt.Errorf("element %d is %v and %v", i, x, y)
		}
	}
	return nil
}

// sameState returns the saved state of a if it is that of b.
func sameState(a, b Env) ([]byte, error) {
	x, err := snapshot.Save(a)
	if err != nil {
		return nil, err
	}
	y, err := snapshot.Save(b)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(x, y) {
		return nil, errors.New("two environments that behave alike have different states")
	}
	return x, nil
}

func describe(e Env) string {
	s := e.Spec()
	return fmt.Sprintf("%s with observations %v, actions %v and %d steps", s.ID, s.Observation, s.Action, s.MaxSteps)
}

// show is the beginning of a row.
func show(r Row) any {
	if r.U8 != nil {
		return r.U8[:min(len(r.U8), 16)]
	}
	return r.F32[:min(len(r.F32), 16)]
}
