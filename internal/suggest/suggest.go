// Package suggest finds the name that a misspelt one was probably meant to be.
package suggest

import "strings"

// Nearest returns the candidate with the smallest edit distance to got (insertions, deletions,
// substitutions and swaps of neighbours, upper and lower case alike), or "" if none is near
// enough to be what was meant. A candidate that begins with got, or that got begins with,
// counts as near. Of equally near candidates the first one wins.
func Nearest(got string, candidates []string) string {
	want := strings.ToLower(got)
	best, bestDistance := "", 1<<30
	for _, c := range candidates {
		d := distance(want, strings.ToLower(c))
		if limit := reach(want, c); d > limit {
			continue
		}
		if d < bestDistance {
			best, bestDistance = c, d
		}
	}
	if best != "" || len(want) < 3 {
		return best
	}
	for _, c := range candidates {
		lower := strings.ToLower(c)
		if len(lower) >= 3 && (strings.HasPrefix(lower, want) || strings.HasPrefix(want, lower)) {
			return c
		}
	}
	return ""
}

// DidYouMean returns `, did you mean "x"?` for the nearest candidate, or "" if none is near:
// the end of an error message.
func DidYouMean(got string, candidates []string) string {
	if n := Nearest(got, candidates); n != "" {
		return `, did you mean "` + n + `"?`
	}
	return ""
}

// reach is the largest distance at which two names are taken for the same: a third of the
// longer one, but one at least and never a wholly different word.
func reach(a, b string) int {
	longest := max(len(a), len(b))
	return min(max(1, (longest+2)/3), longest-1)
}

// distance is the optimal string alignment distance: Damerau's, where no part is edited twice.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	// rows i-2, i-1 and i of the table of distances between prefixes
	var before, above, row []int
	above = make([]int, len(t)+1)
	row = make([]int, len(t)+1)
	before = make([]int, len(t)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(t)]
}
