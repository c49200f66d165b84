package tensor

import (
	"fmt"
	"slices"

	"tesuji/tensor/internal/kernel"
)

// Var is a value on a tape: the result of an operation, or a leaf. It is valid until the
// tape's next Reset; using it later panics.
type Var struct {
	id    int32
	epoch uint32
}

// node is the value and gradient of a Var.
type node struct {
	val, grad []float32 // grad is nil until something flows into it
	shape     Shape
	needs     bool // a gradient is wanted: some parameter lies below
	leaf      bool // grad belongs to the caller and is always added to
	set       bool // grad holds a value of this backward pass
}

// record is one operation on the tape.
type record struct {
	op      *operation
	out     int32 // node of the result
	a, b, c int32 // nodes of the operands, -1 for none
	d, e    int32 // more of them, for operations that have more
	aux     int32 // node that holds a saved intermediate, -1 for none
	n0, n1  int32 // op-specific integers
	f0, f1  float32
	index   []int32 // op-specific indices, owned by the caller until Reset
}

// Tape records operations. It is not safe for concurrent use; one per goroutine is the rule.
type Tape struct {
	nodes     []node
	records   []record
	mem       arena
	epoch     uint32
	inference bool
	train     bool
	noise     noise
	done      bool   // Backward has run
	watch     *watch // nil unless profiled or traced

	recurrences []recurrence // what recurrent layers keep for the way back
	attentions  []attention  // and attentions
	convs       []kernel.Conv
	pools       []kernel.Pool
}

// noise is where random operations draw from: a counter-based generator (rule R12) that is
// keyed by the seed and the step and counts the operations since Reset.
type noise struct {
	seed, step uint64
	draws      uint32
}

// NewTape returns an empty tape.
func NewTape() *Tape { return &Tape{epoch: 1, watch: newWatch()} }

// Reset empties the tape and invalidates its Vars and the slices they gave.
func (t *Tape) Reset() {
	if t.watch != nil {
		t.watch.reset()
	}
	t.nodes = t.nodes[:0]
	t.records = t.records[:0]
	t.mem.reset()
	t.epoch++
	t.noise.draws = 0
	t.done = false
	t.recurrences = t.recurrences[:0]
	t.attentions = t.attentions[:0]
	t.convs = t.convs[:0]
	t.pools = t.pools[:0]
}

// Inference turns recording off (or on again) for what is computed from now on: values
// only, no gradients.
func (t *Tape) Inference(on bool) { t.inference = on }

// Train says whether what is computed from now on is for training: then dropout drops, and
// batch normalisation takes and keeps the batch's statistics. It is off at first.
func (t *Tape) Train(on bool) { t.train = on }

// Training reports what Train set.
func (t *Tape) Training() bool { return t.train }

// Noise keys what random operations draw until the next call. The same seed and step give the
// same draws to the operations in their order since Reset, for any number of threads.
func (t *Tape) Noise(seed, step uint64) { t.noise.seed, t.noise.step, t.noise.draws = seed, step, 0 }

// at returns v's node. The pointer is valid until the next node is added.
func (t *Tape) at(v Var) *node {
	if v.epoch != t.epoch {
		panic("tensor: a Var was used after its tape's Reset, or on another tape")
	}
	return &t.nodes[v.id]
}

// Value returns v's elements, shared with the tape.
func (t *Tape) Value(v Var) []float32 { return t.at(v).val }

// Scalar returns the element of a one-element v.
func (t *Tape) Scalar(v Var) float32 {
	n := t.at(v)
	if len(n.val) != 1 {
		panic(&ShapeError{Op: "Scalar", Want: "one element", Got: []Shape{n.shape}})
	}
	return n.val[0]
}

// Shape returns v's shape.
func (t *Tape) Shape(v Var) Shape { return t.at(v).shape }

// Grad returns the gradient of the last Backward's loss with respect to v, or nil if none
// flowed into it.
func (t *Tape) Grad(v Var) []float32 {
	n := t.at(v)
	if !n.set {
		return nil
	}
	return n.grad
}

func (t *Tape) push(n node) Var {
	t.nodes = append(t.nodes, n)
	if t.watch != nil {
		t.watch.pushed(t)
	}
	return Var{int32(len(t.nodes) - 1), t.epoch}
}

// Input returns a leaf over x, which is shared and gets no gradient.
func (t *Tape) Input(x *Tensor) Var { return t.push(node{val: x.Data, shape: x.Shape}) }

// InputOf returns a leaf over data, which is shared and gets no gradient.
func (t *Tape) InputOf(data []float32, dims ...int) Var {
	s := ShapeOf(dims...)
	if s.Size() != len(data) {
		panic(&ShapeError{Op: "InputOf", Want: fmt.Sprintf("%d elements", len(data)), Got: []Shape{s}})
	}
	return t.push(node{val: data, shape: s})
}

// Buffer returns a leaf of uninitialised elements for the caller to fill before use,
// through Value. It gets no gradient.
func (t *Tape) Buffer(dims ...int) Var {
	s := ShapeOf(dims...)
	return t.push(node{val: t.mem.alloc(s.Size()), shape: s})
}

// Const returns a scalar.
func (t *Tape) Const(x float32) Var {
	v := t.mem.alloc(1)
	v[0] = x
	return t.push(node{val: v})
}

