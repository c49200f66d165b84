package alphago

import (
	"fmt"
	"iter"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// In comments N is the number of positions, P that of points, A that of moves, C of filters.

// tower is what the policy and the value network begin with: a 5x5 convolution, then 3x3 ones, each with
// a rectifier and as large as the board.
type tower struct{ layers []*nets.Conv2D }

func newTower(name string, planes, layers, filters int, r *rng.Stream) *tower {
	t, in, kernel := &tower{}, planes, 5
	for i := range layers {
		o := tensor.ConvOptions{Pad: tensor.Both(kernel / 2), Act: tensor.ReLU}
		t.layers = append(t.layers, nets.NewConv2D(fmt.Sprintf("%s.conv.%d", name, i), in, filters, tensor.Both(kernel), o, nets.KaimingNormal(1.4142135623730951), r))
		in, kernel = filters, 3
	}
	return t
}

// forward maps x [N, H, W, planes] to [N, H, W, C].
func (t *tower) forward(tape *tensor.Tape, x tensor.Var) tensor.Var {
	for _, l := range t.layers {
		x = l.Forward(tape, x)
	}
	return x
}

func (t *tower) modules() []nets.Module {
	m := make([]nets.Module, len(t.layers))
	for i, l := range t.layers {
		m[i] = l
	}
	return m
}

// Policy is the policy network: the tower, a 1x1 convolution to one number a point, with a bias of each
// point's own, and for moves that are no points, such as the pass, a linear layer on the filters' means.
type Policy struct {
	points, moves int
	tower         *tower
	out           *nets.Conv2D // nil where moves are no points
	bias          *nets.Param  // [P], or nil
	rest          *nets.Linear // nil where all moves are points
}

// NewPolicy returns a network for the kind of game, whose parameters' names begin with name.
func NewPolicy(name string, g envs.Game, layers, filters int, r *rng.Stream) *Policy {
	rows, cols, planes := g.Planes()
	p := &Policy{points: rows * cols, moves: g.Moves(), tower: newTower(name, planes, layers, filters, r)}
	rest, in := p.moves, p.points*filters
	if p.moves >= p.points {
		p.out = nets.NewConv2D(name+".out", filters, 1, tensor.Both(1), tensor.ConvOptions{}, nets.PyTorchLinear, r)
		p.bias = nets.NewParam(name+".points.bias", p.points)
		rest, in = p.moves-p.points, filters
	}
	if rest > 0 {
		p.rest = nets.NewLinear(name+".rest", in, rest, tensor.None, nets.PyTorchLinear, r)
	}
	return p
}

// forward maps positions x [N, H, W, planes] to logits [N, A].
func (p *Policy) forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	h := p.tower.forward(t, x)
	if p.out == nil {
		return p.rest.Forward(t, t.Flatten(h))
	}
	y := t.Add(t.Flatten(p.out.Forward(t, h)), p.bias.Var(t))
	if p.rest != nil {
		y = t.Concat(y, p.rest.Forward(t, t.GlobalAvgPool2D(h)))
	}
	return y
}

// Params yields the parameters in the order of the network.
func (p *Policy) Params() iter.Seq[*nets.Param] {
	m := p.tower.modules()
	if p.out != nil {
		m = append(m, p.out, single{p.bias})
	}
	if p.rest != nil {
		m = append(m, p.rest)
	}
	return nets.Join(m...)
}

// single is a parameter as a module.
type single struct{ param *nets.Param }

// Params yields the parameter.
func (s single) Params() iter.Seq[*nets.Param] {
	return func(yield func(*nets.Param) bool) { yield(s.param) }
}

// valueUnits is the width of the value network's hidden layer.
const valueUnits = 256

// Value is the value network: the tower, a 1x1 convolution to one number a point, a hidden layer and a
// hyperbolic tangent. Its last layer is zero at first, so that it says 0 until it has learned something.
type Value struct {
	tower    *tower
	in       *nets.Conv2D
	mid, out *nets.Linear
}

// NewValue returns a network for the kind of game, whose parameters' names begin with name.
func NewValue(name string, g envs.Game, layers, filters int, r *rng.Stream) *Value {
	rows, cols, planes := g.Planes()
	return &Value{
		tower: newTower(name, planes, layers, filters, r),
		in:    nets.NewConv2D(name+".in", filters, 1, tensor.Both(1), tensor.ConvOptions{}, nets.PyTorchLinear, r),
		mid:   nets.NewLinear(name+".mid", rows*cols, valueUnits, tensor.ReLU, nets.PyTorchLinear, r),
		out:   nets.NewLinear(name+".out", valueUnits, 1, tensor.Tanh, nets.Fill(0), r),
	}
}

// forward maps positions x [N, H, W, planes] to values [N, 1] for the players to move, in [-1, 1].
func (v *Value) forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	h := t.Flatten(v.in.Forward(t, v.tower.forward(t, x)))
	return v.out.Forward(t, v.mid.Forward(t, h))
}

// Params yields the parameters in the order of the network.
func (v *Value) Params() iter.Seq[*nets.Param] {
	return nets.Join(append(v.tower.modules(), v.in, v.mid, v.out)...)
}

// trio is the three networks that the stages end with, and that the player has.
type trio struct {
	supervised, reinforced *Policy
	value                  *Value
	params                 *nets.ParamSet // of all
}

func newTrio(cfg *Config, g envs.Game, r *rng.Stream) *trio {
	t := &trio{
		supervised: NewPolicy("supervised", g, cfg.Layers, cfg.Filters, r),
		reinforced: NewPolicy("reinforced", g, cfg.Layers, cfg.Filters, r),
		value:      NewValue("value", g, cfg.Layers, cfg.Filters, r),
	}
	t.params = nets.Collect(t.supervised, t.reinforced, t.value)
	return t
}

// link is two parameters of one shape.
type link struct{ to, from []float32 }

// links appends the parameters of two modules that differ in names only. Their sets must be collected.
func links(list []link, to, from nets.Module) []link {
	next, stop := iter.Pull(from.Params())
	defer stop()
	for p := range to.Params() {
		q, _ := next()
		list = append(list, link{p.Value.Data, q.Value.Data})
	}
	return list
}
