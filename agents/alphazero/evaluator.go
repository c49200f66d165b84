package alphazero

import (
	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/tensor"
)

// fastBlock is a block's convolutions with the weights as they were at Network.prepare, for inference.
type fastBlock struct{ first, second *tensor.Winograd }

// prepare readies the network for its evaluators, once its weights are set or have changed.
func (n *Network) prepare() {
	if n.tower == nil {
		for _, b := range n.blocks {
			shape := b.first.Weight.Value.Shape
			n.tower = append(n.tower, fastBlock{
				tensor.NewWinograd(n.rows, n.cols, shape.Dim(2), shape.Dim(3)),
				tensor.NewWinograd(n.rows, n.cols, shape.Dim(2), shape.Dim(3)),
			})
		}
	}
	for i, b := range n.blocks {
		n.tower[i].first.SetWeights(b.first.Weight.Value.Data, b.first.Bias.Value.Data)
		n.tower[i].second.SetWeights(b.second.Weight.Value.Data, b.second.Bias.Value.Data)
	}
}

// Evaluator evaluates positions for a search. It is not safe for concurrent use, but several
// evaluators of one network may be used at once.
type Evaluator struct {
	net    *Network
	weight float64              // of the margin in the value
	views  []boardgame.Symmetry // that each position is seen through: V of them, or none for as it is

	tape    *tensor.Tape
	x       []float32 // [N·V, P, planes]
	seen    []float32 // [P, planes] an observation
	chance  []float32 // [N·V, 3]
	scratch []float32
	out     outputs // of the last positions, on the tape
}

// NewEvaluator returns an evaluator of a network that is prepared, with the weights that it has then.
// Values are chances of winning less those of losing, mixed with the margin by its weight. With symmetries, an
// evaluation is the mean of what the network says of a position as each of them shows it: better, and as many
// times the work.
func NewEvaluator(net *Network, marginWeight float64, symmetries []boardgame.Symmetry) *Evaluator {
	e := &Evaluator{net: net, weight: marginWeight, views: symmetries, tape: tensor.NewTape()}
	e.seen = make([]float32, net.rows*net.cols*net.planes)
	e.tape.Inference(true)
	return e
}

// Evaluate writes logits [n, A] and values [n] of n positions.
func (e *Evaluator) Evaluate(positions []envs.Game, logits, values []float32) error {
	each, size := max(1, len(e.views)), len(e.seen)
	if n := len(positions) * each; len(e.x) < n*size {
		e.x, e.chance = make([]float32, n*size), make([]float32, 3*n)
	}
	for i, g := range positions {
		x := e.x[i*each*size : (i+1)*each*size]
		if len(e.views) == 0 {
			g.Observe(x)
			continue
		}
		g.Observe(e.seen)
		for j, v := range e.views {
			v.Turn(x[j*size:(j+1)*size], e.seen, e.net.planes)
		}
	}
	channels := e.net.stem.Bias.Value.Shape.Dim(0)
	share := max(1, valuesAtOnce/(channels*each))
	for lo := 0; lo < len(positions); lo += share {
		hi := min(len(positions), lo+share)
		e.some(e.x[lo*each*size:hi*each*size], hi-lo, logits[lo*e.net.moves:hi*e.net.moves], values[lo:hi])
	}
	return nil
}

// valuesAtOnce is about how many channels of positions go through the network together: enough for
// long vectors, and to share the weights' way to the processor; few enough to stay close to it.
const valuesAtOnce = 1024

// some evaluates n positions, whose views are x.
func (e *Evaluator) some(x []float32, n int, logits, values []float32) {
	t, net, each := e.tape, e.net, max(1, len(e.views))
	t.Reset()
	e.out = net.heads(t, e.through(t.InputOf(x, n*each, net.rows, net.cols, net.planes), n*each))
	chance := e.chance[:3*n*each]
	tensor.SoftmaxRows(chance, t.Value(e.out.value), n*each, 3)
	for i := range values {
		values[i] = 0
		for j := i * each; j < (i+1)*each; j++ {
			values[i] += e.value(j) / float32(each)
		}
	}
	policy := t.Value(e.out.policy)
	if len(e.views) == 0 {
		copy(logits, policy)
		return
	}
	clear(logits)
	for i := range values {
		to := logits[i*net.moves : (i+1)*net.moves]
		for j, v := range e.views {
			from := policy[(i*each+j)*net.moves:]
			for a, move := range v.Moves {
				to[move] += from[a] / float32(each)
			}
		}
	}
}

// value is what row i of the outputs is worth, in [-1, 1].
func (e *Evaluator) value(i int) float32 {
	v := e.chance[3*i] - e.chance[3*i+2]
	if e.net.margin != nil {
		v += float32(float32(e.weight) * (e.tape.Value(e.out.margin)[i] - v))
	}
	return min(1, max(-1, v))
}

// end adds to owners [P] who the network expects to own the points at the end of the position last evaluated, and
// returns the margin that it expects, for the player to move, both times sign.
func (e *Evaluator) end(owners []float64, sign float64) (margin float64) {
	points, each := len(owners), max(1, len(e.views))
	said, margins := e.tape.Value(e.out.owners), e.tape.Value(e.out.margin)
	sign /= float64(each)
	for j := range each {
		for i, x := range said[j*points : (j+1)*points] {
			if len(e.views) > 0 {
				i = int(e.views[j].Points[i])
			}
			owners[i] += float64(sign * float64(x))
		}
		margin += float64(sign * float64(margins[j]))
	}
	return margin
}

// through takes positions x [N, H, W, planes] through the tower: [N, H, W, C]. Between the first
// convolution and the result, points come first: [P, N*C].
func (e *Evaluator) through(x tensor.Var, n int) tensor.Var {
	t, net := e.tape, e.net
	stem := net.stem.Forward(t, x)
	channels, points := t.Shape(stem).Dim(3), net.rows*net.cols
	width := n * channels
	trunk := t.Buffer(points, width)
	swap(t.Value(trunk), t.Value(stem), n, points, channels)
	if need := net.tower[0].first.Scratch(n); len(e.scratch) < need {
		e.scratch = make([]float32, need)
	}
	for i, b := range net.tower {
		h := t.Buffer(points, width)
		pool := net.blocks[i].pool
		b.first.Forward(t.Value(h), t.Value(t.ReLU(trunk)), n, false, true, e.scratch)
		if pool != nil {
			board := t.Reshape(h, 1, net.rows, net.cols, width)
			most := t.MaxPool2D(board, tensor.PoolOptions{Window: [2]int{net.rows, net.cols}})
			pooled := t.Concat(t.Reshape(t.GlobalAvgPool2D(board), n, channels), t.Reshape(most, n, channels))
			h = t.ReLU(t.Add(h, t.Reshape(pool.Forward(t, pooled), 1, width)))
		}
		b.second.Forward(t.Value(trunk), t.Value(h), n, true, i == len(net.tower)-1, e.scratch)
	}
	y := t.Buffer(n, net.rows, net.cols, channels)
	swap(t.Value(y), t.Value(trunk), points, n, channels)
	return y
}

// swap copies src [a, b, c] to dst [b, a, c].
func swap(dst, src []float32, a, b, c int) {
	for i := range a {
		for j := range b {
			copy(dst[(j*a+i)*c:(j*a+i+1)*c], src[(i*b+j)*c:])
		}
	}
}
