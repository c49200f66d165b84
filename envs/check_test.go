package envs_test

import (
	"errors"
	"image"
	"math"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/snapshot"
)

// Check finds what is wrong with an environment: one breach each.
func TestCheckFindsBreaches(t *testing.T) {
	tests := []struct {
		name, want string
		newEnv     func() envs.Env
	}{
		{"shared random stream", "same", func() func() envs.Env {
			shared := 0
			return func() envs.Env { shared++; return &faulty{Env: cartPole(), reward: float64(shared)} }
		}()},
		{"NaN reward", "reward NaN", func() envs.Env { return &faulty{Env: cartPole(), reward: math.NaN()} }},
		{"seed ignored", "another seed gives the same state", func() envs.Env { return &faulty{Env: cartPole(), deaf: true} }},
		{"observation outside", "is not in", func() envs.Env { return &faulty{Env: cartPole(), spoil: 1e9} }},
		{"observation not written", "is not in", func() envs.Env { return &faulty{Env: cartPole(), lazy: true} }},
		{"any order of calls", "want ErrNeedsReset", func() envs.Env { return &faulty{Env: cartPole(), lenient: true} }},
		{"any action", "was accepted", func() envs.Env { return &faulty{Env: cartPole(), greedy: true} }},
		{"state forgotten", "restor", func() envs.Env { return &faulty{Env: cartPole(), forgets: true} }},
		{"allocation", "allocations", func() envs.Env { return &faulty{Env: cartPole(), wasteful: true} }},
		{"no ID", "ID", func() envs.Env {
			return &faulty{Env: cartPole(), spec: &envs.Spec{Observation: envs.NewBox(0, 1, 4), Action: envs.NewDiscrete(2)}}
		}},
		{"bad space", "observation space", func() envs.Env {
			return &faulty{Env: cartPole(), spec: &envs.Spec{ID: "x", Observation: &envs.Box{}, Action: envs.NewDiscrete(2)}}
		}},
		{"partial picture", "cover", func() envs.Env { return blank{cartPole()} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := envs.Check(func() (envs.Env, error) { return tt.newEnv(), nil }, 3)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
	if err := envs.Check(func() (envs.Env, error) { return nil, errBroken }, 3); !errors.Is(err, errBroken) {
		t.Errorf("a constructor's error: %v", err)
	}
	if err := envs.Check(func() (envs.Env, error) { return cartPole(), nil }, 3); err != nil {
		t.Errorf("nothing is wrong, but: %v", err)
	}
}

func cartPole() envs.Env { return classic.NewCartPole(classic.CartPoleOptions{}) }

// blank draws nothing.
type blank struct{ envs.Env }

func (blank) RenderSize() (int, int) { return 4, 3 }
func (blank) Render(*image.RGBA)     {}

// faulty is an environment with faults to choose from.
type faulty struct {
	envs.Env
	spec                                           *envs.Spec
	reward                                         float64
	spoil                                          float32
	deaf, lazy, lenient, greedy, forgets, wasteful bool
	waste                                          []byte
}

func (f *faulty) Spec() *envs.Spec {
	if f.spec != nil {
		return f.spec
	}
	return f.Env.Spec()
}

func (f *faulty) Seed(s uint64) {
	if f.deaf {
		s = 7
	}
	f.Env.Seed(s)
}

func (f *faulty) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if f.wasteful {
		f.waste = make([]byte, 100)
	}
	if f.greedy && !f.Env.Spec().Action.Contains(envs.Row{F32: a}) {
		a = envs.Action{0}
	}
	kept := obs.F32[2]
	r, err := f.Env.Step(a, obs)
	if f.lenient && errors.Is(err, envs.ErrNeedsReset) {
		return r, nil
	}
	if f.lazy {
		obs.F32[2] = kept
	}
	obs.F32[0] += f.spoil
	r.Reward += f.reward
	return r, err
}

func (f *faulty) State(a *snapshot.Archive) {
	if !f.forgets {
		f.Env.State(a)
	}
}
