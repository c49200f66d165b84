package models

import (
	"math"

	"tesuji/internal/elementary"
)

// Learning rates as functions of the iteration, from 0, of a run of total iterations.

// WarmupCosine rises linearly to peak over the first warmup iterations, then falls along half a
// cosine to final, which it has at iteration total and after.
func WarmupCosine(peak, final float64, warmup, at, total int64) float64 {
	switch {
	case at < warmup:
		return float64(peak*float64(at+1)) / float64(warmup+1)
	case at >= total:
		return final
	}
	return final + float64((peak-final)*fall(float64(at-warmup)/float64(total-warmup)))
}

// OneCycle rises from peak/25 to peak over the first 30% of a run and falls to peak/250,000 by its
// last iteration, both along half a cosine: L. Smith and N. Topin, "Super-convergence", 2018, with
// the constants that PyTorch's OneCycleLR has by default.
func OneCycle(peak float64, at, total int64) float64 {
	const rise, first, last = .3, 1. / 25, 1. / 250_000
	top := float64(rise*float64(total)) - 1
	end := float64(total - 1)
	if x := float64(at); x <= top {
		return peak * (1 - float64((1-first)*fall(x/top)))
	} else if end > top {
		return peak * (last + float64((1-last)*fall((x-top)/(end-top))))
	}
	return peak * last
}

// fall goes from 1 to 0 along half a cosine as x goes from 0 to 1.
func fall(x float64) float64 {
	_, cos := elementary.Sincos(float64(math.Pi * x))
	return .5 * (1 + cos)
}
