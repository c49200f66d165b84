package tensor

import "tesuji/tensor/internal/kernel"

// RecurrentWeights are the parameters of a recurrent layer of H units with G gates, each a
// weight or bias of H columns, over inputs of I elements: X [I, G*H], H [H, G*H] and the biases
// BX and BH [G*H]. (PyTorch has the weights transposed, and both biases, too. Where there is one
// bias only, it is BX, and BH is zero.)
type RecurrentWeights struct{ X, H, BX, BH Var }

// cell is a kind of recurrent layer.
type cell uint8

const (
	rnnTanh cell = iota
	rnnReLU
	lstm
	gru
)

func (c cell) gates() int { return [...]int{rnnTanh: 1, rnnReLU: 1, lstm: 4, gru: 3}[c] }

// recurrence is a pass of a recurrent layer through a batch, steps first. It is a kernel.Task
// over its units: one step forward or backward.
type recurrence struct {
	cell                cell
	batch, steps, units int
	seq                 Sequence
	h0, c0              int32 // nodes of the first state, -1 for zero

	// Blocks [B, G*H] or [B, H] for each step.
	gates  []float32 // what goes into the gates, the gates, and the former's gradients in the end
	hidden []float32 // of a GRU: the candidate's part from the state, then its gradient
	before []float32 // the state that each step begins with
	states []float32 // the state after each step
	cells  []float32 // of an LSTM: the cell state before each step and after the last
	squash []float32 // of an LSTM: tanh of the cell state after each step

	weight   []float32 // [H, G*H]
	biasCand []float32 // of a GRU: the candidate's bias in hidden
	panels   []float32 // the weight of each gate in panels, transposed on the way back
	packed   bool

	step     int
	backward bool
	dh       []float32 // gradients of states
	dh0, dc  []float32 // of the first state, and of the cell state at the step under way
	saved    []float32 // gradients to restore where the state was reset
}

// worthPanels is the number of steps from which a copy of the weight in panels pays.
const worthPanels = 4

// shareWork is the multiply-adds that make a share of a step worth a thread.
const shareWork = 1 << 18

// grain is the units of a share.
func (r *recurrence) grain() int {
	w := kernel.PanelWidth()
	each := max(1, shareWork/max(1, r.batch*r.units*r.cell.gates()))
	return (each + w - 1) / w * w
}

// starts reports whether the state of sequence b is reset before a step.
func (r *recurrence) starts(b, step int) bool {
	return r.seq.Starts != nil && r.seq.Starts[b*r.steps+step]
}

// ended reports whether sequence b has ended before a step.
func (r *recurrence) ended(b, step int) bool {
	return r.seq.Lengths != nil && step >= int(r.seq.Lengths[b])
}

// Run takes units lo to hi through one step.
func (r *recurrence) Run(lo, hi int) {
	if !r.backward {
		r.product(lo, hi)
		r.forward(lo, hi)
		return
	}
	if r.step+1 < r.steps {
		r.pullBack(r.step+1, lo, hi)
	}
	if r.step >= 0 {
		r.gradients(lo, hi)
	}
}

// block returns block [B, width] number k of x.
func (r *recurrence) block(x []float32, k, width int) []float32 {
	n := r.batch * width
	return x[k*n : (k+1)*n]
}

// gate returns the columns lo to hi of gate g in row b of a step's gates.
func (r *recurrence) gate(gates []float32, b, g, lo, hi int) []float32 {
	at := (b*r.cell.gates() + g) * r.units
	return gates[at+lo : at+hi]
}

// product adds the state's product with the weight to what goes into the gates.
func (r *recurrence) product(lo, hi int) {
	all := r.cell.gates() * r.units
	gates, before := r.block(r.gates, r.step, all), r.block(r.before, r.step, r.units)
	for g := range r.cell.gates() {
		dst, ld := gates[g*r.units:], all
		if r.cell == gru && g == 2 {
			dst, ld = r.block(r.hidden, r.step, r.units), r.units
			for b := range r.batch {
				copy(dst[b*ld+lo:b*ld+hi], r.biasCand[lo:hi])
			}
		}
		if r.packed {
			p := r.panels[g*r.units*r.units:]
			kernel.PanelProduct(r.batch, lo, hi, r.units, r.units, before, r.units, p, dst, ld, kernel.FromC)
		} else {
			kernel.Gemm(r.batch, hi-lo, r.units, before, r.units, 1, r.weight[g*r.units+lo:], all, dst[lo:], ld, kernel.FromC, nil, false)
		}
	}
}

