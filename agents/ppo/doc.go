// Package ppo is proximal policy optimization: J. Schulman et al., "Proximal policy
// optimization algorithms" (2017), with clipping.
//
// After n_steps steps of each of N environments it passes n_epochs times over the n_steps·N
// transitions in random minibatches, and at each makes one step of Adam down the gradient of
//
//	L = -mean min(r A, clip(r, 1-eps, 1+eps) A)  +  vf_coef mean (R - V(s))²  -  ent_coef mean H(pi(.|s))
//	r = pi(a|s) / pi_old(a|s)
//
// where pi_old is the policy that took the actions, A and R are GAE's and A is normalised.
//
// What decides the numbers. The first thirteen are the core details of S. Huang et al., "The
// 37 implementation details of proximal policy optimization" (2022), in its order; where
// toolkits differ, this is Stable-Baselines3's way.
//
//  1. Environments are stepped together and go on across rollouts; none is reset between.
//  2. Orthogonal weights, biases 0, as package actorcritic says.
//  3. Adam's epsilon is 1e-5.
//  4. The learning rate may fall linearly over the run ("lin_X"). The transitions of the rollout
//     count as done at its update, so the last update of such a run has a rate of 0.
//  5. Advantages are GAE's.
//  6. Each epoch sees every transition once, in an order of its own. A last minibatch with
//     fewer transitions is trained on like the others.
//  7. Advantages are normalised in each minibatch, with n-1 in the variance; a minibatch of
//     one transition is not.
//  8. The surrogate is clipped: outside 1±eps on the side the advantage favours its gradient is 0.
//  9. Values are not clipped, unless clip_range_vf is set; then the clipped value alone is
//     scored, not the worse of the two.
//  10. The value loss has no factor ½: CleanRL's vf_coef is twice this one.
//  11. One norm over all parameters of both networks is clipped to max_grad_norm.
//  12. Measured are the losses, the entropy, the KL divergence by Schulman's estimator
//     mean((r-1) - log r), the fraction clipped and the explained variance of the old values.
//  13. Policy and value function share no layer, but for the convolutions that see images
//     (share_features_extractor) and what a memory option says.
//  14. Values bootstrap over time limits: gamma V(last observation) is added to the reward of
//     an episode that was truncated (F. Pardo et al., "Time limits in reinforcement learning",
//     2018; Stable-Baselines3).
//  15. With target_kl, an update ends before the step of the first minibatch whose divergence
//     is over 1.5 target_kl.
//  16. Box actions are stored and scored as drawn; the environment gets them clipped to its
//     bounds.
//  17. A run has exactly the transitions asked for: the last rollout is cut short.
//  18. With memory lstm or transformer, minibatches are of sequences or windows (package
//     actorcritic). A minibatch of sequences has batch_size transitions or less, a multiple of
//     sequence_length.
//
// The keys of the log are Stable-Baselines3's. A row shows the update that was made of the row's
// own rollout (there, a row shows the update before). approx_kl is the mean over the last
// epoch, loss the last minibatch's, n_updates counts epochs.
//
// What it reaches: mean returns of the final weights over 20 deterministic episodes, for each of
//
//	rl train --config PRESET --seeds 1..5
//
//	preset           steps      seeds 1 to 5                               mean
//	ppo-cartpole     100,000    500     500     500     500     500        500
//	ppo-acrobot      1,000,000  -70.2   -72.5   -85.6   -85.2   -74.4      -77.6
//	ppo-mountaincar  1,000,000  -109.7  -116.3  -104.3  -110.4  -113.5     -110.8
//	ppo-pendulum     100,000    -219.3  -133.0  -141.0  -156.7  -121.3     -154.3
//
// With the velocities of CartPole hidden, of which ppo without a memory (net_arch.pi [64]) balances
// 41.4 steps:
//
//	preset                   steps    seeds 1 to 3
//	ppo-lstm-cartpole        100,000  500  500  500
//	ppo-transformer-cartpole 100,000  500  500  487.1
package ppo
