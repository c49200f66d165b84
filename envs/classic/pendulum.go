package classic

import (
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/snapshot"
)

// Pendulum swings a pendulum up and holds it there with a torque too weak to lift it at once:
// Pendulum-v1.
//
// Observation [3]: cos θ, sin θ, ω, where θ is the angle from upright in rad and ω the speed
// in rad/s. Action [1]: torque u in [-2, 2] N·m. An episode begins with θ uniform in [-π, π)
// and ω in [-1, 1), and never terminates. With θ, ω of before the step and norm wrapping an
// angle to [-π, π), a step rewards
//
//	-(norm(θ)² + .1 ω² + .001 u²)
//
// and for length 1 m, mass 1 kg and g = 10 the rod moves by
//
//	ω ← clip(ω + (15 sin θ + 3 u) · .05, ±8)
//	θ ← θ + .05 ω
//
// Source: Gymnasium's own; a rod pivoted at its end has moment of inertia m l²/3.
type Pendulum struct {
	episode      episode.Episode
	angle, omega float64
	torque       float64 // of the last step. Only drawn
}

const (
	maxTorque = 2
	maxOmega  = 8
)

var pendulum = &envs.Spec{
	ID:          "Pendulum-v1",
	Observation: envs.NewBoxOf([]float32{-1, -1, -maxOmega}, []float32{1, 1, maxOmega}),
	Action:      envs.NewBox(-maxTorque, maxTorque, 1),
	MaxSteps:    200,
}

// NewPendulum returns Pendulum-v1: 200 steps, with no return that counts as solved.
func NewPendulum() *Pendulum {
	e := new(Pendulum)
	e.Seed(0)
	return e
}

// Spec describes the environment.
func (e *Pendulum) Spec() *envs.Spec { return pendulum }

// Seed starts the random stream anew.
func (e *Pendulum) Seed(seed uint64) { e.episode.Seed(seed) }

// Reset begins an episode.
func (e *Pendulum) Reset(obs envs.Row) error { return e.ResetAround(math.Pi, 1, obs) }

// ResetAround begins an episode with the angle drawn from [-x, x) and the speed from [-y, y):
// Gymnasium's reset options "x_init" and "y_init". Neither may be negative or above 1000.
func (e *Pendulum) ResetAround(x, y float64, obs envs.Row) error {
	if !(x >= 0 && x <= 1000 && y >= 0 && y <= 1000) {
		return fmt.Errorf("%s: reset range ±%v, ±%v: want limits from 0 to 1000", pendulum.ID, x, y)
	}
	e.angle = e.episode.Random.Uniform(-x, x)
	e.omega = e.episode.Random.Uniform(-y, y)
	e.torque = 0
	e.episode.Running = true
	sin, cos := sincos(e.angle)
	e.observe(obs, sin, cos)
	return nil
}

// Step applies a torque for .05 s.
func (e *Pendulum) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.episode.Running {
		return envs.Result{}, episode.NotRunning(pendulum.ID)
	}
	u := float64(a[0])
	if !(u >= -maxTorque && u <= maxTorque) {
		return envs.Result{}, episode.BadAction(pendulum, a)
	}
	const dt, g = .05, 10.
	e.torque = u
	n := normalise(e.angle)
	cost := float64(n*n) + float64(.1*float64(e.omega*e.omega)) + float64(.001*float64(u*u))
	sin, _ := sincos(e.angle)
	speed := e.omega + float64((float64(3*g/2*sin)+float64(3*u))*dt)
	e.omega = clip(speed, -maxOmega, maxOmega)
	e.angle += float64(e.omega * dt)
	sin, cos := sincos(e.angle)
	e.observe(obs, sin, cos)
	return envs.Result{Reward: -cost}, nil
}

// normalise returns the angle in [-π, π), as Python's ((x+π) % 2π) - π does.
func normalise(x float64) float64 {
	m := math.Mod(x+math.Pi, 2*math.Pi)
	if m < 0 {
		m += 2 * math.Pi
	}
	return m - math.Pi
}

func (e *Pendulum) observe(obs envs.Row, sin, cos float64) {
	o := obs.F32[:3]
	o[0], o[1], o[2] = float32(cos), float32(sin), float32(e.omega)
}

// State saves or restores everything.
func (e *Pendulum) State(a *snapshot.Archive) {
	a.Check("id", pendulum.ID)
	a.Object("episode", &e.episode)
	a.Float64("angle", &e.angle)
	a.Float64("omega", &e.omega)
	a.Float64("torque", &e.torque)
}
