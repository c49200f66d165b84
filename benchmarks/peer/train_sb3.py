"""Train with Stable-Baselines3 at rl-zoo's tuned values and print one JSON line.

The values are rl-baselines3-zoo's hyperparams/{ppo,a2c,dqn}.yml for CartPole-v1, the same
that configs/presets/{ppo-cartpole,a2c-cartpole,dqn-cartpole-zoo}.yaml carry. Only the call
of learn() is timed: imports, construction and the final evaluation are not.
"""

import argparse
import json
import time

import torch
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy


def linear(value):
    return lambda progress: value * progress


ENV = "CartPole-v1"
RUNS = {
    "ppo": (PPO, 8, 100_000, dict(
        n_steps=32, batch_size=256, gae_lambda=0.8, gamma=0.98, n_epochs=20, ent_coef=0.0,
        learning_rate=linear(0.001), clip_range=linear(0.2))),
    "a2c": (A2C, 8, 500_000, dict(ent_coef=0.0)),
    "dqn": (DQN, 1, 50_000, dict(
        learning_rate=2.3e-3, batch_size=64, buffer_size=100_000, learning_starts=1000,
        gamma=0.99, target_update_interval=10, train_freq=256, gradient_steps=128,
        exploration_fraction=0.16, exploration_final_eps=0.04,
        policy_kwargs=dict(net_arch=[256, 256]))),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("algorithm", choices=sorted(RUNS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cls, n_envs, steps, options = RUNS[args.algorithm]
    env = make_vec_env(ENV, n_envs=n_envs, seed=args.seed)
    model = cls("MlpPolicy", env, seed=args.seed, device="cpu", **options)
    start = time.perf_counter()
    model.learn(steps)
    seconds = time.perf_counter() - start
    mean, _ = evaluate_policy(model, make_vec_env(ENV, seed=10_000 + args.seed), n_eval_episodes=20)
    print(json.dumps({"seconds": seconds, "steps": int(model.num_timesteps), "mean_reward": float(mean)}))


if __name__ == "__main__":
    main()
