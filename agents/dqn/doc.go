// Package dqn learns action values by deep Q-learning: V. Mnih et al., "Human-level control
// through deep reinforcement learning", Nature 518 (2015), with Stable-Baselines3's options. The
// parts of Rainbow (M. Hessel et al., AAAI 2018) are switches that combine: double, dueling,
// multi-step, prioritised, distributional and noisy. Three agents are made of it, which differ in
// their defaults alone: dqn, rainbow (all the switches on) and qrdqn (quantiles of returns).
//
// # Equations
//
// A network Q approximates the discounted return of taking action a in state s and acting best
// after that. For each sampled transition (s, a, r, s'), with r the sum of n discounted rewards
// and g the discount left after them (0 if the task ended),
//
//	y    = r + g max_a' Q_target(s', a')
//	y    = r + g Q_target(s', argmax_a' Q(s', a'))     double_q
//	loss = mean w Huber(Q(s, a) - y),   Huber(d) = d²/2 if |d| < 1, else |d| - 1/2
//	Q    = V + A - mean_a A                            dueling
//	w    = 1, or (n P)^-beta / max                     prioritized_replay
//
// With a distribution the network gives atoms θ_1 .. θ_K of each action instead of Q, and a* is the
// action that the maximum above takes. Dueling adds V and A atom by atom.
//
//	c51       p = softmax(θ), the probabilities of the returns z_i from v_min to v_max
//	          Q = Σ p_i z_i,  loss = -mean w Σ m_i log p_i(s, a)
//	          m = r + g z with the probabilities p_target(s', a*), brought onto the z_i
//	quantile  θ_i, the quantiles of the return at τ_i = (i - 1/2)/K
//	          Q = mean θ_i,   loss = mean w Σ_i mean_j |τ_i - 1[u < 0]| Huber(u)
//	          u = r + g θ_target,j(s', a*) - θ_i(s, a)
//	noisy     W = μ + σ ∘ f(ε_in) f(ε_out)ᵀ,  f(ε) = sign(ε) √|ε|,  ε normal
//
// # Details
//
//  1. Time limits are not deaths: y is bootstrapped from the last observation of a truncated
//     episode, which the automatic reset does not hide (Pardo et al., "Time Limits in
//     Reinforcement Learning", ICML 2018).
//  2. The gradient's global norm is clipped at 10 (Stable-Baselines3). The clipping of the 2015
//     paper is that of the error's derivative, which the Huber loss does by itself.
//  3. Each environment explores by a draw of its own; Stable-Baselines3 draws once for all.
//  4. The rate of random actions is on its line from the first step on; in Stable-Baselines3
//     the first step after the warm-up of a run without one is greedy.
//  5. Ties between actions go to the lowest index.
//  6. All intervals are counted in transitions, and the target network is updated when their
//     count passes a multiple of target_update_interval, also between trainings.
//  7. The budget is exact: the last collection is cut short (it is trained on like any other),
//     where Stable-Baselines3 goes on to a multiple of train_freq.
//  8. With tau = 1 the target is a copy; with a smaller one it moves that share of the way
//     (Lillicrap et al., "Continuous control with deep reinforcement learning", 2016).
//  9. Windows of n steps are put together when they are sampled: every transition is a start,
//     none crosses an end, a time limit or the write head (package replay).
//  10. Priorities come from the errors of the update, before its step; importance weights
//     scale the loss but not the priorities (Schaul et al., "Prioritized Experience
//     Replay", 2016; double and dueling: van Hasselt et al. and Wang et al., 2016). The error of
//     quantiles is their loss; that of c51 is the divergence of the learned distribution from its
//     target, as in Rainbow: the cross-entropy less what no learning can take from it.
//  11. A dueling network has V and A as parts of its last layer, on a common body.
//  12. Weights and biases start uniformly in ±1/√inputs, as PyTorch's linear layers do.
//  13. c51 divides each return's probability between the two atoms around it, in proportion to its
//     nearness; one that hits an atom gives all to it, and returns out of range go to the
//     outermost atoms (Bellemare et al., "A Distributional Perspective on Reinforcement Learning",
//     2017, algorithm 1).
//  14. The quantile loss is summed over the learned quantiles and averaged over the target's, as in
//     the paper (Dabney et al., 2018) and Stable-Baselines3's contrib. Without clipping of
//     gradients, max_grad_norm is a number that none reaches.
//  15. Noise (Fortunato et al., "Noisy Networks for Exploration", 2018) is drawn anew for every
//     step, for every update, and in an update for the online and the target network each by
//     itself; once for a whole batch. All linear layers have it, convolutions none. A
//     deterministic policy has none. Random actions are a matter of their own options.
//  16. RMSProp is PyTorch's, centred or not. MinAtar's paper has its epsilon of 0.01 outside the
//     root, that of 2015 had it inside.
//  17. Frames of stacked observations are stored once, by what they are and not by what they ought
//     to be: any observation comes back to the bit (package replay).
//  18. With the values of MinAtar's paper (presets dqn-minatar-*) two small things differ from its
//     program: the target is copied before the update of that frame and not after it, and the
//     transitions of a batch are drawn with replacement.
//
// The rows of the log are written every log_interval episodes and show the last training:
// rollout/exploration_rate, train/loss (mean over the training's updates), train/n_updates
// and train/learning_rate.
//
// # Measured
//
//	rl train --config dqn-cartpole --seeds 1..5
//
// CartPole-v1, 50,000 steps, final weights, 20 deterministic episodes: 500 for each of the
// seeds. On 24 further seeds (164 to 187, none of which had a part in choosing the options;
// agent and environment alone, without the runner) 22 ended at 500 and two at 374 and 447:
// expect about one run in ten to fall short. The preset says what was changed from rl-baselines3-zoo's values,
// what each change did, and what did not work.
//
//	rl train --config dqn-frozenlake --seeds 1..5 --set final_eval_episodes=500
//
// FrozenLake-v1, 4x4 and slippery, 100,000 steps: 0.79, 0.71, 0.75, 0.72 and 0.74, mean 0.74,
// which is what the best policy reaches.
//
//	rl train --config dqn-mountaincar --seeds 1..5 --set final_eval_episodes=100
//
// MountainCar-v0, 120,000 steps: -100, -101, -101, -100 and -104.
package dqn