// forward computes the gates and the new state.
func (r *recurrence) forward(lo, hi int) {
	s, n := r.step, r.units
	gates, before, states := r.block(r.gates, s, r.cell.gates()*n), r.block(r.before, s, n), r.block(r.states, s, n)
	for b := range r.batch {
		row := func(x []float32) []float32 { return x[b*n+lo : b*n+hi] }
		gate := func(g int) []float32 { return r.gate(gates, b, g, lo, hi) }
		h := row(states)
		switch {
		case r.ended(b, s):
			copy(h, row(before))
			if r.cell == lstm {
				copy(row(r.block(r.cells, s+1, n)), row(r.block(r.cells, s, n)))
			}
		case r.cell == lstm:
			kernel.LSTM(gate(0), gate(1), gate(2), gate(3), row(r.block(r.cells, s, n)),
				row(r.block(r.cells, s+1, n)), row(r.block(r.squash, s, n)), h)
		case r.cell == gru:
			kernel.GRU(gate(0), gate(1), gate(2), row(r.block(r.hidden, s, n)), row(before), h)
		case r.cell == rnnTanh:
			kernel.Tanh(gate(0), gate(0))
			copy(h, gate(0))
		case r.cell == rnnReLU:
			kernel.ReLU(gate(0), gate(0))
			copy(h, gate(0))
		}
		if r.seq.Starts != nil && s+1 < r.steps {
			next := row(r.block(r.before, s+1, n))
			copy(next, h)
			if r.starts(b, s+1) {
				clear(next)
				if r.cell == lstm {
					clear(row(r.block(r.cells, s+1, n)))
				}
			}
		}
	}
}

// gradients turns the gates of a step into the gradients of what went into them.
func (r *recurrence) gradients(lo, hi int) {
	s, n := r.step, r.units
	gates, dh := r.block(r.gates, s, r.cell.gates()*n), r.block(r.dh, s, n)
	for b := range r.batch {
		row := func(x []float32) []float32 { return x[b*n+lo : b*n+hi] }
		gate := func(g int) []float32 { return r.gate(gates, b, g, lo, hi) }
		switch {
		case r.ended(b, s):
			for g := range r.cell.gates() {
				clear(gate(g))
			}
			if r.cell == gru {
				clear(row(r.block(r.hidden, s, n)))
			}
		case r.cell == lstm:
			kernel.LSTMBackward(gate(0), gate(1), gate(2), gate(3), row(r.block(r.cells, s, n)),
				row(r.block(r.squash, s, n)), row(dh), row(r.dc))
		case r.cell == gru:
			kernel.GRUBackward(gate(0), gate(1), gate(2), row(r.block(r.hidden, s, n)), row(r.block(r.before, s, n)), row(dh))
		case r.cell == rnnTanh:
			kernel.TanhBackward(gate(0), row(dh), gate(0))
		case r.cell == rnnReLU:
			kernel.ReLUBackward(gate(0), row(dh), gate(0))
		}
	}
}

// pullBack adds what a step's gradients give to the gradient of the state before it: first what
// reaches it directly, then chains over the gates' columns in order.
func (r *recurrence) pullBack(step, lo, hi int) {
	n, all := r.units, r.cell.gates()*r.units
	dst, dh, gates := r.dh0, r.block(r.dh, step, n), r.block(r.gates, step, all)
	if step > 0 {
		dst = r.block(r.dh, step-1, n)
	}
	row := func(x []float32, b int) []float32 { return x[b*n+lo : b*n+hi] }
	for b := range r.batch {
		switch {
		case r.starts(b, step):
			copy(row(r.saved, b), row(dst, b))
			if r.cell == lstm {
				clear(row(r.dc, b))
			}
		case r.cell == gru, r.ended(b, step):
			kernel.AddTo(row(dst, b), row(dh, b))
		}
	}
	for g := range r.cell.gates() {
		src, ld := gates[g*n:], all
		if r.cell == gru && g == 2 {
			src, ld = r.block(r.hidden, step, n), n
		}
		kernel.PanelProduct(r.batch, lo, hi, n, n, src, ld, r.panels[g*n*n:], dst, n, kernel.FromC)
	}
	if r.seq.Starts != nil {
		for b := range r.batch {
			if r.starts(b, step) {
				copy(row(dst, b), row(r.saved, b))
			}
		}
	}
}

