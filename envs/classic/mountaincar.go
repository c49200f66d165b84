package classic

import (
	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/snapshot"
)

// MountainCar drives an underpowered car out of a valley by swinging: MountainCar-v0.
//
// Observation [2]: position p in [-1.2, .6] and velocity v in [-.07, .07] per step. Actions:
// 0 accelerates left, 1 not, 2 right. An episode begins at rest with p uniform in [-.6, -.4)
// and terminates at p >= .5 with v >= 0. Every step rewards -1.
//
//	v ← clip(v + .001 (a - 1) - .0025 cos 3p, ±.07)
//	p ← clip(p + v, -1.2, .6), and v ← 0 on hitting the left wall
//
// Source: A. Moore, "Efficient memory-based learning for robot control", PhD thesis,
// Cambridge, 1990; R. Sutton and A. Barto, "Reinforcement Learning", example 10.1.
type MountainCar struct {
	episode            episode.Episode
	position, velocity float64
	throttle           float64 // of the last step, -1, 0 or 1. Only drawn
}

const (
	hillLeft, hillRight = -1.2, .6
	topSpeed            = .07
	hillGravity         = .0025
)

func hillSpec(id string, action envs.Space, steps int, threshold float64) *envs.Spec {
	return &envs.Spec{
		ID:          id,
		Observation: envs.NewBoxOf([]float32{hillLeft, -topSpeed}, []float32{hillRight, topSpeed}),
		Action:      action,
		MaxSteps:    steps, RewardThreshold: threshold, HasThreshold: true,
	}
}

var mountainCar = hillSpec("MountainCar-v0", envs.NewDiscrete(3), 200, -110)

// NewMountainCar returns MountainCar-v0: at most 200 steps, solved at a mean return of -110.
func NewMountainCar() *MountainCar {
	e := new(MountainCar)
	e.Seed(0)
	return e
}

// Spec describes the environment.
func (e *MountainCar) Spec() *envs.Spec { return mountainCar }

// Seed starts the random stream anew.
func (e *MountainCar) Seed(seed uint64) { e.episode.Seed(seed) }

// Reset begins an episode.
func (e *MountainCar) Reset(obs envs.Row) error { return e.ResetWithin(-.6, -.4, obs) }

// ResetWithin begins an episode with the position drawn from [low, high): Gymnasium's reset
// options "low" and "high".
func (e *MountainCar) ResetWithin(low, high float64, obs envs.Row) error {
	if err := episode.Range(mountainCar.ID, low, high); err != nil {
		return err
	}
	e.position, e.velocity, e.throttle = e.episode.Random.Uniform(low, high), 0, 0
	e.episode.Running = true
	e.observe(obs)
	return nil
}

// Step drives for one unit of time.
func (e *MountainCar) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.episode.Running {
		return envs.Result{}, episode.NotRunning(mountainCar.ID)
	}
	i := episode.Index(a, 3)
	if i < 0 {
		return envs.Result{}, episode.BadAction(mountainCar, a)
	}
	e.throttle = float64(i - 1)
	_, cos := sincos(float64(3 * e.position))
	e.velocity += float64(e.throttle*.001) + float64(cos*-hillGravity)
	e.position, e.velocity = roll(e.position, e.velocity)
	e.observe(obs)
	end := e.position >= .5 && e.velocity >= 0
	e.episode.Running = !end
	return envs.Result{Reward: -1, Terminated: end}, nil
}

// roll moves a car for one unit of time: the left end is a wall that takes its speed.
func roll(position, velocity float64) (p, v float64) {
	v = clip(velocity, -topSpeed, topSpeed)
	p = clip(position+v, hillLeft, hillRight)
	if p == hillLeft && v < 0 {
		v = 0
	}
	return p, v
}

func clip(x, low, high float64) float64 { return min(max(x, low), high) }

func (e *MountainCar) observe(obs envs.Row) {
	o := obs.F32[:2]
	o[0], o[1] = float32(e.position), float32(e.velocity)
}

// State saves or restores everything.
func (e *MountainCar) State(a *snapshot.Archive) {
	a.Check("id", mountainCar.ID)
	a.Object("episode", &e.episode)
	a.Float64("position", &e.position)
	a.Float64("velocity", &e.velocity)
	a.Float64("throttle", &e.throttle)
}
