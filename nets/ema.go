package nets

import (
	"fmt"

	"tesuji/snapshot"
	"tesuji/tensor"
)

// EMA is an exponential moving average of a set's values, which often does better than the values
// themselves: average += (1-decay)(value - average) at each Update. Fixed values are copied.
type EMA struct {
	set     *ParamSet
	decay   float64
	warm    bool
	average []float32 // of the learned values
	fixed   []float32
	updates int64
	swapped bool
}

// NewEMA returns an average that starts at the set's values. It panics unless decay is in [0, 1).
// With warm, the decay after n updates is at most (1+n)/(10+n), so that the start is soon forgotten.
func NewEMA(s *ParamSet, decay float64, warm bool) *EMA {
	if !(decay >= 0 && decay < 1) {
		panic(fmt.Sprintf("nets: EMA with a decay of %v: want one in [0, 1)", decay))
	}
	e := &EMA{set: s, decay: decay, warm: warm, average: aligned(len(s.values)), fixed: aligned(len(s.fixed))}
	copy(e.average, s.values)
	copy(e.fixed, s.fixed)
	return e
}

// Decay returns the decay of the next update.
func (e *EMA) Decay() float64 {
	if n := float64(e.updates); e.warm {
		return min(e.decay, (1+n)/(10+n))
	}
	return e.decay
}

// Update takes the set's values in. It allocates nothing.
func (e *EMA) Update() {
	e.mustNotBeSwapped("Update")
	tensor.Lerp(e.average, e.set.values, float32(1-e.Decay()))
	copy(e.fixed, e.set.fixed)
	e.updates++
}

// Swap exchanges the average and the set's values: before an evaluation, and again after it.
func (e *EMA) Swap() {
	exchange(e.average, e.set.values)
	exchange(e.fixed, e.set.fixed)
	e.swapped = !e.swapped
}

func exchange(a, b []float32) {
	for i, v := range a {
		a[i], b[i] = b[i], v
	}
}

// CopyTo sets the values of a set of the same shapes to the average. Other shapes are a programmer's
// error and panic.
func (e *EMA) CopyTo(s *ParamSet) {
	e.mustNotBeSwapped("CopyTo")
	s.mustMatch(e.set, "EMA.CopyTo")
	copy(s.values, e.average)
	copy(s.fixed, e.fixed)
}

// State saves or restores the average.
func (e *EMA) State(a *snapshot.Archive) {
	e.mustNotBeSwapped("State")
	a.Int64("updates", &e.updates)
	a.Float32s("average", e.average)
	a.Float32s("fixed", e.fixed)
}

// mustNotBeSwapped panics between a Swap and the next, when the average is elsewhere.
func (e *EMA) mustNotBeSwapped(method string) {
	if e.swapped {
		panic(fmt.Sprintf("nets: EMA.%s between a Swap and the next", method))
	}
}