// pack copies the weight of each gate to panels.
func (r *recurrence) pack(transposed bool) {
	n, all := r.units, r.cell.gates()*r.units
	for g := range r.cell.gates() {
		if transposed {
			kernel.PackPanelsTransposed(r.panels[g*n*n:], r.weight[g*n:], n, n, all)
		} else {
			kernel.PackPanels(r.panels[g*n*n:], r.weight[g*n:], n, n, all)
		}
	}
}

// recur runs a layer through x [B, T, I] and returns its states, steps first: blocks [B, H] after
// each step, and for an LSTM the last cell state.
func (t *Tape) recur(op *operation, kind cell, x Var, w RecurrentWeights, h0, c0 Var, seq Sequence) (hidden Var, index int32) {
	shape := t.at(x).shape
	seq.check(op, shape)
	batch, steps, in := shape.dims[0], shape.dims[1], shape.dims[2]
	nx, nh, bx, bh := t.at(w.X), t.at(w.H), t.at(w.BX), t.at(w.BH)
	units, gates := nh.shape.Rows(), kind.gates()
	all := gates * units
	t.need(op, "weights [I G*H] and [H G*H] and biases [G*H] for inputs [B T I]", units > 0 &&
		nx.shape == ShapeOf(in, all) && nh.shape == ShapeOf(units, all) && len(bx.val) == all && len(bh.val) == all, x, w.X, w.H, w.BX, w.BH)
	r := recurrence{cell: kind, batch: batch, steps: steps, units: units, seq: seq, weight: nh.val, packed: steps >= worthPanels, h0: -1, c0: -1}
	needs := nx.needs || nh.needs || bx.needs || bh.needs || t.at(x).needs
	for _, first := range [2]struct {
		v  Var
		id *int32
	}{{h0, &r.h0}, {c0, &r.c0}} {
		if first.v != (Var{}) {
			n := t.at(first.v)
			t.need(op, "a first state [B H]", len(n.val) == batch*units, first.v)
			*first.id, needs = first.v.id, needs || n.needs
		}
	}
	index = int32(len(t.recurrences))
	t.recurrences = append(t.recurrences, r)
	input := t.stepsFirst(x, index)

	// The state before the first step lies before those after each, so that without resets the
	// states before the steps are one array with them.
	size, blocks := batch*units, steps
	if kind == lstm {
		blocks++
	}
	states := t.mem.alloc((1 + blocks) * size)
	hidden = t.push(node{val: states[size:], shape: ShapeOf(blocks, batch, units), needs: needs})
	p := &t.recurrences[index]
	p.states, p.before = states[size:], states
	if seq.Starts != nil {
		p.before = t.mem.alloc(steps * size)
	}
	t.firstState(p, p.before, p.h0)
	if kind == lstm {
		p.cells, p.squash = t.mem.alloc((steps+1)*size), t.mem.alloc(steps*size)
		t.firstState(p, p.cells, p.c0)
	}
	p.gates = t.mem.alloc(steps * batch * all)
	vbx, vbh := t.nodes[w.BX.id].val, t.nodes[w.BH.id].val
	if kind == gru {
		p.hidden, p.biasCand = t.mem.alloc(steps*size), vbh[2*units:]
	}
	mark := t.mem.mark()
	bias := t.mem.alloc(all)
	copy(bias, vbx)
	if kind == gru {
		kernel.AddTo(bias[:2*units], vbh)
	} else {
		kernel.AddTo(bias, vbh)
	}
	kernel.Gemm(steps*batch, all, in, t.nodes[input.id].val, in, 1, t.nodes[w.X.id].val, all, p.gates, all, kernel.FromBias, bias, false)
	if p.packed {
		p.panels = t.mem.alloc(units * all)
		p.pack(false)
	}
	for p.step = 0; p.step < steps; p.step++ {
		kernel.Parallel(units, p.grain(), p)
	}
	if kind == lstm {
		copy(p.states[steps*size:], p.cells[steps*size:])
	}
	t.mem.release(mark)
	return t.record(record{op: op, out: hidden.id, a: input.id, b: w.X.id, c: w.H.id, d: w.BX.id, e: w.BH.id, aux: -1, n0: index}), index
}

