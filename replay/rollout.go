package replay

import (
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/snapshot"
)

// RolloutOptions says what a Rollout holds.
type RolloutOptions struct {
	Steps       int        // T, the most steps of each environment, at least 1
	Envs        int        // N, environments stepped together, at least 1
	Observation envs.Space // stored in its own element type
	ActionSize  int        // elements of an action, at least 1
}

// Rollout is up to T successive steps of N environments, kept for one update of an agent
// that learns from what its present policy did (PPO, A2C).
//
// The environments write straight into the rows that the network reads:
//
//	r.Begin()
//	for !done {
//		act(r.Live(), actions)
//		out, err := env.Step(actions, r.Next())
//		r.Push(actions, out)
//	}
//	r.Advantages(gamma, lambda)
//
// Everything is laid out step after step, [T, N]; a place, t*N + environment, names a
// transition. All slices that methods return share the rollout's storage and are as long as
// what has been pushed.
type Rollout struct {
	steps, envs, actionSize int
	n                       int // steps pushed

	obs        envs.Rows // [(T+1)*N, size]; row block n is the live one
	actions    []float32 // [T*N, action size]
	rewards    []float32 // [T*N]
	done       []bool    // [T*N] the episode ended with this transition
	logProbs   []float32 // [T*N]
	values     []float32 // [(T+1)*N] V of the observations, the live ones' last
	advantages []float32 // [T*N]
	returns    []float32 // [T*N]

	places []uint32 // of the transitions that Gather copies
}

// NewRollout returns an empty rollout. It panics if an option is out of range.
func NewRollout(o RolloutOptions) *Rollout {
	if o.Steps < 1 || o.Envs < 1 || o.ActionSize < 1 {
		panic(fmt.Sprintf("replay: a rollout of %d steps of %d environments with actions of %d elements; want at least 1 of each",
			o.Steps, o.Envs, o.ActionSize))
	}
	n := o.Steps * o.Envs
	return &Rollout{
		steps: o.Steps, envs: o.Envs, actionSize: o.ActionSize,
		obs:     envs.MakeRows(o.Observation, n+o.Envs),
		actions: make([]float32, n*o.ActionSize), rewards: make([]float32, n), done: make([]bool, n),
		logProbs: make([]float32, n), values: make([]float32, n+o.Envs),
		advantages: make([]float32, n), returns: make([]float32, n),
		places: make([]uint32, n),
	}
}

// Begin empties the rollout. The live observations stay: they become the first.
func (r *Rollout) Begin() {
	if r.n > 0 {
		first, live := r.obs.Slice(0, r.envs), r.Live()
		copy(first.F32, live.F32)
		copy(first.U8, live.U8)
		r.n = 0
	}
}

// Steps returns the number of steps pushed, 0 to T.
func (r *Rollout) Steps() int { return r.n }

// Len returns the number of transitions pushed, Steps times N.
func (r *Rollout) Len() int { return r.n * r.envs }

// Live returns the observations to act on now [N, size]. The first ones are written there by
// the environments' Reset.
func (r *Rollout) Live() envs.Rows { return r.obs.Slice(r.n*r.envs, (r.n+1)*r.envs) }

// Next returns the rows that the environments' next Step must write to [N, size]. There is no
// next in a full rollout.
func (r *Rollout) Next() envs.Rows { return r.obs.Slice((r.n+1)*r.envs, (r.n+2)*r.envs) }

// Push completes the live rows with the actions taken [N, action size] and their outcome, and
// makes Next the live rows.
func (r *Rollout) Push(actions []float32, out *envs.Outcome) {
	lo := r.Len()
	copy(r.actions[lo*r.actionSize:(lo+r.envs)*r.actionSize], actions)
	copy(r.rewards[lo:lo+r.envs], out.Reward)
	for i := range r.envs {
		r.done[lo+i] = out.Done(i)
	}
	r.n++
}

// AddReward adds to the newest reward of environment i: the value of the observation that a
// time limit hid, discounted.
func (r *Rollout) AddReward(i int, reward float32) { r.rewards[r.Len()-r.envs+i] += reward }

// Observations returns those acted on and after them the live ones [Len()+N, size].
func (r *Rollout) Observations() envs.Rows { return r.obs.Slice(0, r.Len()+r.envs) }

// Actions returns the actions [Len(), action size].
func (r *Rollout) Actions() []float32 { return r.actions[:r.Len()*r.actionSize] }

// LogProbs returns the logarithms of the actions' probabilities [Len()], for the agent to set.
func (r *Rollout) LogProbs() []float32 { return r.logProbs[:r.Len()] }

// Values returns the values of Observations [Len()+N], for the agent to set.
func (r *Rollout) Values() []float32 { return r.values[:r.Len()+r.envs] }

// Returns returns the targets of the values [Len()], which Advantages sets.
func (r *Rollout) Returns() []float32 { return r.returns[:r.Len()] }

// AdvantageEstimates returns the advantages [Len()], which Advantages sets.
func (r *Rollout) AdvantageEstimates() []float32 { return r.advantages[:r.Len()] }

// Advantages estimates the advantage of each transition and the return that its value should
// have predicted, by GAE (J. Schulman et al., "High-dimensional continuous control using
// generalized advantage estimation", 2016, equation 16), backwards from the last step:
//
//	delta_t = r_t + gamma V_{t+1} (1-done_t) - V_t
//	A_t     = delta_t + gamma lambda (1-done_t) A_{t+1}
//	R_t     = A_t + V_t
//
// With lambda 1, R is the discounted sum of the rewards to come and the last value. Sums are
// kept in float64.
func (r *Rollout) Advantages(gamma, lambda float64) {
	decay := float64(gamma * lambda)
	for i := range r.envs {
		next, advantage := float64(r.values[r.Len()+i]), 0.0
		for at := r.Len() - r.envs + i; at >= 0; at -= r.envs {
			value := float64(r.values[at])
			delta := float64(r.rewards[at]) - value
			if r.done[at] {
				advantage = delta
			} else {
				advantage = delta + float64(gamma*next) + float64(decay*advantage)
			}
			r.advantages[at] = float32(advantage)
			r.returns[at] = float32(advantage + value)
			next = value
		}
	}
}

// ExplainedVariance returns 1 - Var(R-V)/Var(R): 1 if the values predict the returns
// perfectly, 0 or less if they are no better than a constant, NaN if the returns do not vary.
func (r *Rollout) ExplainedVariance() float64 {
	return explainedVariance(r.values[:r.Len()], r.Returns())
}

func explainedVariance(values, returns []float32) float64 {
	var sum, sumErr float64
	for i, ret := range returns {
		sum += float64(ret)
		sumErr += float64(ret) - float64(values[i])
	}
	n := float64(len(returns))
	mean, meanErr := sum/n, sumErr/n
	var v, vErr float64
	for i, ret := range returns {
		d := float64(ret) - mean
		v += float64(d * d)
		e := float64(ret) - float64(values[i]) - meanErr
		vErr += float64(e * e)
	}
	if v == 0 {
		return math.NaN()
	}
	return 1 - vErr/v
}

// State saves or restores the live observations, in place. What was pushed is not kept: a
// rollout is used up by one update, and an agent is saved between updates.
func (r *Rollout) State(a *snapshot.Archive) {
	if !a.Saving() {
		r.n = 0
	}
	live := r.Live()
	if live.U8 != nil {
		a.Uint8s("live", live.U8)
	} else {
		a.Float32s("live", live.F32)
	}
}
