package actorcritic

import (
	"fmt"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/replay"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Collector steps environments with a network's policy and keeps what happened in a rollout.
type Collector struct {
	net     *Network
	env     envs.Vec
	rollout *replay.Rollout
	draws   *rng.Stream // of actions
	tape    *tensor.Tape
	sender  sender

	gamma     float64
	sdeFreq   int
	outputs   []float32 // [T*N, Dist.Inputs()] of the policy
	drawn     []float32 // [N, action size] as the distribution has them
	sent      []float32 // [N, action size] as the environments take them
	truncated []int     // environments whose episode hit a limit at this step
	finals    envs.Rows // their last observations
	begun     bool      // the environments were reset
}

// NewCollector returns a collector for rollouts of at most the given steps of each environment.
func NewCollector(net *Network, o *Options, env envs.Vec, steps int, gamma float64, draws *rng.Stream) *Collector {
	spec, n := env.Spec(), env.Len()
	size := spec.Action.Size()
	c := &Collector{
		net: net, env: env, gamma: gamma, draws: draws, sdeFreq: o.SDESampleFreq,
		rollout:   replay.NewRollout(replay.RolloutOptions{Steps: steps, Envs: n, Observation: spec.Observation, ActionSize: size}),
		tape:      tensor.NewTape(),
		sender:    newSender(o, spec.Action),
		outputs:   make([]float32, steps*n*net.Dist.Inputs()),
		drawn:     make([]float32, n*size),
		sent:      make([]float32, n*size),
		truncated: make([]int, 0, n),
		finals:    envs.MakeRows(spec.Observation, n),
	}
	c.tape.Inference(true)
	return c
}

// Rollout returns the rollout that Collect fills.
func (c *Collector) Rollout() *replay.Rollout { return c.rollout }

// Collect takes the given number of steps in each environment. The rollout then holds the
// values of its observations, too. Those of a value function that shares layers with the policy
// are computed with the actions, others at the end, in one go: an output of a network has the
// same bits whatever rows are computed with it.
func (c *Collector) Collect(steps int, rec agents.Recorder) error {
	c.rollout.Begin()
	if !c.begun {
		if err := c.env.Reset(c.rollout.Live()); err != nil {
			return err
		}
		c.begun = true
	}
	for step := range steps {
		if c.net.sde != nil && (step == 0 || c.sdeFreq > 0 && step%c.sdeFreq == 0) {
			c.net.sde.Resample(c.env.Len(), c.draws)
		}
		c.act()
		out, err := c.env.Step(c.sent, c.rollout.Next())
		if err != nil {
			return fmt.Errorf("step %d of a rollout: %w", step, err)
		}
		c.rollout.Push(c.drawn, out)
		c.bootstrap(out)
		for _, e := range out.Episodes {
			rec.Episode(e)
		}
	}
	c.value()
	return nil
}

func (c *Collector) read(obs envs.Rows) tensor.Var { return c.net.Ready(obs).Put(c.tape) }

// act draws actions for the live observations and keeps the policy's outputs.
func (c *Collector) act() {
	c.tape.Reset()
	var out []float32
	if x := c.read(c.rollout.Live()); c.net.Shared() {
		o, value := c.net.Both(c.tape, x)
		out = c.tape.Value(o)
		copy(c.rollout.Values()[c.rollout.Len():], c.tape.Value(value))
	} else {
		out = c.tape.Value(c.net.Policy(c.tape, x))
	}
	c.net.Dist.Sample(out, c.env.Len(), c.draws, c.drawn)
	copy(c.outputs[c.rollout.Len()*c.net.Dist.Inputs():], out)
	c.sender.send(c.sent, c.drawn)
}

// bootstrap adds gamma V(last observation) to the reward of each episode that a limit cut
// short: it would have gone on (F. Pardo et al., "Time limits in reinforcement learning", 2018).
func (c *Collector) bootstrap(out *envs.Outcome) {
	c.truncated = c.truncated[:0]
	for i, cut := range out.Truncated {
		if cut && !out.Terminated[i] {
			c.finals.Row(len(c.truncated)).Copy(out.Final.Row(i))
			c.truncated = append(c.truncated, i)
		}
	}
	if len(c.truncated) == 0 {
		return
	}
	c.tape.Reset()
	values := c.tape.Value(c.net.Value(c.tape, c.read(c.finals.Slice(0, len(c.truncated)))))
	for k, i := range c.truncated {
		c.rollout.AddReward(i, float32(c.gamma*float64(values[k])))
	}
}

// blockRows is how many rows of a rollout are computed at a time: few enough for the
// intermediate values to stay in the cache.
const blockRows = 1024

// value computes the values of the rollout's observations that act did not, the live ones included.
func (c *Collector) value() {
	obs, values := c.rollout.Observations(), c.rollout.Values()
	first := 0
	if c.net.Shared() {
		first = c.rollout.Len()
	}
	for lo := first; lo < obs.N; lo += blockRows {
		hi := min(lo+blockRows, obs.N)
		c.tape.Reset()
		v := c.net.Value(c.tape, c.read(obs.Slice(lo, hi)))
		copy(values[lo:hi], c.tape.Value(v))
	}
}

// Score computes the log-probabilities of the rollout's actions, before any update has
// changed the weights that drew them.
func (c *Collector) Score() {
	r, dist := c.rollout, c.net.Dist
	inputs, size := dist.Inputs(), dist.ActionSize()
	for lo := 0; lo < r.Len(); lo += blockRows {
		hi := min(lo+blockRows, r.Len())
		c.tape.Reset()
		out := c.tape.InputOf(c.outputs[lo*inputs:hi*inputs], hi-lo, inputs)
		actions := c.tape.InputOf(r.Actions()[lo*size:hi*size], hi-lo, size)
		copy(r.LogProbs()[lo:hi], c.tape.Value(dist.LogProb(c.tape, out, actions)))
	}
}

// State saves or restores what the next rollout begins with. The network is the agent's to
// save; the noise of gSDE is drawn anew at the beginning of a rollout.
func (c *Collector) State(a *snapshot.Archive) {
	a.Bool("begun", &c.begun)
	a.Object("rollout", c.rollout)
	a.Object("draws", c.draws)
}
