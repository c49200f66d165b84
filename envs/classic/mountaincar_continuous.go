package classic

import (
	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/snapshot"
)

// MountainCarContinuous is MountainCar with a throttle u in [-1, 1]:
// MountainCarContinuous-v0.
//
// Observation [2]: position and velocity, as MountainCar's. Action [1]: u. An episode begins
// as MountainCar's and terminates at p >= .45 with v >= 0. A step rewards -.1 u², and 100 more
// on arrival.
//
//	v ← clip(v + .0015 u - .0025 cos 3p, ±.07)
//
// and the rest as MountainCar. As in Gymnasium the state is rounded to float32 after each step,
// though not after a reset.
type MountainCarContinuous struct {
	episode            episode.Episode
	position, velocity float64
	throttle           float64 // of the last step. Only drawn
}

var mountainCarContinuous = hillSpec("MountainCarContinuous-v0", envs.NewBox(-1, 1, 1), 999, 90)

// NewMountainCarContinuous returns MountainCarContinuous-v0: at most 999 steps, solved at a
// mean return of 90.
func NewMountainCarContinuous() *MountainCarContinuous {
	e := new(MountainCarContinuous)
	e.Seed(0)
	return e
}

// Spec describes the environment.
func (e *MountainCarContinuous) Spec() *envs.Spec { return mountainCarContinuous }

// Seed starts the random stream anew.
func (e *MountainCarContinuous) Seed(seed uint64) { e.episode.Seed(seed) }

// Reset begins an episode.
func (e *MountainCarContinuous) Reset(obs envs.Row) error { return e.ResetWithin(-.6, -.4, obs) }

// ResetWithin begins an episode with the position drawn from [low, high): Gymnasium's reset
// options "low" and "high".
func (e *MountainCarContinuous) ResetWithin(low, high float64, obs envs.Row) error {
	if err := episode.Range(mountainCarContinuous.ID, low, high); err != nil {
		return err
	}
	e.position, e.velocity, e.throttle = e.episode.Random.Uniform(low, high), 0, 0
	e.episode.Running = true
	e.observe(obs)
	return nil
}

// Step drives for one unit of time.
func (e *MountainCarContinuous) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.episode.Running {
		return envs.Result{}, episode.NotRunning(mountainCarContinuous.ID)
	}
	u := float64(a[0])
	if !(u >= -1 && u <= 1) {
		return envs.Result{}, episode.BadAction(mountainCarContinuous, a)
	}
	e.throttle = u
	_, cos := sincos(float64(3 * e.position))
	v := e.velocity + (float64(u*.0015) - float64(hillGravity*cos))
	p, v := roll(e.position, v)
	end := p >= .45 && v >= 0
	reward := 0.
	if end {
		reward = 100
	}
	reward -= float64(float64(u*u) * .1)
	e.position, e.velocity = float64(float32(p)), float64(float32(v))
	e.observe(obs)
	e.episode.Running = !end
	return envs.Result{Reward: reward, Terminated: end}, nil
}

func (e *MountainCarContinuous) observe(obs envs.Row) {
	o := obs.F32[:2]
	o[0], o[1] = float32(e.position), float32(e.velocity)
}

// State saves or restores everything.
func (e *MountainCarContinuous) State(a *snapshot.Archive) {
	a.Check("id", mountainCarContinuous.ID)
	a.Object("episode", &e.episode)
	a.Float64("position", &e.position)
	a.Float64("velocity", &e.velocity)
	a.Float64("throttle", &e.throttle)
}
