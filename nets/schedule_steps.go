package nets

import (
	"fmt"
	"math"
)

// StepSchedule gives the learning rate of each step of a run.
type StepSchedule interface {
	// Rate returns the learning rate of a step, counted from 0.
	Rate(step int64) float64
}

// Cosine rises linearly over the warm-up to Peak, as Peak (step+1)/(Warmup+1), and falls along half
// a cosine to End at step Steps, where it stays. (Loshchilov and Hutter, "SGDR", 2017, without
// restarts; the warm-up is nanoGPT's.)
type Cosine struct {
	Peak, End     float64
	Warmup, Steps int64
}

// Rate implements StepSchedule.
func (c Cosine) Rate(step int64) float64 {
	switch {
	case step < c.Warmup:
		return float64(c.Peak*float64(step+1)) / float64(c.Warmup+1)
	case step >= c.Steps:
		return c.End
	}
	return between(c.Peak, c.End, float64(step-c.Warmup)/float64(c.Steps-c.Warmup))
}

// OneCycle rises along half a cosine from Peak/StartDivisor to Peak over the part Rise of the steps,
// and falls along another to Peak/StartDivisor/EndDivisor at the last: PyTorch's OneCycleLR. Zeros
// stand for its defaults, a Rise of 0.3, a StartDivisor of 25 and an EndDivisor of 10 000. (Smith and
// Topin, "Super-Convergence", 2018.)
type OneCycle struct {
	Peak                     float64
	Steps                    int64
	Rise                     float64
	StartDivisor, EndDivisor float64
}

// Rate implements StepSchedule. Steps beyond the last get the last's rate.
func (c OneCycle) Rate(step int64) float64 {
	orElse := func(v, other float64) float64 {
		if v == 0 {
			return other
		}
		return v
	}
	start := c.Peak / orElse(c.StartDivisor, 25)
	end := start / orElse(c.EndDivisor, 1e4)
	top, last := float64(orElse(c.Rise, 0.3)*float64(c.Steps))-1, float64(c.Steps-1)
	at := min(float64(step), last)
	if at <= top {
		return between(start, c.Peak, at/top)
	}
	return between(c.Peak, end, (at-top)/(last-top))
}

// InverseSqrt rises linearly to Peak at step Warmup, counted from 1, and falls with 1/√step after it:
// the Transformer's schedule, there with a Peak of 1/√(width·Warmup). (Vaswani et al., 2017, section
// 5.3.)
type InverseSqrt struct {
	Peak   float64
	Warmup int64 // > 0
}

// Rate implements StepSchedule.
func (s InverseSqrt) Rate(step int64) float64 {
	n, warm := float64(step+1), float64(max(1, s.Warmup))
	return s.Peak * min(n/warm, math.Sqrt(warm/n))
}

// TransformerSchedule returns the InverseSqrt of a model of that width.
func TransformerSchedule(width int, warmup int64) InverseSqrt {
	if width <= 0 || warmup <= 0 {
		panic(fmt.Sprintf("nets: TransformerSchedule of width %d and warm-up %d: want both > 0", width, warmup))
	}
	return InverseSqrt{Peak: 1 / math.Sqrt(float64(width)*float64(warmup)), Warmup: warmup}
}

// between goes from a to b along half a cosine, x in [0, 1] being the part done.
func between(a, b, x float64) float64 {
	s := sineOfQuarter(x) // (1 - cos πx)/2 = sin²(πx/2)
	return a + float64((b-a)*float64(s*s))
}

// sineOfQuarter returns sin(πx/2) for x in [0, 1], by its Taylor series, to about 1e-15: math.Sin may
// differ between processors in the last bit.
func sineOfQuarter(x float64) float64 {
	r := x * (math.Pi / 2)
	r2 := r * r
	sum := 1.0
	for n := 22; n >= 2; n -= 2 {
		sum = 1 - float64(float64(r2*sum)/float64(n*(n+1)))
	}
	return r * sum
}
