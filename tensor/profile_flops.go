package tensor

import "slices"

// operandsOf calls f for the operands of an operation, once for each.
func operandsOf(t *Tape, r *record, f func(n *node)) {
	ids := [5]int32{r.a, r.b, r.c, r.d, r.e}
	for i, id := range ids {
		// Operations of up to three operands leave the others 0, which is a node too.
		if id >= 0 && (i < 3 || id > 0) && !slices.Contains(ids[:i], id) {
			f(&t.nodes[id])
		}
	}
}

// bytesOf counts operands and result: forward, operands are read and the result is written;
// backward, the result's gradient and the operands are read and the operands' gradients written.
func bytesOf(t *Tape, r *record, backward bool) float64 {
	n := len(t.nodes[r.out].val)
	operandsOf(t, r, func(o *node) {
		n += len(o.val)
		if backward && o.needs {
			n += len(o.val)
		}
	})
	return 4 * float64(n)
}

// flops counts the forward passes of the operations whose FLOPs are not one for each element of the
// result, out in number. Operations may add themselves.
var flops = map[string]func(t *Tape, r *record, out float64) float64{
	"MatMul": product, "Linear": product, "TiedHead": product,
	"RNN": recurrent, "LSTM": recurrent, "GRU": recurrent, "Attention": attending,

	// These move data.
	"Reshape": none, "Concat": none, "Slice": none, "Gather": none, "Pick": none,
	"Embedding": none, "StepsFirst": none, "Outputs": none, "State": none,
	"PadZero": none, "PadReflect": none, "PixelShuffle": none, "PixelUnshuffle": none,
}

// backwardTimes is how many times as many FLOPs a backward pass asks for, where that is not once
// for each factor that wants a gradient.
var backwardTimes = map[string]float64{"RNN": 2, "LSTM": 2, "GRU": 2, "Attention": 2}

// flopsOf counts the forward pass: additions and multiplications of products, and one for each
// element of the result of everything else.
func flopsOf(t *Tape, r *record) float64 {
	out := float64(len(t.nodes[r.out].val))
	if f, ok := flops[r.op.name]; ok {
		return f(t, r, out)
	}
	return out
}

func backwardFLOPs(t *Tape, r *record) float64 {
	times := backwardTimes[r.op.name]
	if times == 0 {
		times = float64(max(1, factors(t, r)))
	}
	return times * flopsOf(t, r)
}

// factors counts an operation's operands that want a gradient, without biases, for which little is
// to do.
func factors(t *Tape, r *record) int {
	n, largest := 0, 0
	operandsOf(t, r, func(o *node) { largest = max(largest, len(o.val)) })
	operandsOf(t, r, func(o *node) {
		if o.needs && (o.shape.rank > 1 || len(o.val) == largest) {
			n++
		}
	})
	return n
}

func none(*Tape, *record, float64) float64 { return 0 }

// product is that of x [R, K] with w [K, N] or with the transpose of w [N, K].
func product(t *Tape, r *record, out float64) float64 {
	return 2 * out * float64(t.nodes[r.a].shape.Cols())
}

// recurrent is the products of all steps' inputs [T, B, I] and states with the gates' weights.
func recurrent(t *Tape, r *record, _ float64) float64 {
	return 2 * float64(t.nodes[r.a].shape.Rows()) * float64(len(t.nodes[r.b].val)+len(t.nodes[r.c].val))
}

// attending counts the products of queries with keys and of weights with values, as far as the
// queries see.
func attending(t *Tape, r *record, _ float64) float64 {
	a := &t.attentions[r.n0]
	pairs := float64(a.Queries * a.Keys)
	if a.Causal {
		pairs -= float64(a.Queries*(a.Queries-1)) / 2
	}
	return 2 * float64(a.Batch*a.Heads) * pairs * float64(a.Width+a.ValueWidth)
}
