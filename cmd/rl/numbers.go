package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// thousands writes a whole number in groups of three: 1,234,567.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}

// short writes a rate in at most four characters and a letter: 950, 12.3k, 4.56M.
func short(x float64) string {
	for _, u := range []struct {
		size   float64
		suffix string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(x) >= u.size*0.9995 {
			return threeDigits(x/u.size) + u.suffix
		}
	}
	return threeDigits(x)
}

func threeDigits(x float64) string {
	switch a := math.Abs(x); {
	case a >= 99.95:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case a >= 9.995:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

// span writes a time as people say it: 0.8s, 42s, 3m07s, 2h05m.
func span(seconds float64) string {
	switch {
	case math.IsNaN(seconds) || math.IsInf(seconds, 0) || seconds < 0:
		return "?"
	case seconds < 9.95:
		return fmt.Sprintf("%.1fs", seconds)
	}
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// reward writes a mean return, or a dash for none yet.
func reward(x float64) string { return rewardAs(x, x) }

// rewardAs writes x with as many digits as reward gives a mean of that size.
func rewardAs(x, size float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	if math.Abs(size) < 10 {
		return strconv.FormatFloat(x, 'f', 3, 64)
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}

// hash shortens a hash for people.
func hash(h string) string { return h[:min(len(h), 12)] }
