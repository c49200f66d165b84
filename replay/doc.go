// Package replay stores what environments gave until an agent learns from it: Buffer and
// Prioritized for agents that learn from the past (DQN and its kind), Rollout for those that
// learn from what their present policy did (PPO, A2C).
//
// The rules are those of the papers and of Stable-Baselines3, without its traps: the
// observation after a time limit is the episode's own last one and its value counts, the
// n-step windows never cross an episode's end or the write head, and nothing here depends on
// time, on the map order or on a global generator. No method but New allocates, but for Push while
// episodes are shorter than New supposed and the ring is filling.
//
// An observation is stored once, though it is the next of one transition and the first of another,
// and of observations that are stacks of frames each frame is stored once: 100,000 transitions of
// 84x84 pixels and four frames take 0.73 GB. Batches are the same as without.
package replay
