package agenttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Case is an agent to be tested, in an environment.
type Case struct {
	New     func(agents.Setup) (agents.Agent, error)
	Env     func() envs.Env // makes one environment
	NumEnvs int
	// Steps is the transitions of a run. It should take several calls of Advance, learning
	// included, and not be a multiple of what each of them does.
	Steps int64
	// Warm is the number of calls of Advance after which nothing is allocated any more, and
	// at least ten more calls must fit in WarmSteps transitions.
	Warm      int
	WarmSteps int64
}

// run is an agent and its environments, saved and restored together.
type run struct {
	agents.Agent
	env *counted
	log Log
}

// State saves or restores the agent and its environments.
func (r *run) State(a *snapshot.Archive) {
	a.Object("agent", r.Agent)
	a.Object("env", r.env.Vec)
}

// counted counts the transitions that an agent takes.
type counted struct {
	envs.Vec
	steps int64
}

func (c *counted) Step(actions []float32, next envs.Rows) (*envs.Outcome, error) {
	c.steps += int64(c.Len())
	return c.Vec.Step(actions, next)
}

func (c Case) start(t testing.TB, steps int64, seed uint64) *run {
	t.Helper()
	members := make([]envs.Env, c.NumEnvs)
	for i := range members {
		members[i] = c.Env()
	}
	r := &run{env: &counted{Vec: envs.NewSyncVec(members)}}
	r.env.Seed(seed)
	agent, err := c.New(agents.Setup{Env: r.env, Steps: steps, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	r.Agent = agent
	return r
}

// advance makes one call and reports whether the run goes on.
func (r *run) advance(t testing.TB) bool {
	t.Helper()
	before, total := r.Progress()
	if err := r.Advance(context.Background(), &r.log); err != nil {
		t.Fatalf("Advance after %d transitions: %v", before, err)
	}
	done, _ := r.Progress()
	if done <= before || done > total || done != r.env.steps {
		t.Fatalf("Advance went from %d to %d transitions of %d; the environments counted %d", before, done, total, r.env.steps)
	}
	return done < total
}

// finish runs to the end and returns everything that can be compared: state and log.
func (r *run) finish(t testing.TB) (state []byte, log string) {
	t.Helper()
	for r.advance(t) {
	}
	return r.save(t), r.log.String()
}

func (r *run) save(t testing.TB) []byte {
	t.Helper()
	b, err := snapshot.Save(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// explore returns the actions that the policy draws for 16 members of the observation space.
func (r *run) explore(t testing.TB) []float32 {
	t.Helper()
	spec := r.env.Spec()
	obs := envs.MakeRows(spec.Observation, 16)
	draws := rng.NewPCG64(1)
	for i := range obs.N {
		spec.Observation.Sample(draws, obs.Row(i))
	}
	actions := make([]float32, obs.N*spec.Action.Size())
	agents.Forget(r.Policy(), nil)
	if err := r.Policy().Act(obs, false, actions); err != nil {
		t.Fatal(err)
	}
	return actions
}

// Run tests the case, each property in a subtest.
func Run(t *testing.T, c Case) {
	t.Run("SameSeed", c.sameSeed)
	t.Run("Machines", c.machines)
	t.Run("Budget", c.budget)
	t.Run("Resume", c.resume)
	t.Run("Damage", c.damage)
	t.Run("Policy", c.policy)
	t.Run("Cancelled", c.cancelled)
	t.Run("Allocations", c.allocations)
}

// sameSeed: a seed gives the same bits, another seed others.
func (c Case) sameSeed(t *testing.T) {
	state, log := c.start(t, c.Steps, 1).finish(t)
	again, logAgain := c.start(t, c.Steps, 1).finish(t)
	if !bytes.Equal(state, again) || log != logAgain {
		t.Errorf("the same seed gave other bits: %s", difference(log, logAgain))
	}
	if other, _ := c.start(t, c.Steps, 2).finish(t); bytes.Equal(state, other) {
		t.Error("another seed gave the same bits")
	}
}

// machines: every kernel set and number of threads gives the same bits.
func (c Case) machines(t *testing.T) {
	kernels, threads := tensor.Kernels(), tensor.Threads()
	defer func() {
		tensor.SetThreads(threads)
		if err := tensor.ForceKernels(kernels); err != nil {
			t.Error(err)
		}
	}()
	want, wantLog := c.start(t, c.Steps, 1).finish(t)
	for _, k := range []string{"avx512", "avx2", "go"} {
		if err := tensor.ForceKernels(k); err != nil {
			t.Logf("not tested here: %v", err)
			continue
		}
		for _, n := range []int{1, 2, 3} {
			tensor.SetThreads(n)
			if got, log := c.start(t, c.Steps, 1).finish(t); !bytes.Equal(got, want) || log != wantLog {
				t.Errorf("kernels %s with %d threads gave other bits than %s with %d: %s", k, n, kernels, threads, difference(wantLog, log))
			}
		}
	}
}

// budget: a run ends at exactly the transitions asked for, however few they are.
func (c Case) budget(t *testing.T) {
	n := int64(c.NumEnvs)
	for _, steps := range []int64{n, 3 * n, c.Steps} {
		r := c.start(t, steps, 1)
		r.finish(t)
		if done, total := r.Progress(); done != steps || total != steps || r.env.steps != steps {
			t.Errorf("%d transitions asked for: Progress is %d of %d, the environments counted %d", steps, done, total, r.env.steps)
		}
	}
}

// resume: at every call of Advance, the state saved before it and restored to a new agent and
// new environments gives the same state, the same log and the same exploring policy after it.
func (c Case) resume(t *testing.T) {
	r := c.start(t, c.Steps, 1)
	for calls, on := 0, true; on; calls++ {
		before, counted, at := r.save(t), r.env.steps, r.log.text.Len()
		other := c.start(t, c.Steps, 99) // everything that the seed decides must be in the state
		if err := snapshot.Restore(before, other); err != nil {
			t.Fatalf("before call %d: %v", calls, err)
		}
		other.env.steps = counted
		if restored := other.save(t); !bytes.Equal(before, restored) {
			t.Fatalf("before call %d: saving what was restored gave other bits", calls)
		}
		on = r.advance(t)
		other.advance(t)
		if want, got := r.log.String()[at:], other.log.String(); want != got {
			t.Fatalf("call %d: the restored run's log differs: %s", calls, difference(want, got))
		}
		if !bytes.Equal(r.save(t), other.save(t)) {
			t.Fatalf("call %d: the restored run's state differs", calls)
		}
		if want, got := r.explore(t), other.explore(t); !slices.Equal(want, got) {
			t.Fatalf("call %d: the restored run's policy explores with %v, want %v", calls, got, want)
		}
	}
}

// damage: a state that is cut short is refused, not misread.
func (c Case) damage(t *testing.T) {
	r := c.start(t, c.Steps, 1)
	r.advance(t)
	b := r.save(t)
	for _, n := range []int{0, 1, len(b) / 3, len(b) / 2, len(b) - 1} {
		if err := snapshot.Restore(b[:n:n], c.start(t, c.Steps, 1)); err == nil {
			t.Errorf("the first %d bytes of %d were taken for a state", n, len(b))
		}
	}
}

// policy: acting stays in the action space, repeats itself where it is deterministic, takes
// any number of rows, and changes nothing in the training.
func (c Case) policy(t *testing.T) {
	want := c.start(t, c.Steps, 1)
	_, wantLog := want.finish(t)
	r := c.start(t, c.Steps, 1)
	spec := r.env.Spec()
	const rows = 5
	obs := envs.MakeRows(spec.Observation, rows)
	members := make([]envs.Env, rows)
	for i := range members {
		members[i] = c.Env()
	}
	other := envs.NewSyncVec(members)
	other.Seed(7)
	if err := other.Reset(obs); err != nil {
		t.Fatal(err)
	}
	size := spec.Action.Size()
	act := func(n int, deterministic bool) []float32 {
		actions := make([]float32, n*size)
		agents.Forget(r.Policy(), nil)
		if err := r.Policy().Act(obs.Slice(0, n), deterministic, actions); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if row := actions[i*size : (i+1)*size]; !spec.Action.Contains(envs.Row{F32: row}) {
				t.Fatalf("action %v is outside %v", row, spec.Action)
			}
		}
		return actions
	}
	for on := true; on; {
		all := act(rows, true)
		act(rows, false)
		act(1, false)
		if again := act(rows, true); !slices.Equal(all, again) {
			t.Fatalf("a deterministic policy gave %v and then %v", all, again)
		}
		if one := act(1, true); !slices.Equal(all[:size], one) {
			t.Fatalf("a row alone gave %v, among others %v", one, all[:size])
		}
		on = r.advance(t)
	}
	if r.Params().Hash() != want.Params().Hash() || r.log.String() != wantLog {
		t.Errorf("acting changed the training: %s", difference(wantLog, r.log.String()))
	}
}

// cancelled: an Advance that is cancelled before it begins, or anywhere in it, leaves a state
// that goes on.
func (c Case) cancelled(t *testing.T) {
	r := c.start(t, c.Steps, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Advance(ctx, &r.log); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled Advance returned %v", err)
	}
	if done, _ := r.Progress(); done != r.env.steps {
		t.Errorf("Progress is %d after %d transitions", done, r.env.steps)
	}
}

// allocations: the steady state allocates nothing.
func (c Case) allocations(t *testing.T) {
	r := c.start(t, c.WarmSteps, 1)
	for range c.Warm {
		if err := r.Advance(context.Background(), Discard{}); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	var rec agents.Recorder = Discard{}
	if n := testing.AllocsPerRun(9, func() {
		if err := r.Advance(ctx, rec); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations in each Advance", n)
	}
}

// difference tells where two logs part.
func difference(a, b string) string {
	la, lb := bytes.Split([]byte(a), []byte("\n")), bytes.Split([]byte(b), []byte("\n"))
	for i := range min(len(la), len(lb)) {
		if !bytes.Equal(la[i], lb[i]) {
			return fmt.Sprintf("line %d of the log is %q and %q", i+1, la[i], lb[i])
		}
	}
	if len(la) != len(lb) {
		return fmt.Sprintf("logs of %d and %d lines", len(la), len(lb))
	}
	return "the logs are equal, the states differ"
}
