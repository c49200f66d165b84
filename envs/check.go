package envs

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"runtime"

	"tesuji/snapshot"
)

// checkSteps is how far Check follows an environment with random actions.
const checkSteps = 300

// Check tests that an environment keeps the contract of Env, with random actions, and returns
// the first breach:
//
//   - the Spec is complete and sane, and does not change;
//   - stepping before the first Reset, or after the end of an episode, is ErrNeedsReset;
//   - the same seed gives the same observations, rewards, ends and state, on a new environment
//     and on a used one; another seed gives another state (unless nothing is random);
//   - observations are in their space, every element is written, rewards are finite, and no
//     row or action is held on to;
//   - an action outside the space is an error and changes nothing; a masked environment has
//     legal actions and accepts them;
//   - saved state, restored in another environment in the middle of an episode, goes on alike;
//   - the picture has its size, covers it, is the same each time and changes nothing;
//   - nothing is allocated by Reset and Step.
func Check(newEnv func() (Env, error), seed uint64) error {
	c := &checker{newEnv: newEnv, seed: seed}
	e, err := c.make()
	if err != nil {
		return err
	}
	c.spec = e.Spec()
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"spec", c.checkSpec},
		{"order of calls", c.checkOrder},
		{"seed", c.checkSeed},
		{"steps", c.checkSteps},
		{"bad actions", c.checkBadActions},
		{"snapshot", c.checkSnapshot},
		{"picture", c.checkRender},
		{"allocations", c.checkAllocs},
	} {
		if err := part.run(); err != nil {
			return fmt.Errorf("check of %s: %s: %w", c.spec.ID, part.name, err)
		}
	}
	return nil
}

type checker struct {
	newEnv func() (Env, error)
	seed   uint64
	spec   *Spec
}

func (c *checker) make() (Env, error) {
	e, err := c.newEnv()
	if err != nil {
		return nil, fmt.Errorf("making the environment: %w", err)
	}
	return e, nil
}

func (c *checker) checkSpec() error {
	s := c.spec
	if s.ID == "" || s.MaxSteps < 0 || math.IsNaN(s.RewardThreshold) {
		return fmt.Errorf("ID %q, MaxSteps %d, RewardThreshold %v: want a name, at least 0 and a number", s.ID, s.MaxSteps, s.RewardThreshold)
	}
	if err := validateSpace(s.Observation); err != nil {
		return fmt.Errorf("observation space: %w", err)
	}
	if err := validateSpace(s.Action); err != nil {
		return fmt.Errorf("action space: %w", err)
	}
	if s.Action.Elem() != Float32 {
		return fmt.Errorf("action space %v: actions are rows of float32", s.Action)
	}
	return nil
}

func (c *checker) checkOrder() error {
	e, err := c.make()
	if err != nil {
		return err
	}
	r := c.runner(e, 0)
	c.spec.Action.Sample(r.draw, Row{F32: r.action})
	if _, err := e.Step(r.action, r.row); !errors.Is(err, ErrNeedsReset) {
		return fmt.Errorf("stepping before the first Reset gave error %v, want ErrNeedsReset", err)
	}
	e.Seed(c.seed)
	for range 20 * checkSteps {
		if _, err := r.step(); err != nil {
			return err
		}
		if !r.over {
			continue // the runner's time limit is not the environment's to know
		}
		c.spec.Action.Sample(r.draw, Row{F32: r.action})
		if _, err := e.Step(r.action, r.row); !errors.Is(err, ErrNeedsReset) {
			return fmt.Errorf("stepping after the end gave error %v, want ErrNeedsReset", err)
		}
		return nil
	}
	return nil
}

// begin makes an environment and begins an episode with the seed.
func (c *checker) begin(seed uint64, garbage byte) (*runner, error) {
	e, err := c.make()
	if err != nil {
		return nil, err
	}
	e.Seed(seed)
	r := c.runner(e, garbage)
	return r, r.reset()
}

func (c *checker) checkSeed() error {
	a, err := c.begin(c.seed, 0x55)
	if err != nil {
		return err
	}
	b, err := c.begin(c.seed, 0xaa)
	if err != nil {
		return err
	}
	if x, y := describe(a.env), describe(b.env); x != y {
		return fmt.Errorf("one environment is %s, the next %s", x, y)
	}
	if err := sameRow(a.row, b.row); err != nil {
		return fmt.Errorf("first observation: %w", err)
	}
	first, err := sameState(a.env, b.env)
	if err != nil {
		return err
	}
	if !c.spec.Observation.Contains(a.row) {
		return fmt.Errorf("first observation %v is not in %v", show(a.row), c.spec.Observation)
	}
	// A used environment begins as a new one when it is seeded again.
	for range 50 {
		if _, err := a.step(); err != nil {
			return err
		}
	}
	a.env.Seed(c.seed)
	if err := a.reset(); err != nil {
		return err
	}
	if err := sameRow(b.row, a.row); err != nil {
		return fmt.Errorf("first observation of a used environment seeded again: %w", err)
	}
	other, err := c.begin(c.seed+1, 0x55)
	if err != nil {
		return err
	}
	state, err := snapshot.Save(other.env)
	if err != nil {
		return err
	}
	if !bytes.Equal(state, first) {
		return nil
	}
	// The seed left no trace: then the next episode must begin as this one did.
	if err := b.reset(); err != nil {
		return err
	}
	if state, err = snapshot.Save(b.env); err != nil {
		return err
	}
	if !bytes.Equal(state, first) {
		return errors.New("another seed gives the same state, though resets draw from a random stream")
	}
	return nil
}

