// Package envtest holds the conformance suite that every environment passes, and tiny
// environments with known answers for testing agents.
package envtest

import (
	"bytes"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Run tests an environment: envs.Check with several seeds, and 1000 steps of a clone, made by
// a snapshot at a random moment, against the original, both inside of a SyncVec. A damaged
// snapshot must be refused with an error.
func Run(t *testing.T, newEnv func() (envs.Env, error)) {
	t.Helper()
	t.Run("check", func(t *testing.T) {
		for _, seed := range []uint64{0, 1, 42} {
			if err := envs.Check(newEnv, seed); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
	})
	t.Run("clone", func(t *testing.T) {
		for seed := uint64(0); seed < 3; seed++ {
			clone(t, newEnv, seed)
		}
	})
	t.Run("damaged snapshot", func(t *testing.T) { damaged(t, newEnv) })
}

func vec(t *testing.T, newEnv func() (envs.Env, error)) (*envs.SyncVec, envs.Rows, []float32) {
	t.Helper()
	v, err := envs.MakeSyncVec(2, newEnv)
	if err != nil {
		t.Fatal(err)
	}
	return v, envs.MakeRows(v.Spec().Observation, 2), make([]float32, 2*v.Spec().Action.Size())
}

// sample draws an action for each environment, a legal one where actions are masked.
func sample(v *envs.SyncVec, r *rng.PCG64, actions []float32) {
	space := v.Spec().Action
	n := space.Size()
	for i := range v.Len() {
		row := envs.Row{F32: actions[i*n : (i+1)*n]}
		m, masked := envs.As[envs.Masker](v.Env(i))
		d, discrete := space.(*envs.Discrete)
		if !masked || !discrete {
			space.Sample(r, row)
			continue
		}
		legal := make([]bool, d.N)
		m.Legal(legal)
		d.SampleLegal(r, legal, row)
	}
}

func clone(t *testing.T, newEnv func() (envs.Env, error), seed uint64) {
	t.Helper()
	a, rowsA, actions := vec(t, newEnv)
	b, rowsB, _ := vec(t, newEnv)
	draw := rng.NewPCG64(seed)
	a.Seed(seed)
	if err := a.Reset(rowsA); err != nil {
		t.Fatal(err)
	}
	for range draw.Integers(0, 200) {
		sample(a, draw, actions)
		if _, err := a.Step(actions, rowsA); err != nil {
			t.Fatal(err)
		}
	}
	state, err := snapshot.Save(a)
	if err != nil {
		t.Fatal(err)
	}
	b.Seed(seed + 1)
	if err := snapshot.Restore(state, b); err != nil {
		t.Fatalf("restoring: %v", err)
	}
	for i := range 1000 {
		sample(a, draw, actions)
		x, err := a.Step(actions, rowsA)
		if err != nil {
			t.Fatal(err)
		}
		y, err := b.Step(actions, rowsB)
		if err != nil {
			t.Fatalf("clone, step %d: %v", i, err)
		}
		for k := range x.Reward {
			if x.Reward[k] != y.Reward[k] || x.Terminated[k] != y.Terminated[k] || x.Truncated[k] != y.Truncated[k] {
				t.Fatalf("step %d, environment %d: the clone went another way", i, k)
			}
			if x.Done(k) && !sameRow(x.Final.Row(k), y.Final.Row(k)) {
				t.Fatalf("step %d, environment %d: the clone's final observation differs", i, k)
			}
		}
		if !sameRow(envs.Row{F32: rowsA.F32, U8: rowsA.U8}, envs.Row{F32: rowsB.F32, U8: rowsB.U8}) {
			t.Fatalf("step %d: the clone's observations differ", i)
		}
	}
	x, err := snapshot.Save(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := snapshot.Save(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x, y) {
		t.Fatal("after 1000 equal steps the clone's state differs")
	}
}

func sameRow(a, b envs.Row) bool {
	if !bytes.Equal(a.U8, b.U8) || len(a.F32) != len(b.F32) {
		return false
	}
	for i, v := range a.F32 {
		if v != b.F32[i] {
			return false
		}
	}
	return true
}

func damaged(t *testing.T, newEnv func() (envs.Env, error)) {
	t.Helper()
	e, err := newEnv()
	if err != nil {
		t.Fatal(err)
	}
	e.Seed(1)
	if err := e.Reset(envs.MakeRows(e.Spec().Observation, 1).Row(0)); err != nil {
		t.Fatal(err)
	}
	state, err := snapshot.Save(e)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < len(state); cut += 1 + len(state)/50 {
		e, err := newEnv()
		if err != nil {
			t.Fatal(err)
		}
		if err := snapshot.Restore(state[:cut], e); err == nil {
			t.Fatalf("a snapshot cut to %d of %d bytes was accepted", cut, len(state))
		}
	}
}