// Param returns a leaf over value. Backward adds its gradient to grad, which the caller
// zeroes when a new sum shall begin.
func (t *Tape) Param(value, grad *Tensor) Var {
	if value.Shape != grad.Shape {
		panic(&ShapeError{Op: "Param", Want: "a value and a gradient of one shape", Got: []Shape{value.Shape, grad.Shape}})
	}
	return t.push(node{val: value.Data, grad: grad.Data, shape: value.Shape, needs: !t.inference, leaf: true, set: true})
}

// Detach returns v's value without its history: no gradient flows back.
func (t *Tape) Detach(v Var) Var {
	n := t.at(v)
	return t.push(node{val: n.val, shape: n.shape})
}

// Reshape returns v's elements under another shape of the same size.
func (t *Tape) Reshape(v Var, dims ...int) Var {
	s := ShapeOf(dims...)
	n := t.at(v)
	if s.Size() != len(n.val) {
		panic(&ShapeError{Op: "Reshape", Want: "the same number of elements", Got: []Shape{n.shape, s}})
	}
	out := t.push(node{val: n.val, shape: s, needs: n.needs})
	return t.record(record{op: opReshape, out: out.id, a: v.id, b: -1, c: -1, aux: -1})
}

// result adds a node for an operation's result, its elements uninitialised.
func (t *Tape) result(s Shape, needs bool) Var {
	return t.push(node{val: t.mem.alloc(s.Size()), shape: s, needs: needs})
}

// elementwise adds a node for the result of an elementwise operation on node x, its elements
// uninitialised, and the record if a gradient is wanted of it. Both are written in place: for small
// operations, copying them costs more than the work.
func (t *Tape) elementwise(op *operation, x, b int32, needs bool, n0, n1 int32, f0, f1 float32) (Var, []float32) {
	val := t.mem.alloc(len(t.nodes[x].val))
	out := len(t.nodes)
	t.nodes = slices.Grow(t.nodes, 1)[:out+1]
	y := &t.nodes[out]
	y.val, y.grad, y.needs, y.leaf, y.set = val, nil, needs, false, false
	y.shape = t.nodes[x].shape
	if t.watch != nil {
		t.watch.pushed(t)
		return t.record(record{op: op, out: int32(out), a: x, b: b, c: -1, aux: -1, n0: n0, n1: n1, f0: f0, f1: f1}), val
	}
	if needs {
		i := len(t.records)
		t.records = slices.Grow(t.records, 1)[:i+1]
		r := &t.records[i]
		r.op, r.out, r.a, r.b, r.c, r.d, r.e, r.aux = op, int32(out), x, b, -1, 0, 0, -1
		r.n0, r.n1, r.f0, r.f1, r.index = n0, n1, f0, f1, nil
	}
	return Var{int32(out), t.epoch}, val
}

// record adds an operation whose result is already a node, if a gradient is wanted of it.
func (t *Tape) record(r record) Var {
	if t.watch != nil {
		t.watch.recorded(t, r)
	}
	if t.nodes[r.out].needs {
		t.records = append(t.records, r)
	}
	return Var{r.out, t.epoch}
}

// Backward computes the gradient of the one-element loss with respect to everything it was
// computed from, and adds the parameters' to their gradients. It can run once per Reset.
func (t *Tape) Backward(loss Var) {
	n := t.at(loss)
	if len(n.val) != 1 {
		panic(&ShapeError{Op: "Backward", Want: "a loss of one element", Got: []Shape{n.shape}})
	}
	if t.done {
		panic("tensor: Backward ran twice without a Reset between")
	}
	t.done = true
	if !n.needs {
		return
	}
	if t.watch != nil {
		t.watch.before(t)
		defer t.watch.after()
	}
	t.store(loss.id)[0] = 1
	for i := len(t.records) - 1; i >= 0; i-- {
		switch r := &t.records[i]; {
		case !t.nodes[r.out].set:
		case t.watch != nil:
			t.watch.backward(t, r)
		default:
			r.op.backward(t, r)
		}
	}
}

// store returns the gradient of an unset interior node for its first writer to fill.
func (t *Tape) store(id int32) []float32 {
	t.reserve(id)
	n := &t.nodes[id]
	n.set = true
	return n.grad
}

// reserve allocates the gradient of a node that wants one. An operation that brackets its
// scratch memory with mark and release does this first, so that no gradient lies between.
func (t *Tape) reserve(id int32) {
	if n := &t.nodes[id]; n.needs && n.grad == nil {
		n.grad = t.mem.alloc(len(n.val))
	}
}

// sink is where an operation writes a gradient contribution: straight into the gradient for
// its first writer, into scratch that commit adds to it for later ones (rule R13).
type sink struct {
	id   int32
	dst  []float32
	mark arenaMark
	add  bool
}

// open returns the sink for node id. The caller has checked that the node needs a gradient.
func (t *Tape) open(id int32) sink {
	n := &t.nodes[id]
	if !n.set {
		return sink{id: id, dst: t.store(id)}
	}
	m := t.mem.mark()
	return sink{id: id, dst: t.mem.alloc(len(n.val)), mark: m, add: true}
}

func (t *Tape) commit(s sink) {
	if s.add {
		kernel.AddTo(t.nodes[s.id].grad, s.dst)
		t.mem.release(s.mark)
	}
}

// chain returns node id's gradient and whether sums into it must start from what it holds
// (true) or from zero.
func (t *Tape) chain(id int32) (grad []float32, accumulate bool) {
	n := &t.nodes[id]
	if !n.set {
		return t.store(id), false
	}
	return n.grad, true
}
