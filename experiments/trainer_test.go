package experiments_test

import (
	"strings"
	"testing"

	"tesuji/configs"
	"tesuji/experiments/trainertest"
)

// load reads a preset with changes, "key=value" separated by spaces.
func load(t testing.TB, preset, changes string) *configs.Run {
	t.Helper()
	cfg, err := configs.Load(preset, strings.Fields(changes), nil)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// Runs of a few pieces of learning, through every part that has a state: the algorithms, their
// options that draw random numbers, normalisation, toy text's other observations, evaluations
// between the pieces, policies that sample.
const (
	tinyPPO = "ppo.n_steps=16 ppo.batch_size=32 ppo.n_epochs=2 ppo.net_arch.pi=[8] ppo.net_arch.vf=[8] "
	tinyA2C = "a2c.n_steps=5 a2c.log_interval=4 a2c.net_arch.pi=[8] a2c.net_arch.vf=[8] "
	tinyDQN = "dqn.learning_starts=40 dqn.batch_size=8 dqn.train_freq=40 dqn.gradient_steps=4 dqn.net_arch=[8] dqn.buffer_size=150 "
	common  = "final_eval_episodes=3 eval.episodes=2 "

	tinyGPT = "gpt.n_layer=1 gpt.n_head=2 gpt.n_embd=8 gpt.block_size=16 gpt.batch_size=4 gpt.log_interval=2 gpt.warmup_iters=2 gpt.dropout=0.1 "
	tinyMLP = "mlp.hidden=[8] mlp.batch_size=16 mlp.log_interval=3 "
)

var trainers = []struct{ name, preset, changes string }{
	{"ppo", "ppo-cartpole", tinyPPO + common + "n_envs=4 n_timesteps=400 eval.freq=100 checkpoint.freq=130"},
	{"ppo sampling", "ppo-cartpole", tinyPPO + common + "n_envs=4 n_timesteps=300 eval.freq=90 eval.deterministic=false"},
	{"ppo normalized gsde", "ppo-pendulum", tinyPPO + common + "n_envs=2 n_timesteps=300 eval.freq=100 normalize.obs=true normalize.reward=true"},
	{"ppo frozenlake", "ppo-frozenlake", tinyPPO + common + "n_envs=4 n_timesteps=300 eval.freq=100"},
	{"a2c", "a2c-cartpole", tinyA2C + common + "n_envs=4 n_timesteps=400 eval.freq=150"},
	{"a2c normalized", "a2c-mountaincar", tinyA2C + common + "n_envs=4 n_timesteps=400 eval.freq=0"},
	{"dqn", "dqn-cartpole-zoo", tinyDQN + common + "n_timesteps=400 eval.freq=100 checkpoint.freq=50"},
	{"dqn everything", "dqn-cartpole-zoo", tinyDQN + common + "n_timesteps=400 n_envs=2 eval.freq=150 eval.deterministic=false " +
		"dqn.double_q=true dqn.dueling=true dqn.prioritized_replay=true dqn.n_steps=3"},
	{"mlp", "mlp-digits", tinyMLP + "n_iterations=14 eval.freq=4 checkpoint.freq=5"},
	{"gpt", "gpt-shakespeare", tinyGPT + "n_iterations=7 eval.freq=3 checkpoint.freq=2"},
	{"mlp augmented", "mlp-digits", tinyMLP + "n_iterations=10 eval.freq=0 data.augment=true mlp.label_smoothing=0.1"},
}

func TestTrainers(t *testing.T) {
	for _, c := range trainers {
		t.Run(c.name, func(t *testing.T) {
			trainertest.Run(t, load(t, c.preset, c.changes))
		})
	}
}
