package datasets

import "tesuji/internal/rng"

// Reber is strings of Reber's grammar (A. Reber, "Implicit learning of artificial grammars",
// 1967), or of the embedded one, in which a T or P early on must come again before the end
// (Hochreiter and Schmidhuber 1997). Item i is a function of seed, stream and i.
type Reber struct {
	embedded bool
	r        *rng.Stream
}

// ReberSymbols is the alphabet.
const ReberSymbols = "BTSXPVE"

// NewReber returns the strings of the grammar. Each choice is as likely as the other: a string
// has 8 symbols on average (12 embedded) and 6 ln 2 nats (7 ln 2).
func NewReber(seed uint64, stream string, embedded bool) *Reber {
	name := "datasets/reber/"
	if embedded {
		name = "datasets/embedded-reber/"
	}
	return &Reber{embedded, rng.New(seed, name+stream)}
}

// arc is a symbol and the state that it leads to.
type arc struct {
	symbol byte
	to     int
}

// reberArcs is the grammar: what may follow in each state. State 7 is the end.
var reberArcs = [...][]arc{
	{{'B', 1}},
	{{'T', 2}, {'P', 3}},
	{{'S', 2}, {'X', 4}},
	{{'T', 3}, {'V', 5}},
	{{'X', 3}, {'S', 6}},
	{{'P', 4}, {'V', 6}},
	{{'E', 7}},
	{},
}

// Item appends string i to dst.
func (g *Reber) Item(i uint64, dst []byte) []byte {
	g.r.Seek(i)
	if !g.embedded {
		return g.walk(dst)
	}
	branch := "TP"[g.r.Intn(2)]
	dst = append(dst, 'B', branch)
	return append(g.walk(dst), branch, 'E')
}

func (g *Reber) walk(dst []byte) []byte {
	for state := 0; len(reberArcs[state]) > 0; {
		a := reberArcs[state][0]
		if len(reberArcs[state]) > 1 {
			a = reberArcs[state][g.r.Intn(2)]
		}
		dst = append(dst, a.symbol)
		state = a.to
	}
	return dst
}

// Next returns the symbols that may follow a prefix, none after a whole string. It reports
// whether the prefix is one of the grammar.
func (g *Reber) Next(prefix []byte) (symbols []byte, legal bool) {
	if !g.embedded {
		symbols, _, legal = reberNext(prefix)
		return symbols, legal
	}
	switch {
	case len(prefix) == 0:
		return []byte("B"), true
	case prefix[0] != 'B':
		return nil, false
	case len(prefix) == 1:
		return []byte("TP"), true
	case prefix[1] != 'T' && prefix[1] != 'P':
		return nil, false
	}
	symbols, rest, legal := reberNext(prefix[2:])
	if !legal && len(rest) == 0 || len(symbols) > 0 {
		return symbols, legal
	}
	// The string within is over, and rest follows it.
	switch {
	case len(rest) == 0:
		return prefix[1:2], true
	case rest[0] != prefix[1]:
		return nil, false
	case len(rest) == 1:
		return []byte("E"), true
	}
	return nil, len(rest) == 2 && rest[1] == 'E'
}

// reberNext returns what may follow a prefix of a plain string. Of a prefix that goes on after
// the string's end, it returns the rest, and that it is not legal.
func reberNext(prefix []byte) (symbols, rest []byte, legal bool) {
	state := 0
prefix:
	for i, s := range prefix {
		if len(reberArcs[state]) == 0 {
			return nil, prefix[i:], false
		}
		for _, a := range reberArcs[state] {
			if a.symbol == s {
				state = a.to
				continue prefix
			}
		}
		return nil, nil, false
	}
	for _, a := range reberArcs[state] {
		symbols = append(symbols, a.symbol)
	}
	return symbols, nil, true
}
