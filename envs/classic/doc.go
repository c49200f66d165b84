// Package classic holds Gymnasium's classic control tasks: CartPole-v0 and -v1, MountainCar-v0,
// MountainCarContinuous-v0, Acrobot-v1 and Pendulum-v1. Given the same seed and actions, they
// give Gymnasium's very trajectories.
//
// The state is float64 and the observation its float32 rounding. Every product that is added
// to something is rounded first, and sine and cosine are this package's own, so that all CPUs
// compute the same bits.
//
// An environment never truncates: whoever steps it (envs.SyncVec, envs.TimeLimit) enforces
// Spec().MaxSteps. A Step before the first Reset or after the end of an episode is an error
// (envs.ErrNeedsReset), as is an action outside the action space (envs.ErrAction), where
// Gymnasium clips continuous ones. An environment that was never seeded has seed 0.
//
// Sources of the equations are named with each type; the constants and their order of
// evaluation are those of Farama-Foundation/Gymnasium 3f0476a8, gymnasium/envs/classic_control.
package classic
