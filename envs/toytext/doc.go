// Package toytext holds Gymnasium's toy text tasks: FrozenLake-v1, FrozenLake8x8-v1,
// CliffWalking-v1, CliffWalkingSlippery-v1, Taxi-v4 and Blackjack-v1. Given the same seed and
// actions, they give Gymnasium's very trajectories.
//
// All but Blackjack are tables: finite Markov decision processes whose transition
// probabilities are known (Table), so that what an agent learns can be held against the
// optimum. An observation is one number, the state, as a row of one element.
//
// An environment never truncates: whoever steps it (envs.SyncVec, envs.TimeLimit) enforces
// Spec().MaxSteps. A Step before the first Reset or after the end of an episode is an error
// (envs.ErrNeedsReset), as is an action outside the action space (envs.ErrAction). An
// environment that was never seeded has seed 0.
//
// The rules, and the order in which random numbers are drawn, are those of
// Farama-Foundation/Gymnasium 3f0476a8, gymnasium/envs/toy_text.
package toytext
