package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// Sequence says how a recurrent layer goes through a batch of sequences [B, T, ...]. The zero
// value is: all T steps of each, from first to last. Its slices are shared until the tape's Reset.
type Sequence struct {
	// Lengths [B] holds how many steps each sequence has, 0 to T; nil means T. Past its end a
	// sequence's state stays as it is, its outputs are 0, and its inputs are not looked at.
	Lengths []int32
	// Starts [B*T], a row for each sequence, is true at the steps at which something new begins,
	// such as an episode: the state is set to 0 before such a step, and no gradient flows back
	// through it. nil means nowhere.
	Starts []bool
	// Reverse goes from each sequence's last step to its first. It excludes Starts.
	Reverse bool
}

// check panics unless s fits a batch [B, T, ...].
func (s *Sequence) check(op *operation, shape Shape) {
	fail := func(want string) { panic(&ShapeError{Op: op.name, Want: want, Got: []Shape{shape}}) }
	if shape.rank != 3 || shape.dims[1] == 0 {
		fail("sequences [B T I] of at least one step")
	}
	batch, steps := shape.dims[0], shape.dims[1]
	if s.Lengths != nil && len(s.Lengths) != batch {
		fail(fmt.Sprintf("a length for each sequence, not %d", len(s.Lengths)))
	}
	for b, n := range s.Lengths {
		if n < 0 || int(n) > steps {
			fail(fmt.Sprintf("lengths up to T, not %d of sequence %d,", n, b))
		}
	}
	if s.Starts != nil && (len(s.Starts) != batch*steps || s.Reverse) {
		fail("Starts for each step, and not in reverse,")
	}
}

// at returns which step of sequence b comes s-th, or -1 past its end.
func (s *Sequence) at(b, step, steps int) int {
	if s.Lengths != nil {
		steps = int(s.Lengths[b])
	}
	switch {
	case step >= steps:
		return -1
	case s.Reverse:
		return steps - 1 - step
	}
	return step
}

// stepsFirst returns x [B, T, C] in the order in which recurrence r takes its steps: [T, B, C],
// with zeros past the ends.
func (t *Tape) stepsFirst(x Var, r int32) Var {
	seq, n := t.recurrences[r].seq, t.at(x)
	batch, steps, width := n.shape.dims[0], n.shape.dims[1], n.shape.dims[2]
	if seq.Lengths == nil && (steps == 1 || batch == 1 && !seq.Reverse) {
		return t.Reshape(x, steps, batch, width)
	}
	src, needs := n.val, n.needs
	y := t.result(ShapeOf(steps, batch, width), needs)
	dst := t.nodes[y.id].val
	for s := range steps {
		for b := range batch {
			row := dst[(s*batch+b)*width : (s*batch+b+1)*width]
			if at := seq.at(b, s, steps); at >= 0 {
				copy(row, src[(b*steps+at)*width:])
			} else {
				clear(row)
			}
		}
	}
	return t.record(record{op: opStepsFirst, out: y.id, a: x.id, b: -1, c: -1, aux: -1, n0: r})
}

var opStepsFirst = define("StepsFirst", backwardStepsFirst)

func backwardStepsFirst(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	shape, dy := t.nodes[r.a].shape, t.nodes[r.out].grad
	k := t.open(r.a)
	t.batchRows(k.dst, dy, r.n0, shape.dims[1], shape.dims[2])
	t.commit(k)
}

// batchRows writes dst [B, T, C] from src [T, B, C] in the order of recurrence r, zeros past the
// ends.
func (t *Tape) batchRows(dst, src []float32, r int32, steps, width int) {
	seq, batch := t.recurrences[r].seq, t.recurrences[r].batch
	if seq.Lengths != nil {
		clear(dst)
	}
	for s := range steps {
		for b := range batch {
			if at := seq.at(b, s, steps); at >= 0 {
				copy(dst[(b*steps+at)*width:(b*steps+at+1)*width], src[(s*batch+b)*width:])
			}
		}
	}
}

// outputs returns the outputs [B, T, H] of recurrence r, whose states are node hidden.
func (t *Tape) outputs(hidden Var, r int32) Var {
	batch, steps, units := t.recurrences[r].batch, t.recurrences[r].steps, t.recurrences[r].units
	n := t.at(hidden)
	src, needs := n.val, n.needs
	y := t.result(ShapeOf(batch, steps, units), needs)
	t.batchRows(t.nodes[y.id].val, src, r, steps, units)
	return t.record(record{op: opOutputs, out: y.id, a: hidden.id, b: -1, c: -1, aux: -1, n0: r})
}

var opOutputs = define("Outputs", backwardOutputs)

func backwardOutputs(t *Tape, r *record) {
	dy, shape := t.nodes[r.out].grad, t.nodes[r.out].shape
	batch, steps, units := shape.dims[0], shape.dims[1], shape.dims[2]
	dh, accumulate := t.chain(r.a)
	if !accumulate {
		clear(dh)
	}
	seq := t.recurrences[r.n0].seq
	for s := range steps {
		for b := range batch {
			if at := seq.at(b, s, steps); at >= 0 {
				kernel.AddTo(dh[(s*batch+b)*units:(s*batch+b+1)*units], dy[(b*steps+at)*units:])
			}
		}
	}
}

// state returns block k [B, H] of the states in node hidden.
func (t *Tape) state(hidden Var, k int) Var {
	n := t.at(hidden)
	batch, units := n.shape.dims[1], n.shape.dims[2]
	src, needs := n.val, n.needs
	y := t.result(ShapeOf(batch, units), needs)
	copy(t.nodes[y.id].val, src[k*batch*units:])
	return t.record(record{op: opState, out: y.id, a: hidden.id, b: -1, c: -1, aux: -1, n0: int32(k)})
}

var opState = define("State", backwardState)

func backwardState(t *Tape, r *record) {
	dy := t.nodes[r.out].grad
	dh, accumulate := t.chain(r.a)
	if !accumulate {
		clear(dh)
	}
	at := int(r.n0) * len(dy)
	kernel.AddTo(dh[at:at+len(dy)], dy)
}