func (c *checker) checkSteps() error {
	a, err := c.begin(c.seed, 0x55)
	if err != nil {
		return err
	}
	b, err := c.begin(c.seed, 0xaa)
	if err != nil {
		return err
	}
	for i := range checkSteps {
		x, err := a.step()
		if err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		y, err := b.step()
		if err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		if !c.spec.Observation.Contains(a.row) {
			return fmt.Errorf("step %d: observation %v is not in %v", i, show(a.row), c.spec.Observation)
		}
		if math.IsNaN(x.Reward) || math.IsInf(x.Reward, 0) {
			return fmt.Errorf("step %d: reward %v", i, x.Reward)
		}
		if x != y {
			return fmt.Errorf("step %d: the same seed and actions gave %+v and %+v", i, x, y)
		}
		if err := sameRow(a.row, b.row); err != nil {
			return fmt.Errorf("step %d: observation: %w", i, err)
		}
	}
	_, err = sameState(a.env, b.env)
	return err
}

// badActions returns actions that are outside of the space.
func badActions(s Space) []Action {
	nan := float32(math.NaN())
	set := func(values ...float32) []Action {
		var list []Action
		for _, v := range values {
			a := make(Action, s.Size())
			a[len(a)-1] = v
			list = append(list, a)
		}
		return list
	}
	switch s := s.(type) {
	case *Discrete:
		return set(float32(s.Start-1), float32(s.Start+s.N), nan)
	case *MultiDiscrete:
		return set(-1, float32(s.N[len(s.N)-1]), nan)
	case *MultiBinary:
		return set(-1, 2, nan)
	}
	return set(nan)
}

func (c *checker) checkBadActions() error {
	r, err := c.begin(c.seed, 0)
	if err != nil {
		return err
	}
	before, err := snapshot.Save(r.env)
	if err != nil {
		return err
	}
	for _, a := range badActions(c.spec.Action) {
		if _, err := r.env.Step(a, r.row); err == nil {
			return fmt.Errorf("action %v was accepted, though it is not in %v", a, c.spec.Action)
		}
		after, err := snapshot.Save(r.env)
		if err != nil {
			return err
		}
		if !bytes.Equal(before, after) {
			return fmt.Errorf("the refused action %v changed the state", a)
		}
	}
	return nil
}

func (c *checker) checkSnapshot() error {
	a, err := c.begin(c.seed, 0x55)
	if err != nil {
		return err
	}
	for _, skip := range []int{0, 1, 7, 40} {
		for range skip {
			if _, err := a.step(); err != nil {
				return err
			}
		}
		b, err := c.restored(a, 0xaa)
		if err != nil {
			return err
		}
		if err := inStep(a, b, checkSteps/4); err != nil {
			return err
		}
	}
	return nil
}

// restored returns a runner of a new environment in the state of a's.
func (c *checker) restored(a *runner, garbage byte) (*runner, error) {
	state, err := snapshot.Save(a.env)
	if err != nil {
		return nil, err
	}
	e, err := c.make()
	if err != nil {
		return nil, err
	}
	e.Seed(c.seed + 99) // must leave no trace
	if err := snapshot.Restore(state, e); err != nil {
		return nil, err
	}
	b := c.runner(e, garbage)
	*b.draw, b.length, b.running = *a.draw, a.length, a.running
	return b, nil
}

// inStep takes n steps with both and returns the first difference.
func inStep(a, b *runner, n int) error {
	for i := range n {
		x, err := a.step()
		if err != nil {
			return err
		}
		y, err := b.step()
		if err != nil {
			return fmt.Errorf("restored, step %d: %w", i, err)
		}
		if x != y {
			return fmt.Errorf("step %d after restoring: %+v, without %+v", i, y, x)
		}
		if err := sameRow(a.row, b.row); err != nil {
			return fmt.Errorf("step %d after restoring: observation: %w", i, err)
		}
	}
	_, err := sameState(a.env, b.env)
	return err
}

func (c *checker) checkRender() error {
	r, err := c.begin(c.seed, 0)
	if err != nil {
		return err
	}
	pic, ok := As[Renderer](r.env)
	if !ok {
		return nil
	}
	w, h := pic.RenderSize()
	if w < 1 || h < 1 {
		return fmt.Errorf("the size is %d × %d", w, h)
	}
	before, err := snapshot.Save(r.env)
	if err != nil {
		return err
	}
	a, b := image.NewRGBA(image.Rect(0, 0, w, h)), image.NewRGBA(image.Rect(0, 0, w, h))
	fill(a, color.RGBA{255, 0, 0, 255})
	fill(b, color.RGBA{0, 0, 255, 255})
	pic.Render(a)
	pic.Render(b)
	if !bytes.Equal(a.Pix, b.Pix) {
		return errors.New("two pictures of one state differ, or do not cover the whole image")
	}
	after, err := snapshot.Save(r.env)
	if err != nil {
		return err
	}
	if !bytes.Equal(before, after) {
		return errors.New("drawing changed the state")
	}
	return nil
}

func fill(m *image.RGBA, c color.RGBA) {
	for i := 0; i < len(m.Pix); i += 4 {
		m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3] = c.R, c.G, c.B, c.A
	}
}

func (c *checker) checkAllocs() error {
	r, err := c.begin(c.seed, 0)
	if err != nil {
		return err
	}
	// Other goroutines may allocate meanwhile, so the least of a few counts is taken.
	least := uint64(math.MaxUint64)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range checkSteps {
			if _, err := r.step(); err != nil {
				return err
			}
		}
		runtime.ReadMemStats(&after)
		if least = min(least, after.Mallocs-before.Mallocs); least == 0 {
			return nil
		}
	}
	return fmt.Errorf("%d allocations in %d steps, want none", least, checkSteps)
}
