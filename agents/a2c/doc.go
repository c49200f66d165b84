// Package a2c is the synchronous advantage actor-critic: the policy-gradient algorithm of V.
// Mnih et al., "Asynchronous methods for deep reinforcement learning" (2016), with N
// environments stepped together instead of asynchronous workers.
//
// After n_steps steps of each environment it makes one step down the gradient of
//
//	L = -mean A log pi(a|s)  +  vf_coef mean (R - V(s))²  -  ent_coef mean H(pi(.|s))
//
// over those n_steps·N transitions, and throws them away. A and R are GAE's; with gae_lambda
// 1, the default, R is the sum of the discounted rewards and the last value.
//
// What decides the numbers, and where it is from:
//
//  1. Values bootstrap over time limits: gamma V(last observation) is added to the reward of
//     an episode that was truncated (F. Pardo et al., 2018; Stable-Baselines3).
//  2. Advantages are not normalised by default (Stable-Baselines3).
//  3. RMSProp with epsilon outside the root, 1e-5, and a decay of .99 (Stable-Baselines3's
//     default); rms_prop_tf_like chooses TensorFlow 1's form of the original work.
//  4. One norm over all parameters of both networks is clipped to max_grad_norm.
//  5. Orthogonal weights, as package actorcritic says.
//  6. Box actions are stored and scored as drawn; the environment gets them clipped to its
//     bounds.
//  7. The value loss has no factor ½ (Stable-Baselines3; in CleanRL's convention vf_coef is
//     twice as large).
//  8. A run has exactly the transitions asked for: the last rollout is cut short, so a
//     learning rate that falls linearly ends at 0 and not below.
//
// The keys of the log are Stable-Baselines3's. A row is written after every hundredth rollout
// (log_interval) and shows that rollout's own update.
//
// What it reaches: mean returns of the final weights over 20 deterministic episodes, for each of
//
//	rl train --config PRESET --seeds 1..5
//
//	preset           steps      seeds 1 to 5                               mean
//	a2c-cartpole     500,000    500     500     500     500     500        500
//	a2c-acrobot      500,000    -80.5   -79.4   -84.9   -75.2   -80.7      -80.1
//	a2c-mountaincar  1,000,000  -108.1  -113.5  -108.8  -111.6  -104.3     -109.3
//	a2c-pendulum     1,000,000  -215.0  -144.7  -146.0  -167.3  -119.6     -158.5
package a2c
