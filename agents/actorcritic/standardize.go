package actorcritic

import "math"

// Standardize shifts and scales x in place to mean 0 and standard deviation 1:
//
//	x = (x - mean) / (std + 1e-8), std with n-1 below
//
// A single element is left as it is: it has no standard deviation.
func Standardize(x []float32) {
	if len(x) < 2 {
		return
	}
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	mean := sum / float64(len(x))
	squares := 0.0
	for _, v := range x {
		d := float64(v) - mean
		squares += float64(d * d)
	}
	std := math.Sqrt(squares / float64(len(x)-1))
	for i, v := range x {
		x[i] = float32((float64(v) - mean) / (std + 1e-8))
	}
}
