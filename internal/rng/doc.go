// Package rng holds the two random generators everything else draws from.
//
// PCG64 is NumPy's Generator(PCG64(SeedSequence(seed))), bit for bit: environments use it, so
// that a seed gives Gymnasium's very trajectory.
//
// Stream is a counter-based generator (Philox4x32-10). One seed gives any number of
// independent streams, told apart by a name that says what they are for:
//
//	actions := rng.New(seed, "actions")
//	replay := rng.New(seed, "replay")
//
// so that drawing more from one never shifts another. Everything here gives the same bits on
// every CPU: the logarithm and exponential behind normal deviates are this package's own.
package rng
