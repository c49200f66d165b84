package main

import (
	"strconv"
	"strings"
)

// maxSeeds bounds one call: more is a slip of the pen.
const maxSeeds = 10_000

// parseSeeds reads "7" or "1..5", both ends included.
func parseSeeds(text string) ([]uint64, error) {
	low, high, isRange := strings.Cut(text, "..")
	if !isRange {
		high = low
	}
	from, err1 := strconv.ParseUint(strings.TrimSpace(low), 10, 64)
	to, err2 := strconv.ParseUint(strings.TrimSpace(high), 10, 64)
	switch {
	case err1 != nil || err2 != nil:
		return nil, usagef("--seeds %s: want a range such as 1..5", text)
	case to < from:
		return nil, usagef("--seeds %s: the range ends before it begins, did you mean %d..%d?", text, to, from)
	case to-from >= maxSeeds:
		return nil, usagef("--seeds %s: more than %d runs in one call", text, maxSeeds)
	}
	seeds := make([]uint64, 0, to-from+1)
	for s := from; ; s++ {
		seeds = append(seeds, s)
		if s == to {
			return seeds, nil
		}
	}
}
