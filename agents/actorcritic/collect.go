package actorcritic

import (
	"fmt"

	"tesuji/agents"
	"tesuji/agents/inputs"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/replay"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Collector steps environments with a network's policy and keeps what happened in a rollout.
type Collector struct {
	net     *Network
	memory  stream // nil if the network has none
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
	if net.memory != nil {
		c.memory = net.memory.newStream(spec.Observation, n, steps)
	}
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
	if c.memory != nil {
		c.memory.begin()
	}
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
	if live := c.rollout.Live(); c.net.Shared() {
		o, value, next := c.both(live)
		out = c.tape.Value(o)
		copy(c.rollout.Values()[c.rollout.Len():], c.tape.Value(value))
		if c.memory != nil {
			c.memory.keep(c.tape, next)
		}
	} else {
		out = c.tape.Value(c.net.Policy(c.tape, c.read(live)))
	}
	c.net.Dist.Sample(out, c.env.Len(), c.draws, c.drawn)
	copy(c.outputs[c.rollout.Len()*c.net.Dist.Inputs():], out)
	c.sender.send(c.sent, c.drawn)
}

// both computes what the network makes of observations that come next.
func (c *Collector) both(obs envs.Rows) (out, value tensor.Var, next carried) {
	var p Past
	if c.memory != nil {
		obs, p = c.memory.look(obs)
	}
	return c.net.both(c.tape, c.read(obs), p)
}

// bootstrap adds gamma V(last observation) to the reward of each episode that a limit cut
// short: it would have gone on (F. Pardo et al., "Time limits in reinforcement learning", 2018).
// Then memories are told which episodes are over.
func (c *Collector) bootstrap(out *envs.Outcome) {
	c.truncated = c.truncated[:0]
	for i, cut := range out.Truncated {
		if cut && !out.Terminated[i] {
			c.truncated = append(c.truncated, i)
		}
	}
	if len(c.truncated) > 0 {
		c.tape.Reset()
		if c.memory != nil {
			c.addRemembered(out)
		} else {
			c.addValues(out)
		}
	}
	if c.memory != nil {
		for i := range c.env.Len() {
			if out.Done(i) {
				c.memory.forget(i)
			}
		}
	}
}

// addValues values the last observations of the truncated episodes.
func (c *Collector) addValues(out *envs.Outcome) {
	for k, i := range c.truncated {
		c.finals.Row(k).Copy(out.Final.Row(i))
	}
	values := c.tape.Value(c.net.Value(c.tape, c.read(c.finals.Slice(0, len(c.truncated)))))
	for k, i := range c.truncated {
		c.rollout.AddReward(i, float32(c.gamma*float64(values[k])))
	}
}

// addRemembered is addValues for a network with memory, which values all environments at once, each
// in the row that is its own. What the others' rows hold makes no difference.
func (c *Collector) addRemembered(out *envs.Outcome) {
	for _, i := range c.truncated {
		c.finals.Row(i).Copy(out.Final.Row(i))
	}
	_, value, _ := c.both(c.finals)
	for _, i := range c.truncated {
		c.rollout.AddReward(i, float32(c.gamma*float64(c.tape.Value(value)[i])))
	}
}

// blockRows is how many rows of a rollout are computed at a time: few enough for the
// intermediate values to stay in the cache.
const blockRows = 1024

// value computes the values of the rollout's observations that act did not, the live ones included.
func (c *Collector) value() {
	obs, values := c.rollout.Observations(), c.rollout.Values()
	if c.net.Shared() {
		c.tape.Reset()
		_, value, _ := c.both(c.rollout.Live())
		copy(values[c.rollout.Len():], c.tape.Value(value))
		return
	}
	for lo := 0; lo < obs.N; lo += blockRows {
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

// Shuffle fills order with the transitions of the rollout, as replay.Rollout.Gather counts them, in
// the order in which to learn from them. What a memory must see in a row stays in a row.
func (c *Collector) Shuffle(draws *rng.Stream, order []int32) {
	if c.memory != nil {
		c.memory.shuffle(draws, order)
		return
	}
	draws.Perm(order)
}

// End returns where the minibatch that begins at place lo of Shuffle's order ends. It has size
// transitions, or less where the order or the sequences ask for it.
func (c *Collector) End(lo, size int) int {
	if c.memory != nil {
		return c.memory.end(lo, size)
	}
	return min(lo+size, c.rollout.Len())
}

// Recall returns what the network reads to learn from a minibatch, valid until the next call: its
// observations and, with a memory, what was before them.
func (c *Collector) Recall(indices []int32, m *replay.Minibatch) (inputs.Ready, Past) {
	obs, p := m.Obs, Past{}
	if c.memory != nil {
		obs, p = c.memory.recall(indices, m)
	}
	return c.net.Ready(obs), p
}

// State saves or restores what the next rollout begins with. The network is the agent's to
// save; the noise of gSDE is drawn anew at the beginning of a rollout.
func (c *Collector) State(a *snapshot.Archive) {
	a.Bool("begun", &c.begun)
	a.Object("rollout", c.rollout)
	a.Object("draws", c.draws)
	if c.memory != nil {
		a.Object("memory", c.memory)
	}
}
