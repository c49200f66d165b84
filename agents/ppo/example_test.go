package ppo_test

import (
	"context"
	"fmt"

	"tesuji/agents"
	"tesuji/agents/agenttest"
	"tesuji/agents/ppo"
	"tesuji/envs"
	"tesuji/envs/classic"
)

// An agent learns by calls of Advance until its transitions are used up. Its policy acts at
// any time between them.
func Example() {
	env, err := envs.MakeSyncVec(8, func() (envs.Env, error) {
		return classic.NewCartPole(classic.CartPoleOptions{}), nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	env.Seed(1)

	cfg := ppo.Default()
	cfg.NSteps, cfg.BatchSize = 64, 64
	agent, err := ppo.New(cfg, agents.Setup{Env: env, Steps: 1000, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	var rec agenttest.Log // a Recorder that keeps what it is told
	for done, total := agent.Progress(); done < total; done, _ = agent.Progress() {
		if err := agent.Advance(context.Background(), &rec); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%4.0f transitions, %2.0f epochs\n", rec.Rows[len(rec.Rows)-1]["steps"], rec.Rows[len(rec.Rows)-1]["train/n_updates"])
	}

	obs := envs.MakeRows(env.Spec().Observation, 8)
	actions := make([]float32, 8)
	if err := env.Reset(obs); err != nil {
		fmt.Println(err)
		return
	}
	if err := agent.Policy().Act(obs, true, actions); err != nil {
		fmt.Println(err)
	}
	// Output:
	//  512 transitions, 10 epochs
	// 1000 transitions, 20 epochs
}
