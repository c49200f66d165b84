// Package replay stores what environments gave until an agent learns from it: Buffer and
// Prioritized for agents that learn from the past (DQN and its kind), Rollout for those that
// learn from what their present policy did (PPO, A2C).
//
// The rules are those of the papers and of Stable-Baselines3, without its traps: the
// observation after a time limit is the episode's own last one and its value counts, the
// n-step windows never cross an episode's end or the write head, and nothing here depends on
// time, on the map order or on a global generator. No method but New allocates.
package replay
