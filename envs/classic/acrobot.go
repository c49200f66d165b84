package classic

import (
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/snapshot"
)

// Acrobot swings a two-link pendulum, actuated at the elbow only, up to a height: Acrobot-v1.
//
// Observation [6]: cos θ1, sin θ1, cos θ2, sin θ2, ω1, ω2, where θ1 is the first link's angle
// from hanging down, θ2 the second's relative to the first (rad), and ω their speeds, clipped
// to ±4π and ±9π rad/s. Actions: torque -1, 0 or 1 N·m at the elbow. An episode begins with
// each of θ1, θ2, ω1, ω2 uniform in [-.1, .1) and terminates when the tip is above the height
// of one link, -cos θ1 - cos(θ1 + θ2) > 1. A step rewards -1, the last 0.
//
// Links have length 1 m, mass 1 kg, centre of mass at .5 m and moment of inertia 1; g = 9.8.
// With torque u:
//
//	d1 = .25 + (1 + .25 + cos θ2) + 2
//	d2 = (.25 + .5 cos θ2) + 1
//	φ2 = 4.9 cos(θ1 + θ2 - π/2)
//	φ1 = -.5 ω2² sin θ2 - ω2 ω1 sin θ2 + 14.7 cos(θ1 - π/2) + φ2
//	α2 = (u + d2/d1 φ1 - .5 ω1² sin θ2 - φ2) / (1.25 - d2²/d1)
//	α1 = -(d2 α2 + φ1) / d1
//
// integrated by one fourth-order Runge-Kutta step of .2 s. Source: R. Sutton,
// "Generalization in reinforcement learning: successful examples using sparse coarse coding",
// NIPS 1996, with the equations of Sutton and Barto's book.
type Acrobot struct {
	episode episode.Episode
	state   [4]float64 // θ1, θ2, ω1, ω2
	torque  float64    // of the last step. Only drawn
}

const (
	maxOmega1 = 4 * math.Pi
	maxOmega2 = 9 * math.Pi
)

var acrobot = &envs.Spec{
	ID: "Acrobot-v1",
	Observation: envs.NewBoxOf(
		[]float32{-1, -1, -1, -1, -maxOmega1, -maxOmega2},
		[]float32{1, 1, 1, 1, maxOmega1, maxOmega2}),
	Action:   envs.NewDiscrete(3),
	MaxSteps: 500, RewardThreshold: -100, HasThreshold: true,
}

// NewAcrobot returns Acrobot-v1: at most 500 steps, solved at a mean return of -100.
func NewAcrobot() *Acrobot {
	e := new(Acrobot)
	e.Seed(0)
	return e
}

// Spec describes the environment.
func (e *Acrobot) Spec() *envs.Spec { return acrobot }

// Seed starts the random stream anew.
func (e *Acrobot) Seed(seed uint64) { e.episode.Seed(seed) }

// Reset begins an episode.
func (e *Acrobot) Reset(obs envs.Row) error { return e.ResetWithin(-.1, .1, obs) }

// ResetWithin begins an episode with each part of the state drawn from [low, high):
// Gymnasium's reset options "low" and "high". Like Gymnasium it rounds the state to float32.
func (e *Acrobot) ResetWithin(low, high float64, obs envs.Row) error {
	if err := episode.Range(acrobot.ID, low, high); err != nil {
		return err
	}
	for i := range e.state {
		e.state[i] = float64(float32(e.episode.Random.Uniform(low, high)))
	}
	e.torque = 0
	e.episode.Running = true
	e.observe(obs)
	return nil
}

