package main

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{thousands(0), "0"}, {thousands(999), "999"}, {thousands(1000), "1,000"}, {thousands(-1234567), "-1,234,567"},
		{short(0.5), "0.50"}, {short(42.24), "42.2"}, {short(999.4), "999"}, {short(999.9), "1.00k"}, {short(12_345), "12.3k"}, {short(4.56e6), "4.56M"}, {short(2e9), "2.00G"},
		{span(0.84), "0.8s"}, {span(42.3), "42s"}, {span(187), "3m07s"}, {span(7500), "2h05m"}, {span(math.Inf(1)), "?"}, {span(-1), "?"},
		{reward(math.NaN()), "–"}, {reward(0.7421), "0.742"}, {reward(-110.42), "-110.4"}, {reward(500), "500.0"},
		{hash("0123456789abcdef"), "0123456789ab"}, {hash(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestParseSeeds(t *testing.T) {
	for text, want := range map[string]int{"7": 1, "1..5": 5, "3..3": 1, "18446744073709551614..18446744073709551615": 2, "5..1": 0, "": 0, "1..": 0, "a..b": 0, "1..1000000": 0, "-1..2": 0} {
		seeds, err := parseSeeds(text)
		if len(seeds) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d seeds, %v", text, len(seeds), err)
		}
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	tab := newTable("name", ">steps")
	tab.row("größer", "1")
	tab.row("x", "1,000")
	tab.print(newScreen(&b))
	if got, want := b.String(), "name    steps\ngrößer      1\nx       1,000\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestBar(t *testing.T) {
	for _, part := range []float64{-1, 0, 0.01, 0.5, 0.999, 1, 2} {
		if n := utf8.RuneCountInString(bar(part)); n != 22 {
			t.Errorf("bar(%v) has %d characters", part, n)
		}
	}
	if strings.Contains(bar(1), " ") || strings.ContainsAny(bar(0), "█▌") {
		t.Error("the bar's ends are wrong")
	}
}
