package classic

import (
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/snapshot"
)

// CartPole balances a pole on a cart by pushing the cart left or right.
//
// Observation [4]: position x of the cart in m, its velocity ẋ in m/s, angle θ of the pole
// from upright in rad (clockwise positive), its velocity θ̇ in rad/s. Actions: 0 pushes left,
// 1 right, with F = ∓10 N. An episode begins with each of the four uniform in [-.05, .05) and
// terminates when |x| > 2.4 or |θ| > 12°. Every step rewards 1, the last included.
//
// With cart mass 1 kg, pole mass m = .1 kg and half length l = .5 m, M = 1.1 kg, g = 9.8:
//
//	t = (F + m·l·θ̇² sin θ) / M
//	θ̈ = (g sin θ - t cos θ) / (l (4/3 - m cos²θ / M))
//	ẍ = t - m·l·θ̈ cos θ / M
//
// followed by an explicit Euler step of .02 s in which positions advance by the old
// velocities. Source: A. Barto, R. Sutton and C. Anderson, "Neuronlike adaptive elements that
// can solve difficult learning control problems", IEEE Trans. SMC-13, 1983.
type CartPole struct {
	episode episode.Episode
	spec    *envs.Spec
	options CartPoleOptions

	x, velocity    float64 // m, m/s
	angle, angular float64 // rad, rad/s
	push           int     // direction of the last push, -1 or 1; 0 after Reset. Only drawn
}

// CartPoleOptions are Gymnasium's; the zero value is its default.
type CartPoleOptions struct {
	// SuttonBartoReward gives 0 for every step and -1 for the last, as in Sutton and Barto's
	// book, instead of 1 for each.
	SuttonBartoReward bool `yaml:"sutton_barto_reward"`
}

var (
	cartPoleV1 = cartPoleSpec("CartPole-v1", 500, 475)
	cartPoleV0 = cartPoleSpec("CartPole-v0", 200, 195)
)

func cartPoleSpec(id string, steps int, threshold float64) *envs.Spec {
	inf := float32(math.Inf(1))
	const x, angle = 2 * cartPoleEdge, 2 * cartPoleTilt
	return &envs.Spec{
		ID:          id,
		Observation: envs.NewBoxOf([]float32{-x, -inf, -angle, -inf}, []float32{x, inf, angle, inf}),
		Action:      envs.NewDiscrete(2),
		MaxSteps:    steps, RewardThreshold: threshold, HasThreshold: true,
	}
}

const (
	cartPoleEdge = 2.4
	cartPoleTilt = 12 * 2 * math.Pi / 360
)

// NewCartPole returns CartPole-v1: at most 500 steps, solved at a mean return of 475.
func NewCartPole(o CartPoleOptions) *CartPole { return newCartPole(cartPoleV1, o) }

// NewCartPoleV0 returns CartPole-v0: at most 200 steps, solved at a mean return of 195.
func NewCartPoleV0(o CartPoleOptions) *CartPole { return newCartPole(cartPoleV0, o) }

func newCartPole(spec *envs.Spec, o CartPoleOptions) *CartPole {
	e := &CartPole{spec: spec, options: o}
	e.Seed(0)
	return e
}

// Spec describes the environment.
func (e *CartPole) Spec() *envs.Spec { return e.spec }

// Seed starts the random stream anew.
func (e *CartPole) Seed(seed uint64) { e.episode.Seed(seed) }

// Reset begins an episode.
func (e *CartPole) Reset(obs envs.Row) error { return e.ResetWithin(-.05, .05, obs) }

// ResetWithin begins an episode with each part of the state drawn from [low, high):
// Gymnasium's reset options "low" and "high".
func (e *CartPole) ResetWithin(low, high float64, obs envs.Row) error {
	if err := episode.Range(e.spec.ID, low, high); err != nil {
		return err
	}
	r := &e.episode.Random
	e.x = r.Uniform(low, high)
	e.velocity = r.Uniform(low, high)
	e.angle = r.Uniform(low, high)
	e.angular = r.Uniform(low, high)
	e.push = 0
	e.episode.Running = true
	e.observe(obs)
	return nil
}

// Step pushes the cart for .02 s.
func (e *CartPole) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.episode.Running {
		return envs.Result{}, episode.NotRunning(e.spec.ID)
	}
	// No branch on the action: a policy's are as good as random, and guessed wrong half the time.
	if u := a[0]; float32(u*(u-1)) != 0 {
		return envs.Result{}, episode.BadAction(e.spec, a)
	}
	e.push = 2*int(a[0]) - 1
	force := 10 * float64(e.push)
	const (
		gravity  = 9.8
		poleMass = .1
		length   = .5 // half of the pole's
		moment   = poleMass * length
		total    = 1 + poleMass
		tau      = .02
	)
	sin, cos := sincos(e.angle)
	t := (force + float64(float64(moment*float64(e.angular*e.angular))*sin)) / total
	angularAcc := (float64(gravity*sin) - float64(cos*t)) /
		(length * (4./3 - float64(poleMass*float64(cos*cos))/total))
	acc := t - float64(float64(moment*angularAcc)*cos)/total
	e.x += float64(tau * e.velocity)
	e.velocity += float64(tau * acc)
	e.angle += float64(tau * e.angular)
	e.angular += float64(tau * angularAcc)
	e.observe(obs)

	end := math.Abs(e.x) > cartPoleEdge || math.Abs(e.angle) > cartPoleTilt
	e.episode.Running = !end
	reward := 1.
	if e.options.SuttonBartoReward {
		reward = 0
		if end {
			reward = -1
		}
	}
	return envs.Result{Reward: reward, Terminated: end}, nil
}

func (e *CartPole) observe(obs envs.Row) {
	o := obs.F32[:4]
	o[0], o[1], o[2], o[3] = float32(e.x), float32(e.velocity), float32(e.angle), float32(e.angular)
}

// State saves or restores everything but the options, which must be the same.
func (e *CartPole) State(a *snapshot.Archive) {
	a.Check("id", e.spec.ID)
	a.Check("options", fmt.Sprintf("%+v", e.options))
	a.Object("episode", &e.episode)
	a.Float64("x", &e.x)
	a.Float64("velocity", &e.velocity)
	a.Float64("angle", &e.angle)
	a.Float64("angular", &e.angular)
	a.Int("push", &e.push)
}
