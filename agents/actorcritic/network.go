package actorcritic

import (
	"fmt"
	"iter"
	"math"

	"tesuji/agents/inputs"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// SideRows is the size of a minibatch from which the policy's and the value function's side of an
// update are worth two threads, for the networks of two small layers that are usual.
const SideRows = 128

// Network is a policy and a value function over the observations of one environment.
type Network struct {
	Dist nets.Distribution // of the actions, given the policy's outputs

	piEyes     *extractor   // of images; nil for other observations
	vfEyes     *extractor   // nil if the value function looks through piEyes, too
	memory     memory       // after them; nil for none
	pi, vf     *nets.MLP    // hidden layers; nil if there are none
	actionHead *nets.Linear // to means or logits
	valueHead  *nets.Linear // to [B, 1]
	sde        *nets.GSDE   // Dist, if it is that; else nil
	sdeOptions nets.GSDEOptions
	sdeLatent  int // width of what sde reads besides the means
	reader     inputs.Reader
}

// NewNetwork returns a network with fresh weights for an environment. It is an error if the
// options do not suit the spaces. No memory options (nil) are no memory.
func NewNetwork(o *Options, mem *MemoryOptions, spec *envs.Spec, r *rng.Stream) (*Network, error) {
	if err := CanAct(spec.Action); err != nil {
		return nil, fmt.Errorf("%s: %w", spec.ID, err)
	}
	act, err := nets.Activation(o.ActivationFn)
	if err != nil {
		return nil, err
	}
	hidden, actionInit, valueInit := nets.Init(nets.PyTorchLinear), nets.Init(nets.PyTorchLinear), nets.Init(nets.PyTorchLinear)
	if o.OrthoInit {
		hidden, actionInit, valueInit = nets.Orthogonal(math.Sqrt2), nets.Orthogonal(.01), nets.Orthogonal(1)
	}
	n := &Network{reader: inputs.NewReader(spec.Observation)}
	features, err := n.makeEyes(o, hidden, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec.ID, err)
	}
	if n.memory = newMemory(mem, features, r); n.memory != nil {
		features = n.memory.width()
		if n.vfEyes != nil {
			return nil, fmt.Errorf("share_features_extractor is false: want true with memory %s", mem.Memory)
		}
	}
	var piWidth, vfWidth int
	n.pi, piWidth = body("pi", features, o.NetArch.Pi, act, hidden, r)
	n.vf, vfWidth = body("vf", features, o.NetArch.Vf, act, hidden, r)
	if err := n.makeDist(o, spec, piWidth); err != nil {
		return nil, fmt.Errorf("%s: %w", spec.ID, err)
	}
	outputs := n.Dist.Inputs()
	if n.sde != nil {
		outputs = n.Dist.ActionSize()
	}
	n.actionHead = nets.NewLinear("action_net", piWidth, outputs, tensor.None, actionInit, r)
	n.valueHead = nets.NewLinear("value_net", vfWidth, 1, tensor.None, valueInit, r)
	return n, nil
}

// body returns hidden layers, nil if there are none, and the width of what follows them.
func body(name string, inputs int, widths []int, act tensor.Activation, init nets.Init, r *rng.Stream) (*nets.MLP, int) {
	if len(widths) == 0 {
		return nil, inputs
	}
	return nets.NewMLP(name, inputs, widths, act, init, r), widths[len(widths)-1]
}

// makeDist chooses the distribution for the action space.
func (n *Network) makeDist(o *Options, spec *envs.Spec, latent int) error {
	box, isBox := spec.Action.(*envs.Box)
	if o.UseSDE && !isBox {
		return fmt.Errorf("use_sde is true: want false, since actions are %v and no Box", spec.Action)
	}
	if o.SquashOutput && !finite(box) {
		return fmt.Errorf("squash_output is true: want false, since the bounds of actions %v are not finite", box)
	}
	switch s := spec.Action.(type) {
	case *envs.Discrete:
		n.Dist = nets.NewCategorical(s.N)
	case *envs.MultiDiscrete:
		n.Dist = nets.NewMultiCategorical(s.N)
	case *envs.MultiBinary:
		n.Dist = nets.NewBernoulli(s.N)
	case *envs.Box:
		if !o.UseSDE {
			n.Dist = nets.NewDiagGaussian(s.Size(), float32(o.LogStdInit))
			return nil
		}
		n.sdeOptions = nets.GSDEOptions{LogStd: float32(o.LogStdInit), Expln: o.UseExpln, Squash: o.SquashOutput}
		n.sdeLatent = latent
		n.sde = nets.NewGSDE(s.Size(), latent, n.sdeOptions)
		n.Dist = n.sde
	}
	return nil
}

