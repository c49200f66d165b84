package plot

import (
	"math"
	"strconv"
	"strings"

	gplot "gonum.org/v1/plot"
)

// ticks places labels at round numbers and writes thousands and millions short: 20k, 1.5M.
type ticks struct{}

// wantTicks is about how many labels an axis gets.
const wantTicks = 6

// Ticks implements gonum/plot's Ticker.
func (ticks) Ticks(low, high float64) []gplot.Tick {
	unit := unitOf(max(math.Abs(low), math.Abs(high)))
	step := roundStep((high - low) / wantTicks)
	if step == 0 {
		return []gplot.Tick{{Value: low, Label: unit.label(low, 1)}}
	}
	var list []gplot.Tick
	const slack = 1e-9
	for i := math.Ceil(low/step - slack); i <= math.Floor(high/step+slack); i++ {
		list = append(list, gplot.Tick{Value: i * step, Label: unit.label(i*step, step)})
	}
	return list
}

// roundStep returns the least of 1, 2, 2.5 and 5 times a power of ten that is not below x.
func roundStep(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 0) {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= x*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// unit is what the numbers of an axis are counted in.
type unit struct {
	size   float64
	suffix string
}

// unitOf returns the unit for an axis whose largest number is so large.
func unitOf(largest float64) unit {
	switch {
	case largest >= 1e9:
		return unit{1e9, "G"}
	case largest >= 1e6:
		return unit{1e6, "M"}
	case largest >= 1e4:
		return unit{1e3, "k"}
	}
	return unit{1, ""}
}

// label writes v with as many digits as multiples of step need.
func (u unit) label(v, step float64) string {
	if math.Abs(v) < step/2 {
		return "0"
	}
	digits := 0
	for s := step / u.size; digits < 9 && math.Abs(s-math.Round(s)) > 1e-6*s; s *= 10 {
		digits++
	}
	s := strconv.FormatFloat(v/u.size, 'f', digits, 64)
	if u.suffix != "" && digits > 0 {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".") // 1M beside 0.5M, not 1.0M
	}
	if v < 0 {
		s = "\u2212" + s[1:] // a true minus sign
	}
	return s + u.suffix
}
