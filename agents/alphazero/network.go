package alphazero

import (
	"fmt"
	"iter"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// Network is a residual tower on a board: a 3x3 convolution, blocks of two more that are applied to
// what is there and added to it (K. He et al., "Identity mappings in deep residual networks", 2016), every
// other one with global pooling, and the heads. There is no normalisation: the last convolution of a
// block is zero at first, so that a deep tower begins as a shallow one.
//
// In its comments N is the number of positions, P that of points, A that of moves, C of channels.
type Network struct {
	rows, cols, planes, moves int

	stem   *nets.Conv2D
	blocks []*block

	policyIn   *nets.Conv2D // C -> few
	policyPool *nets.Linear
	policyOut  *nets.Conv2D // few -> 1 a point, or nil
	policyRest *nets.Linear // the moves that are no points, or nil
	valueIn    *nets.Conv2D
	valueMid   *nets.Linear
	valueOut   *nets.Linear // win, draw, loss
	// Of games with a score.
	margin *nets.Linear
	owners *nets.Conv2D

	tower []fastBlock // of Evaluators
}

// block is a residual block.
type block struct {
	first, second *nets.Conv2D
	pool          *nets.Linear // nil in blocks without
}

// headChannels and valueUnits are the heads' widths.
const (
	headChannels = 16
	valueUnits   = 64
)

// NewNetwork returns a network for the kind of game.
func NewNetwork(g envs.Game, blocks, channels int, r *rng.Stream) *Network {
	rows, cols, planes := g.Planes()
	n := &Network{rows: rows, cols: cols, planes: planes, moves: g.Moves()}
	he := nets.KaimingNormal(1.4142135623730951)
	three := func(name string, in, out int, act tensor.Activation, init nets.Init) *nets.Conv2D {
		return nets.NewConv2D(name, in, out, tensor.Both(3), tensor.ConvOptions{Pad: tensor.Both(1), Act: act}, init, r)
	}
	one := func(name string, in, out int, act tensor.Activation) *nets.Conv2D {
		return nets.NewConv2D(name, in, out, tensor.Both(1), tensor.ConvOptions{Act: act}, nets.PyTorchLinear, r)
	}
	n.stem = three("stem", planes, channels, tensor.None, he)
	for i := range blocks {
		name := fmt.Sprintf("block.%d", i)
		b := &block{first: three(name+".first", channels, channels, tensor.ReLU, he), second: three(name+".second", channels, channels, tensor.None, nets.Fill(0))}
		if i%2 == 1 {
			b.pool = nets.NewLinear(name+".pool", 2*channels, channels, tensor.None, nets.PyTorchLinear, r)
		}
		n.blocks = append(n.blocks, b)
	}
	points := rows * cols
	n.policyIn = one("policy.in", channels, headChannels, tensor.ReLU)
	n.policyPool = nets.NewLinear("policy.pool", 2*headChannels, headChannels, tensor.None, nets.PyTorchLinear, r)
	rest := n.moves
	if n.moves >= points {
		n.policyOut = one("policy.out", headChannels, 1, tensor.None)
		rest -= points
	}
	if rest > 0 {
		in := 2 * headChannels
		if n.policyOut == nil {
			in = points * headChannels
		}
		n.policyRest = nets.NewLinear("policy.rest", in, rest, tensor.None, nets.PyTorchLinear, r)
	}
	n.valueIn = one("value.in", channels, headChannels, tensor.ReLU)
	n.valueMid = nets.NewLinear("value.mid", points*headChannels, valueUnits, tensor.ReLU, nets.PyTorchLinear, r)
	n.valueOut = nets.NewLinear("value.out", valueUnits, 3, tensor.None, nets.PyTorchLinear, r)
	if _, ok := g.(boardgame.Scored); ok {
		n.margin = nets.NewLinear("value.margin", valueUnits, 1, tensor.Tanh, nets.PyTorchLinear, r)
		n.owners = one("owners", channels, 1, tensor.Tanh)
	}
	return n
}

// outputs is what a network says of positions, for the players to move.
type outputs struct {
	policy tensor.Var // [N, A] logits
	value  tensor.Var // [N, 3] logits of win, draw, loss
	// Of games with a score, within ±1:
	margin tensor.Var // [N, 1]
	owners tensor.Var // [N, P]
}

// pooled returns the means and largest values of channels over the board: of x [N, H, W, C], [N, 2C].
func (n *Network) pooled(t *tensor.Tape, x tensor.Var) tensor.Var {
	most := t.MaxPool2D(x, tensor.PoolOptions{Window: [2]int{n.rows, n.cols}})
	return t.Concat(t.GlobalAvgPool2D(x), t.Flatten(most))
}

// spread adds to each point of x [N, H, W, C] what l makes of the whole board.
func (n *Network) spread(t *tensor.Tape, x tensor.Var, l *nets.Linear, positions, channels int) tensor.Var {
	return t.Add(x, t.Reshape(l.Forward(t, n.pooled(t, x)), positions, 1, 1, channels))
}

// forward evaluates positions x [N, H, W, planes].
func (n *Network) forward(t *tensor.Tape, x tensor.Var) outputs {
	count := t.Shape(x).Dim(0)
	x = n.stem.Forward(t, x)
	channels := t.Shape(x).Dim(3)
	for _, b := range n.blocks {
		h := b.first.Forward(t, t.ReLU(x))
		if b.pool != nil {
			h = t.ReLU(n.spread(t, h, b.pool, count, channels))
		}
		x = t.Add(x, b.second.Forward(t, h))
	}
	return n.heads(t, t.ReLU(x))
}

// heads evaluates what the tower has made of positions, x [N, H, W, C].
func (n *Network) heads(t *tensor.Tape, x tensor.Var) outputs {
	count, points := t.Shape(x).Dim(0), n.rows*n.cols
	var o outputs
	p := n.policyIn.Forward(t, x)
	if n.policyOut == nil {
		o.policy = n.policyRest.Forward(t, t.Flatten(p))
	} else {
		h := t.ReLU(n.spread(t, p, n.policyPool, count, headChannels))
		o.policy = t.Reshape(n.policyOut.Forward(t, h), count, points)
		if n.policyRest != nil {
			o.policy = t.Concat(o.policy, n.policyRest.Forward(t, n.pooled(t, h)))
		}
	}
	v := n.valueMid.Forward(t, t.Flatten(n.valueIn.Forward(t, x)))
	o.value = n.valueOut.Forward(t, v)
	if n.margin != nil {
		o.margin = n.margin.Forward(t, v)
		o.owners = t.Reshape(n.owners.Forward(t, x), count, points)
	}
	return o
}

// Params yields the parameters in the order of the network.
func (n *Network) Params() iter.Seq[*nets.Param] {
	modules := []nets.Module{n.stem}
	for _, b := range n.blocks {
		modules = append(modules, b.first, b.second)
		if b.pool != nil {
			modules = append(modules, b.pool)
		}
	}
	modules = append(modules, n.policyIn)
	if n.policyOut != nil {
		modules = append(modules, n.policyPool, n.policyOut)
	}
	if n.policyRest != nil {
		modules = append(modules, n.policyRest)
	}
	modules = append(modules, n.valueIn, n.valueMid, n.valueOut)
	if n.margin != nil {
		modules = append(modules, n.margin, n.owners)
	}
	return nets.Join(modules...)
}
