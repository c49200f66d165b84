package tensor

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"tesuji/tensor/internal/kernel"
)

// Fault is the first NaN or infinity on a tape, and the operation that made it.
type Fault struct {
	Op       string
	Gradient bool    // it is in a gradient, made in Op's backward pass; else in Op's result
	Number   int     // of the operation among those of the tape, from 0
	Value    float32 // NaN, +Inf or -Inf
	Element  int     // its place in the array
	Shape    Shape   // of the array
	Operands []Shape
	// Given tells that Op was given a NaN or infinity: it came with parameters or data.
	Given bool
}

// Error describes the fault: "Log, operation 7 of the forward pass, on [64 10]: element 3 of its
// result [64 10] is NaN, though its operands are finite".
func (f *Fault) Error() string {
	shapes := make([]string, len(f.Operands))
	for i, s := range f.Operands {
		shapes[i] = s.String()
	}
	pass, what, cause := "forward", "its result", "though its operands are finite"
	if f.Gradient {
		pass, what, cause = "backward", "an operand's gradient", "though the gradient it was given is finite"
	}
	if f.Given {
		cause = "and so is something that it was given, which no operation on the tape has made (a parameter or an input)"
	}
	return fmt.Sprintf("%s, operation %d of the %s pass, on %s: element %d of %s %v is %v, %s",
		f.Op, f.Number, pass, strings.Join(shapes, " and "), f.Element, what, f.Shape, f.Value, cause)
}

// Trace looks for the first NaN or infinity on tapes.
type Trace struct {
	mu    sync.Mutex
	fault *Fault
}

// StartTrace traces all tapes that are made from now on, until Stop: each Backward looks at every
// value and gradient, which about doubles the time of a step.
func StartTrace() *Trace {
	tr := &Trace{}
	watching.Lock()
	watching.trace = tr
	watching.Unlock()
	return tr
}

// Stop ends the tracing of new tapes. Those that are there are traced on.
func (tr *Trace) Stop() {
	watching.Lock()
	if watching.trace == tr {
		watching.trace = nil
	}
	watching.Unlock()
}

// Fault returns the first fault that was found, or nil.
func (tr *Trace) Fault() *Fault {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.fault
}

// Blame says which operation made a NaN or infinity in a step that was found to have one: redo does
// the step again, traced. The error is a *Fault, or says that the step had none this time.
func (t *Tape) Blame(redo func()) error {
	before := t.watch
	tr := &Trace{}
	t.watch = &watch{trace: tr}
	defer func() { t.watch = before }()
	redo()
	tr.values(t) // of a step that ended before Backward
	if f := tr.Fault(); f != nil {
		return f
	}
	return fmt.Errorf("no operation of the step made a NaN or infinity when it was done again")
}

func (tr *Trace) found(f *Fault) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if tr.fault == nil {
		tr.fault = f
	}
}

// values looks through the results of all operations, in order.
func (tr *Trace) values(t *Tape) {
	if tr.Fault() != nil {
		return
	}
	for i := range t.records {
		r := &t.records[i]
		if out := &t.nodes[r.out]; !kernel.AllFinite(out.val) {
			f := t.faultAt(i, r, out.val, out.shape)
			operandsOf(t, r, func(n *node) { f.Given = f.Given || !kernel.AllFinite(n.val) })
			tr.found(f)
			return
		}
	}
}

// gradients looks at what an operation's backward pass has written.
func (tr *Trace) gradients(t *Tape, r *record) {
	if tr.Fault() != nil {
		return
	}
	operandsOf(t, r, func(n *node) {
		if n.needs && n.set && !kernel.AllFinite(n.grad) && tr.Fault() == nil {
			number := 0
			for number < len(t.records) && &t.records[number] != r {
				number++
			}
			f := t.faultAt(number, r, n.grad, n.shape)
			f.Gradient = true
			tr.found(f)
		}
	})
}

// faultAt describes the first element of data that is not finite.
func (t *Tape) faultAt(number int, r *record, data []float32, shape Shape) *Fault {
	f := &Fault{Op: r.op.name, Number: number, Shape: shape}
	for i, v := range data {
		if x := float64(v); math.IsNaN(x) || math.IsInf(x, 0) {
			f.Element, f.Value = i, v
			break
		}
	}
	operandsOf(t, r, func(n *node) { f.Operands = append(f.Operands, n.shape) })
	return f
}
