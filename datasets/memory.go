package datasets

import (
	"fmt"

	"tesuji/internal/rng"
)

// Two tasks that want something remembered over many steps (S. Hochreiter and J. Schmidhuber,
// "Long short-term memory", 1997; the sizes are those of M. Arjovsky et al., "Unitary evolution
// recurrent neural networks", 2016).

// Adding is the adding problem: T random numbers, two of them marked, whose sum is asked for.
// Item i is a function of seed, stream and i.
type Adding struct {
	t int
	r *rng.Stream
}

// NewAdding returns sequences of t steps, t >= 2.
func NewAdding(seed uint64, stream string, t int) *Adding {
	if t < 2 {
		panic(fmt.Sprintf("datasets: the adding problem with %d steps: want 2 or more", t))
	}
	return &Adding{t, rng.New(seed, "datasets/adding/"+stream)}
}

// Item writes sequence i into x [T, 2] and returns the sum that is asked for. The first channel
// is uniform on [0, 1), the second 1 at one step of the first half and one of the second, and 0
// elsewhere. To say 1 every time has a mean squared error of 1/6.
func (a *Adding) Item(i uint64, x []float32) float32 {
	a.r.Seek(i)
	for k := range a.t {
		x[2*k], x[2*k+1] = a.r.Float32(), 0
	}
	first := a.r.Intn(a.t / 2)
	second := a.t/2 + a.r.Intn(a.t-a.t/2)
	x[2*first+1], x[2*second+1] = 1, 1
	return x[2*first] + x[2*second]
}

// Copying asks for ten symbols again, after a wait. Item i is a function of seed, stream and i.
type Copying struct {
	wait int
	r    *rng.Stream
}

// What the numbers of a Copying sequence are. Symbols are 1 to CopySymbols.
const (
	CopyBlank   = 0
	CopySymbols = 8
	CopyCue     = CopySymbols + 1 // the delimiter: now repeat
	CopyClasses = CopySymbols + 2
	copyLength  = 10 // symbols to remember
)

// NewCopying returns sequences of t + 20 steps, t >= 1.
func NewCopying(seed uint64, stream string, t int) *Copying {
	if t < 1 {
		panic(fmt.Sprintf("datasets: the copying problem with a wait of %d: want 1 or more", t))
	}
	return &Copying{t, rng.New(seed, "datasets/copying/"+stream)}
}

// Len is the number of steps.
func (c *Copying) Len() int { return c.wait + 2*copyLength }

// Item writes sequence i into x [Len] and what is asked for into y [Len]. x is ten symbols, t-1
// blanks, the cue, ten blanks; y is blank but for the symbols at the end. Knowing all but the
// symbols gives a cross-entropy of 10 ln 8/(t+20).
func (c *Copying) Item(i uint64, x, y []int32) {
	c.r.Seek(i)
	n := c.Len()
	clear(x[:n])
	clear(y[:n])
	for k := range copyLength {
		s := int32(1 + c.r.Intn(CopySymbols))
		x[k], y[n-copyLength+k] = s, s
	}
	x[n-copyLength-1] = CopyCue
}
