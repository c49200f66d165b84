package solver

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"tesuji/envs/board/weiqi"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 9)) }

// TestGo has the values of complete searches by other programs and from the literature (J. Drange,
// 1998; E. van der Werf, 2003).
func TestGo(t *testing.T) {
	for _, c := range []struct{ rows, cols, want int }{
		{1, 1, 0}, {1, 2, 0}, {1, 3, 3}, {1, 4, 4}, {1, 5, 0}, {1, 6, 1}, {2, 2, 1}, {2, 3, 0}, {3, 2, 0}, {3, 3, 9}, {3, 4, 4},
	} {
		if got := solve(t, New(1<<18, true), NewGoban(c.rows, c.cols)); got != c.want {
			t.Errorf("%dx%d: %d, want %d", c.rows, c.cols, got, c.want)
		}
	}
	s := New(1<<18, true)
	for _, c := range []struct{ opening, want int }{{4, 9}, {1, 3}, {0, -9}, {9, -9}} {
		p := NewGoban(3, 3)
		p.Play(c.opening)
		if got := -solve(t, s, p); got != c.want {
			t.Errorf("3x3, opening at %d: %d, want %d", c.opening, got, c.want)
		}
	}
}

// TestGobanKnowsTheRules plays random games beside those of weiqi: what may be played, what repeats,
// the area and what is alive.
func TestGobanKnowsTheRules(t *testing.T) {
	r := newRand(2)
	for game := range 400 {
		rows, cols := 1+game%5, 1+game/5%5
		b, g := weiqi.New(rows, cols, weiqi.Rules{}), NewGoban(rows, cols)
		b.SetCap(1 << 20)
		legal := make([]bool, b.Points()+1)
		stones, territory := make([]bool, b.Points()), make([]bool, b.Points())
		for range 80 {
			f := &g.frames[g.now]
			own, theirs := f.stones[f.toMove], f.stones[1-f.toMove]
			area := b.Area(nil)
			if f.toMove == 1 {
				area = -area
			}
			if got := g.area(own, theirs); got != area {
				t.Fatalf("area %d, want %d", got, area)
			}
			for i, c := range [2]weiqi.Colour{weiqi.Black, weiqi.White} {
				b.PassAlive(c, stones, territory)
				alive := g.alive(f.stones[i], f.stones[1-i])
				for p := range stones {
					if got := alive>>p&1 != 0; got != (stones[p] || territory[p]) {
						t.Fatalf("\n%v\npoint %d is alive: %v", b, p, got)
					}
				}
			}
			if b.Over() {
				break
			}
			b.Legal(legal)
			may := make([]bool, b.Points()+1)
			may[b.Points()] = true
			for _, m := range g.Moves(nil) {
				may[m.ID] = !m.Banned
			}
			if !slices.Equal(may, legal) {
				t.Fatalf("\n%v\nmay play %v, want %v", b, may, legal)
			}
			m := r.IntN(b.Points() + 1)
			for !legal[m] {
				m = r.IntN(b.Points() + 1)
			}
			if err := b.Play(m); err != nil {
				t.Fatal(err)
			}
			g.Play(m)
		}
	}
}

// TestGobanSymmetry plays random games and their symmetric ones: keys, classes and pasts agree.
func TestGobanSymmetry(t *testing.T) {
	r := newRand(3)
	for range 200 {
		a, b := NewGoban(4, 4), NewGoban(4, 4)
		k := r.IntN(8)
		for range 20 {
			moves := a.Moves(nil)
			if len(moves) == 0 {
				break
			}
			m := moves[r.IntN(len(moves))]
			if m.Banned {
				continue
			}
			turned := m.ID
			if m.ID < 16 {
				turned = int(a.turned[k][m.ID])
			}
			i := slices.IndexFunc(b.Moves(nil), func(n Move) bool { return n.ID == turned })
			if i < 0 || b.Moves(nil)[i].Class != m.Class || b.Moves(nil)[i].Banned {
				t.Fatal("a symmetric move is not the same")
			}
			a.Play(m.ID)
			b.Play(turned)
			x, y := &a.frames[a.now], &b.frames[b.now]
			var all Set
			for i := range all {
				all[i] = ^uint64(0)
			}
			if a.Key() != b.Key() || x.class != y.class {
				t.Fatal("a symmetric position is another")
			}
			// A position that is symmetric in itself may be seen with its past in several ways.
			alone := true
			for k := range 8 {
				v := int(x.view)&8 + k
				alone = alone && (v == int(x.view) || x.hash[v] != x.hash[x.view])
			}
			if alone && a.Past(&all) != b.Past(&all) {
				t.Fatal("its past is another")
			}
			if m.ID < 16 && a.FromKey(a.ToKey(m.ID)) != m.ID {
				t.Fatal("there and back is elsewhere")
			}
		}
	}
}

// question is whether a position's value is at least v, with all that its value depends on: the set of
// positions that were on the board, whatever their order.
type question struct {
	stones [2]uint32
	toMove uint8
	passes uint8
	past   uint64 // sum of their hashes
	v      int
}

// slowly answers it with no bounds, no symmetry and no set of what an answer rests on.
func slowly(g *Goban, v int, seen map[question]bool) bool {
	f := g.frames[g.now]
	area := g.area(f.stones[f.toMove], f.stones[1-f.toMove])
	if f.passes == 2 {
		return area >= v
	}
	if f.passes == 1 && area >= v {
		return true
	}
	past := uint64(0)
	for _, e := range g.frames[:g.now+1] {
		if x := e.hash[0]; e.play || x == 0 {
			past += (x ^ x>>29 ^ 0x5851f42d4c957f2d) * 0xbf58476d1ce4e5b9
		}
	}
	q := question{f.stones, f.toMove, f.passes, past, v}
	if yes, ok := seen[q]; ok {
		return yes
	}
	yes := false
	for _, m := range g.Moves(nil) {
		if !m.Banned && !yes {
			g.Play(m.ID)
			yes = !slowly(g, 1-v, seen)
			g.Undo()
		}
	}
	seen[q] = yes
	return yes
}

// TestAgainstSlow finds the values of all positions within a few plies of the start again, by a
// search that does nothing clever about the past. Going on from here and there, the solver has many
// occasions to use an entry of its table under a past where it does not hold.
func TestAgainstSlow(t *testing.T) {
	for _, c := range []struct{ rows, cols, plies int }{{1, 4, 6}, {1, 5, 1}, {2, 2, 4}} {
		s, g, seen := New(1<<16, true), NewGoban(c.rows, c.cols), map[question]bool{}
		visits := 0
		var visit func(plies int)
		visit = func(plies int) {
			f := g.frames[g.now]
			if g.alive(f.stones[0], f.stones[1])|g.alive(f.stones[1], f.stones[0]) != 0 {
				return // what follows has a past in which life may be undone
			}
			visits++
			got, err := s.Solve(context.Background(), g)
			if err != nil || !slowly(g, got, seen) || slowly(g, got+1, seen) {
				t.Fatalf("%dx%d, ply %d, stones %b: %d is wrong (%v)", c.rows, c.cols, g.now, f.stones, got, err)
			}
			if plies == 0 || f.passes == 2 {
				return
			}
			for _, m := range append(g.Moves(nil), Move{ID: g.points}) {
				if !m.Banned {
					g.Play(m.ID)
					visit(plies - 1)
					g.Undo()
				}
			}
		}
		visit(c.plies)
		t.Logf("%dx%d: %d positions agree, %d answers", c.rows, c.cols, visits, len(seen))
	}
}
