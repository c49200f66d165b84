package alphazero

import (
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
	net     *Network
	weight  float64 // of the margin in the value
	tape    *tensor.Tape
	x       []float32 // [N, P, planes]
	chance  []float32 // [N, 3]
	scratch []float32
	out     outputs // of the last positions, on the tape
}

// NewEvaluator returns an evaluator of a network that is prepared, with the weights that it has then.
// Values are chances of winning less those of losing, mixed with the margin by its weight.
func NewEvaluator(net *Network, marginWeight float64) *Evaluator {
	e := &Evaluator{net: net, weight: marginWeight, tape: tensor.NewTape()}
	e.tape.Inference(true)
	return e
}

// Evaluate writes logits [n, A] and values [n] of n positions.
func (e *Evaluator) Evaluate(positions []envs.Game, logits, values []float32) error {
	n, size := len(positions), e.net.rows*e.net.cols*e.net.planes
	if len(e.x) < n*size {
		e.x, e.chance = make([]float32, n*size), make([]float32, 3*n)
	}
	for i, g := range positions {
		g.Observe(e.x[i*size : (i+1)*size])
	}
	channels := e.net.stem.Bias.Value.Shape.Dim(0)
	share := max(1, valuesAtOnce/channels)
	for lo := 0; lo < n; lo += share {
		hi := min(n, lo+share)
		e.some(e.x[lo*size:hi*size], hi-lo, logits[lo*e.net.moves:hi*e.net.moves], values[lo:hi])
	}
	return nil
}

// valuesAtOnce is about how many channels of positions go through the network together: enough for
// long vectors, and to share the weights' way to the processor; few enough to stay close to it.
const valuesAtOnce = 1024

// some evaluates n positions x.
func (e *Evaluator) some(x []float32, n int, logits, values []float32) {
	t, net := e.tape, e.net
	t.Reset()
	e.out = net.heads(t, e.through(t.InputOf(x, n, net.rows, net.cols, net.planes), n))
	o := e.out
	copy(logits, t.Value(o.policy))
	chance := e.chance[:3*n]
	tensor.SoftmaxRows(chance, t.Value(o.value), n, 3)
	for i := range values {
		v := chance[3*i] - chance[3*i+2]
		if net.margin != nil {
			v += float32(float32(e.weight) * (t.Value(o.margin)[i] - v))
		}
		values[i] = min(1, max(-1, v))
	}
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