func finite(b *envs.Box) bool {
	for i := range b.Low {
		if math.IsInf(float64(b.Low[i]), 0) || math.IsInf(float64(b.High[i]), 0) {
			return false
		}
	}
	return true
}

// Params yields the parameters: of the layers that both share or the policy's own, the policy's,
// the distribution's, and the value function's.
func (n *Network) Params() iter.Seq[*nets.Param] {
	var parts []nets.Module
	if n.piEyes != nil {
		parts = append(parts, n.piEyes)
	}
	if n.memory != nil {
		parts = append(parts, n.memory)
	}
	if n.pi != nil {
		parts = append(parts, n.pi)
	}
	parts = append(parts, n.actionHead, n.Dist)
	if n.vfEyes != nil {
		parts = append(parts, n.vfEyes)
	}
	if n.vf != nil {
		parts = append(parts, n.vf)
	}
	return nets.Join(append(parts, n.valueHead)...)
}

// Ready makes observations ready for tapes. They are valid until the next call.
func (n *Network) Ready(obs envs.Rows) inputs.Ready { return n.reader.Ready(obs) }

// Shared reports whether the policy and the value function have layers in common. If so, Both
// gives the two for little more than the price of one.
func (n *Network) Shared() bool { return n.memory != nil || n.piEyes != nil && n.vfEyes == nil }

// Policy returns the outputs [B, Dist.Inputs()] that Dist makes actions of, for observations x as
// Ready puts them. It is for networks without memory.
func (n *Network) Policy(t *tensor.Tape, x tensor.Var) tensor.Var {
	return n.act(t, n.piEyes.see(t, x))
}

// Value returns the values [B, 1], for networks without memory.
func (n *Network) Value(t *tensor.Tape, x tensor.Var) tensor.Var {
	if n.vfEyes != nil {
		return n.judge(t, n.vfEyes.see(t, x))
	}
	return n.judge(t, n.piEyes.see(t, x))
}

// Both returns what Policy and Value return, for a network whose layers are Shared.
func (n *Network) Both(t *tensor.Tape, x tensor.Var, p Past) (out, value tensor.Var) {
	out, value, _ = n.both(t, x, p)
	return out, value
}

func (n *Network) both(t *tensor.Tape, x tensor.Var, p Past) (out, value tensor.Var, next carried) {
	pi := n.piEyes.see(t, x)
	vf := pi
	if n.memory != nil {
		pi, vf, next = n.memory.read(t, pi, p, true)
	}
	return n.act(t, pi), n.judge(t, vf), next
}

// recall is Policy of a network with memory.
func (n *Network) recall(t *tensor.Tape, x tensor.Var, p Past) (out tensor.Var, next carried) {
	pi, _, next := n.memory.read(t, n.piEyes.see(t, x), p, false)
	return n.act(t, pi), next
}

// act takes features to the policy's outputs.
func (n *Network) act(t *tensor.Tape, x tensor.Var) tensor.Var {
	if n.pi != nil {
		x = n.pi.Forward(t, x)
	}
	out := n.actionHead.Forward(t, x)
	if n.sde != nil {
		out = t.Concat(out, x)
	}
	return out
}

// judge takes features to values.
func (n *Network) judge(t *tensor.Tape, x tensor.Var) tensor.Var {
	if n.vf != nil {
		x = n.vf.Forward(t, x)
	}
	return n.valueHead.Forward(t, x)
}

// Entropy returns what the entropy bonus counts [B, 1]: the entropy or, for squashed actions,
// whose entropy has no closed form, minus the log-probability of the actions taken.
func (n *Network) Entropy(t *tensor.Tape, out, logProb tensor.Var) tensor.Var {
	if n.sdeOptions.Squash {
		return t.Neg(logProb)
	}
	return n.Dist.Entropy(t, out)
}

// Std returns the mean standard deviation of Box actions (with use_sde, of the exploration
// matrix), and false for other actions.
func (n *Network) Std() (mean float64, ok bool) {
	d, ok := n.Dist.(interface{ Std() []float32 })
	if !ok {
		return 0, false
	}
	std := d.Std()
	for _, s := range std {
		mean += float64(s)
	}
	return mean / float64(len(std)), true
}

// otherDist returns a distribution with the same parameters whose noise is its own.
func (n *Network) otherDist() nets.Distribution {
	if n.sde == nil {
		return n.Dist
	}
	d := nets.NewGSDE(n.sde.ActionSize(), n.sdeLatent, n.sdeOptions)
	d.LogStd = n.sde.LogStd
	return d
}