// Step applies a torque for .2 s.
func (e *Acrobot) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.episode.Running {
		return envs.Result{}, episode.NotRunning(acrobot.ID)
	}
	i := episode.Index(a, 3)
	if i < 0 {
		return envs.Result{}, episode.BadAction(acrobot, a)
	}
	e.torque = float64(i - 1)
	s := rungeKutta(&e.state, e.torque)
	e.state = [4]float64{
		wrap(s[0]), wrap(s[1]),
		clip(s[2], -maxOmega1, maxOmega1), clip(s[3], -maxOmega2, maxOmega2),
	}
	cos1, cos12 := e.observe(obs)
	end := -cos1-cos12 > 1
	e.episode.Running = !end
	if end {
		return envs.Result{Reward: 0, Terminated: true}, nil
	}
	return envs.Result{Reward: -1}, nil
}

// rungeKutta returns the state .2 s after y under the torque u.
func rungeKutta(y *[4]float64, u float64) (out [4]float64) {
	const dt, half = .2, .1
	k1 := acceleration(y, u)
	k2 := acceleration(along(y, half, &k1), u)
	k3 := acceleration(along(y, half, &k2), u)
	k4 := acceleration(along(y, dt, &k3), u)
	for i := range out {
		sum := ((k1[i] + float64(2*k2[i])) + float64(2*k3[i])) + k4[i]
		out[i] = y[i] + float64(dt/6*sum)
	}
	return out
}

func along(y *[4]float64, h float64, k *[4]float64) *[4]float64 {
	return &[4]float64{
		y[0] + float64(h*k[0]), y[1] + float64(h*k[1]),
		y[2] + float64(h*k[2]), y[3] + float64(h*k[3]),
	}
}

// acceleration returns the time derivative of the state s under the torque u.
func acceleration(s *[4]float64, u float64) [4]float64 {
	const g = 9.8
	theta1, theta2, omega1, omega2 := s[0], s[1], s[2], s[3]
	sin2, cos2 := sincos(theta2)
	_, cos12 := sincos(theta1 + theta2 - math.Pi/2)
	_, cos1 := sincos(theta1 - math.Pi/2)
	d1 := .25 + (1 + .25 + cos2) + 1 + 1
	d2 := (.25 + float64(.5*cos2)) + 1
	phi2 := float64(.5 * g * cos12)
	phi1 := ((float64(-.5*float64(omega2*omega2)*sin2) - float64(float64(omega2*omega1)*sin2)) +
		float64(1.5*g*cos1)) + phi2
	alpha2 := (((u + float64(d2/d1*phi1)) - float64(.5*float64(omega1*omega1)*sin2)) - phi2) /
		(1.25 - float64(d2*d2)/d1)
	alpha1 := -(float64(d2*alpha2) + phi1) / d1
	return [4]float64{omega1, omega2, alpha1, alpha2}
}

// wrap brings an angle into [-π, π] in whole turns.
func wrap(x float64) float64 {
	if math.Abs(x) > 100 { // only after a reset to an absurd state
		x = math.Mod(x, 2*math.Pi)
	}
	for x > math.Pi {
		x -= 2 * math.Pi
	}
	for x < -math.Pi {
		x += 2 * math.Pi
	}
	return x
}

// observe writes the observation and returns cos θ1 and cos(θ1 + θ2).
func (e *Acrobot) observe(obs envs.Row) (cos1, cos12 float64) {
	sin1, cos1 := sincos(e.state[0])
	sin2, cos2 := sincos(e.state[1])
	_, cos12 = sincos(e.state[1] + e.state[0])
	o := obs.F32[:6]
	o[0], o[1], o[2], o[3] = float32(cos1), float32(sin1), float32(cos2), float32(sin2)
	o[4], o[5] = float32(e.state[2]), float32(e.state[3])
	return cos1, cos12
}

// State saves or restores everything.
func (e *Acrobot) State(a *snapshot.Archive) {
	a.Check("id", acrobot.ID)
	a.Object("episode", &e.episode)
	a.Float64s("state", e.state[:])
	a.Float64("torque", &e.torque)
	for _, v := range e.state {
		if !(math.Abs(v) <= 1e3) {
			a.Fail(fmt.Errorf("%s: state %v is out of range", acrobot.ID, e.state))
		}
	}
}
