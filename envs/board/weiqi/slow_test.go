package weiqi

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// slow is the rules as they read: positions as strings, chains by flood fill, the history as a
// list.
type slow struct {
	rows, cols int
	rules      Rules
	x          []byte
	toMove     byte
	passes     int
	positions  []string
	movers     []byte
	passed     []bool
}

func newSlow(rows, cols int, rules Rules) *slow {
	s := &slow{rows: rows, cols: cols, rules: rules, x: slices.Repeat([]byte{'.'}, rows*cols), toMove: 'X'}
	s.record('O', true)
	return s
}

func (s *slow) record(mover byte, pass bool) {
	s.positions = append(s.positions, string(s.x))
	s.movers = append(s.movers, mover)
	s.passed = append(s.passed, pass)
}

func (s *slow) around(i int) []int {
	var n []int
	r, c := i/s.cols, i%s.cols
	for _, d := range [4][2]int{{-1, 0}, {0, -1}, {0, 1}, {1, 0}} {
		if a, b := r+d[0], c+d[1]; a >= 0 && a < s.rows && b >= 0 && b < s.cols {
			n = append(n, a*s.cols+b)
		}
	}
	return n
}

// chain returns a chain and whether it has a liberty.
func (s *slow) chain(x []byte, i int) (stones []int, free bool) {
	stones = []int{i}
	for k := 0; k < len(stones); k++ {
		for _, n := range s.around(stones[k]) {
			switch {
			case x[n] == '.':
				free = true
			case x[n] == x[i] && !slices.Contains(stones, n):
				stones = append(stones, n)
			}
		}
	}
	return stones, free
}

// after returns the position a play leads to, or false if it is illegal.
func (s *slow) after(i int) (string, bool) {
	if s.x[i] != '.' {
		return "", false
	}
	x := slices.Clone(s.x)
	x[i] = s.toMove
	for _, n := range s.around(i) {
		if x[n] != '.' && x[n] != s.toMove {
			if stones, free := s.chain(x, n); !free {
				for _, p := range stones {
					x[p] = '.'
				}
			}
		}
	}
	if stones, free := s.chain(x, i); !free {
		if !s.rules.Suicide || len(stones) == 1 {
			return "", false
		}
		for _, p := range stones {
			x[p] = '.'
		}
	}
	y := string(x)
	for t, old := range s.positions {
		if y != old {
			continue
		}
		switch s.rules.Ko {
		case SimpleKo:
			if t == len(s.positions)-2 {
				return "", false
			}
		case PositionalSuperko:
			return "", false
		case SituationalSuperko:
			if s.movers[t] == s.toMove {
				return "", false
			}
		case NaturalSuperko:
			if s.movers[t] == s.toMove && !s.passed[t] {
				return "", false
			}
		}
	}
	return y, true
}

// koPoint returns where a play would repeat the position before the last ply, or -1.
func (s *slow) koPoint() int {
	if n := len(s.positions); n >= 2 && !s.passed[n-1] {
		simple := *s
		simple.rules.Ko = SimpleKo
		free := simple
		free.positions = nil
		for i := range s.x {
			if _, ok := free.after(i); ok {
				if _, ok := simple.after(i); !ok {
					return i
				}
			}
		}
	}
	return -1
}

func (s *slow) play(i int) {
	mover := s.toMove
	if i == s.rows*s.cols {
		s.passes++
		s.record(mover, true)
	} else {
		y, _ := s.after(i)
		s.x = []byte(y)
		s.passes = 0
		s.record(mover, false)
	}
	s.toMove = 'X' + 'O' - mover
}

// area is Black's minus White's, by filling from each empty point.
func (s *slow) area() int {
	margin := 0
	for i, c := range s.x {
		x, o := c == 'X', c == 'O'
		if c == '.' {
			region := []int{i}
			for k := 0; k < len(region); k++ {
				for _, n := range s.around(region[k]) {
					x = x || s.x[n] == 'X'
					o = o || s.x[n] == 'O'
					if s.x[n] == '.' && !slices.Contains(region, n) {
						region = append(region, n)
					}
				}
			}
		}
		if x && !o {
			margin++
		}
		if o && !x {
			margin--
		}
	}
	return margin
}

