package envs_test

import (
	"fmt"

	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/internal/rng"
)

// Four CartPoles with random actions, until the first episode ends.
func ExampleSyncVec() {
	vec, err := envs.MakeSyncVec(4, func() (envs.Env, error) {
		return classic.NewCartPole(classic.CartPoleOptions{}), nil
	})
	if err != nil {
		panic(err)
	}
	vec.Seed(1)
	obs := envs.MakeRows(vec.Spec().Observation, vec.Len()) // what to act on, [4, 4]
	if err := vec.Reset(obs); err != nil {
		panic(err)
	}
	random := rng.New(1, "actions")
	actions := make([]float32, vec.Len())
	for {
		for i := range actions {
			actions[i] = float32(random.Intn(2))
		}
		out, err := vec.Step(actions, obs)
		if err != nil {
			panic(err)
		}
		for _, e := range out.Episodes {
			fmt.Printf("environment %d: return %v in %d steps, the pole at %.3f rad\n",
				e.Env, e.Return, e.Length, out.Final.Row(e.Env).F32[2])
			return
		}
	}
	// Output:
	// environment 2: return 17 in 17 steps, the pole at -0.218 rad
}

// A policy that pushes the cart to where the pole leans is watched for one episode.
func ExampleTimeLimit() {
	env, err := envs.NewTimeLimit(classic.NewCartPole(classic.CartPoleOptions{}), 100)
	if err != nil {
		panic(err)
	}
	env.Seed(0)
	obs := envs.MakeRows(env.Spec().Observation, 1).Row(0)
	if err := env.Reset(obs); err != nil {
		panic(err)
	}
	for {
		action := envs.Action{0}
		if obs.F32[2]+obs.F32[3] > 0 {
			action[0] = 1
		}
		r, err := env.Step(action, obs)
		if err != nil {
			panic(err)
		}
		if r.Done() {
			fmt.Println(env.Elapsed(), "steps, fell:", r.Terminated)
			return
		}
	}
	// Output:
	// 100 steps, fell: false
}

func ExampleEncode() {
	space := envs.NewMultiDiscrete(3, 2)
	rows := envs.MakeRows(space, 1)
	copy(rows.F32, []float32{2, 0})
	inputs := make([]float32, envs.FlatSize(space))
	envs.Encode(space, rows, inputs)
	fmt.Println(inputs)
	// Output:
	// [0 0 1 1 0]
}