// firstState fills the first block of dst from node id, with zeros where a sequence starts anew.
func (t *Tape) firstState(r *recurrence, dst []float32, id int32) {
	dst = dst[:r.batch*r.units]
	if id < 0 {
		clear(dst)
		return
	}
	copy(dst, t.nodes[id].val)
	for b := range r.batch {
		if r.starts(b, 0) {
			clear(dst[b*r.units : (b+1)*r.units])
		}
	}
}

// backwardRecurrence goes back through the steps, and then computes the gradients of the inputs,
// weights and biases over all steps at once: each weight's is a chain over the steps in their
// order and, within a step, over the sequences.
func backwardRecurrence(t *Tape, rec *record) {
	r := &t.recurrences[rec.n0]
	size, all, rows := r.batch*r.units, r.cell.gates()*r.units, r.steps*r.batch
	for _, id := range [...]int32{rec.a, rec.b, rec.c, rec.d, rec.e, r.h0, r.c0} {
		if id >= 0 {
			t.reserve(id)
		}
	}
	mark := t.mem.mark()
	r.backward, r.dh = true, t.nodes[rec.out].grad
	r.panels, r.dh0, r.saved = t.mem.alloc(r.units*all), t.mem.alloc(size), t.mem.alloc(size)
	r.pack(true)
	clear(r.dh0)
	if r.cell == lstm {
		r.dc = t.mem.alloc(size)
		copy(r.dc, r.dh[r.steps*size:])
	}
	last := 0 // step -1 gives the gradients of the first state
	if r.h0 >= 0 && t.nodes[r.h0].needs || r.c0 >= 0 && t.nodes[r.c0].needs {
		last = -1
	}
	for r.step = r.steps - 1; r.step >= last; r.step-- {
		kernel.Parallel(r.units, r.grain(), r)
	}
	t.add(r.h0, r.dh0)
	t.add(r.c0, r.dc)

	if t.nodes[rec.c].needs {
		dw, accumulate := t.chain(rec.c)
		product := func(dw, dz []float32, columns, ld int) {
			kernel.Gemm(r.units, columns, rows, r.before, 1, r.units, dz, ld, dw, all, startOf(accumulate), nil, false)
		}
		if r.cell == gru {
			product(dw, r.gates, 2*r.units, all)
			product(dw[2*r.units:], r.hidden, r.units, r.units)
		} else {
			product(dw, r.gates, all, all)
		}
	}
	if t.nodes[rec.d].needs {
		db, accumulate := t.chain(rec.d)
		kernel.ColumnSums(db, r.gates, rows, all, accumulate)
	}
	if t.nodes[rec.e].needs {
		db, accumulate := t.chain(rec.e)
		if r.cell == gru {
			kernel.Gemm(1, 2*r.units, rows, unit[:], 0, 0, r.gates, all, db, all, startOf(accumulate), nil, false)
			kernel.ColumnSums(db[2*r.units:], r.hidden, rows, r.units, accumulate)
		} else {
			kernel.ColumnSums(db, r.gates, rows, all, accumulate)
		}
	}
	t.backwardProduct(rec.a, rec.b, r.gates)
	t.mem.release(mark)
}

var unit = [...]float32{1}

// add adds d to the gradient of node id, if it wants one.
func (t *Tape) add(id int32, d []float32) {
	if id < 0 || !t.nodes[id].needs {
		return
	}
	s := t.open(id)
	copy(s.dst, d)
	t.commit(s)
}