// compare plays a random game on both boards. Passes are rare, and plays near others preferred by
// chance alone, so that small boards see many captures and repetitions.
func compare(t *testing.T, seed uint64, plies int) int {
	r := rand.New(rand.NewPCG(seed, 7))
	rows, cols := 1+r.IntN(5), 1+r.IntN(5)
	if seed%200 == 0 { // sets of points that take more than a word
		rows, cols = 6+r.IntN(7), 6+r.IntN(14)
	}
	rules := Rules{Ko: Ko(r.IntN(4)), Suicide: r.IntN(2) == 0}
	b, s := New(rows, cols, rules), newSlow(rows, cols, rules)
	b.SetCap(1 << 30)
	legal := make([]bool, b.Points()+1)
	name := func() string {
		return fmt.Sprintf("seed %d, %dx%d, %v, suicide %v, ply %d", seed, rows, cols, rules.Ko, rules.Suicide, len(b.Moves()))
	}
	for ply := range plies {
		if b.Over() != (s.passes >= 2) {
			t.Fatalf("%s: over is %v after %d passes", name(), b.Over(), s.passes)
		}
		if b.Over() {
			return ply
		}
		b.Legal(legal)
		if got, want := b.koPoint(), s.koPoint(); (got == 0) != (want < 0) || got != 0 && int(b.g.index[got]) != want {
			t.Fatalf("%s, %s: ko at place %d, want point %d", name(), picture(b), got, want)
		}
		var choices []int
		for i := range b.Points() {
			_, ok := s.after(i)
			if ok != legal[i] {
				t.Fatalf("%s, %s: point %d legal is %v, want %v", name(), picture(b), i, legal[i], ok)
			}
			if ok {
				choices = append(choices, i)
			}
		}
		move := b.Pass()
		if len(choices) > 0 && r.IntN(12) > 0 {
			move = choices[r.IntN(len(choices))]
		}
		must(t, b.Play(move))
		s.play(move)
		for i, c := range s.x {
			if ".XO"[b.At(i)] != c {
				t.Fatalf("%s: %s, want %s", name(), picture(b), s.x)
			}
		}
		if got, want := b.Area(nil), s.area(); got != want {
			t.Fatalf("%s, %s: area %d, want %d", name(), picture(b), got, want)
		}
	}
	return plies
}

var slowPlies = flag.Int("plies", 40_000, "that TestAgainstSlow plays, a tenth of them with -short")

// TestAgainstSlow plays random games of all rules on boards of up to 5x5, and some larger ones. For
// millions of plies:
//
//	go test ./envs/board/weiqi -run TestAgainstSlow -plies 5000000 -timeout 0
func TestAgainstSlow(t *testing.T) {
	budget := *slowPlies
	if testing.Short() {
		budget /= 10
	}
	for seed := uint64(1); budget > 0; seed++ {
		budget -= compare(t, seed, 300)
	}
}

func FuzzAgainstSlow(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { compare(t, seed, 200) })
}

// randomPlies makes random legal plies, without passes while there are others.
func randomPlies(b *Board, n int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 8))
	legal := make([]bool, b.Points()+1)
	for range n {
		b.Legal(legal)
		var choices []int
		for i, ok := range legal[:b.Points()] {
			if ok {
				choices = append(choices, i)
			}
		}
		if len(choices) == 0 {
			return
		}
		b.ply(b.toMove, choices[r.IntN(len(choices))])
	}
}

// TestPlayouts holds that a playout leaves the board alone, ends, and scores as the rules do.
func TestPlayouts(t *testing.T) {
	b := New(5, 6, Rules{})
	randomPlies(b, 12, 3)
	before := describe(b)
	p := NewPlayout(b)
	r := newStream()
	sum := 0
	for range 200 {
		margin := p.Run(b, r)
		sum += margin
		end := &slow{rows: 5, cols: 6, x: make([]byte, 30)}
		for i, at := range p.g.at {
			end.x[i] = ".XO"[p.stones.cells[at].colour]
		}
		if want := end.area(); margin != want && p.plies < 3*b.Points() {
			t.Fatalf("a playout ended at %s with margin %d, want %d", end.x, margin, want)
		}
	}
	if describe(b) != before {
		t.Error("playouts changed the board")
	}
	if sum == 0 {
		t.Error("all playouts ended even")
	}
}
