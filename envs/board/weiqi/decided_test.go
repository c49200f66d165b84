package weiqi

import (
	"fmt"
	"testing"

	"tesuji/internal/rng"
)

// TestAliveSets: bit sets find what PassAlive finds, in random games.
func TestAliveSets(t *testing.T) {
	for _, size := range [][2]int{{3, 3}, {4, 5}, {5, 5}, {7, 7}, {8, 8}, {9, 9}, {13, 13}} {
		for _, suicide := range []bool{false, true} {
			t.Run(fmt.Sprintf("%dx%d suicide %v", size[0], size[1], suicide), func(t *testing.T) {
				r, legal := rng.New(1, "moves"), make([]bool, size[0]*size[1]+1)
				n := size[0] * size[1]
				stones, territory, owner := make([]bool, n), make([]bool, n), make([]Colour, n)
				found := 0
				for range 200 / size[0] {
					b := New(size[0], size[1], Rules{Suicide: suicide})
					b.SetCap(4 * n)
					for !b.Over() {
						if err := b.Play(someMove(b, legal, r)); err != nil {
							t.Fatal(err)
						}
						margin, owned := 0, 0
						var sets [2]pointSet
						for k, c := range []Colour{Black, White} {
							b.PassAlive(c, stones, territory)
							set := sets[k][:b.g.words]
							b.alive(set, b.stones.set[k*b.g.words:(k+1)*b.g.words], b.stones.set[(1-k)*b.g.words:(2-k)*b.g.words])
							for i := range n {
								want := stones[i] || territory[i]
								if got := set[i>>6]>>(i&63)&1 != 0; got != want {
									t.Fatalf("\n%v\npoint %d is alive for %v: %v", b, i, c, got)
								}
								if want {
									owned++
									margin += 1 - 2*k
								}
							}
						}
						got, decided := b.Decided(owner)
						if decided != (owned == n) || decided && got != margin {
							t.Fatalf("\n%v\ndecided: %v, by %d, want %v, %d", b, decided, got, owned == n, margin)
						}
						if decided {
							found++
							for i, c := range owner {
								if (c == Black) != (sets[0][i>>6]>>(i&63)&1 != 0) {
									t.Fatalf("\n%v\npoint %d is %v's", b, i, c)
								}
							}
						}
					}
				}
				if found == 0 && n <= 25 {
					t.Error("no position was decided")
				}
			})
		}
	}
}

// someMove returns a random play that fills no point whose neighbours are all own, or else a pass.
func someMove(b *Board, legal []bool, r *rng.Stream) int {
	b.Legal(legal)
	var moves []int
	for i := range b.Points() {
		own := true
		for _, q := range b.g.around(b.g.at[i]) {
			if c := b.stones.cells[q].colour; c != b.ToMove() && c != border {
				own = false
			}
		}
		if legal[i] && !own {
			moves = append(moves, i)
		}
	}
	if len(moves) == 0 {
		return b.Pass()
	}
	return moves[r.Intn(len(moves))]
}

func BenchmarkDecided(b *testing.B) {
	for _, size := range []int{5, 9} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			g, legal, r := New(size, size, Rules{}), make([]bool, size*size+1), rng.New(1, "moves")
			for range size * size / 2 {
				g.Play(someMove(g, legal, r))
			}
			for b.Loop() {
				g.Decided(nil)
			}
		})
	}
}

// TestTidy: from decided positions, who owns points with dead stones on them takes them, even
// against an opponent who plays on there, and then the score is right.
func TestTidy(t *testing.T) {
	r, legal := rng.New(2, "moves"), make([]bool, 26)
	tidied := 0
	for range 60 {
		b := New(5, 5, Rules{})
		b.SetCap(1000)
		decided, margin := false, 0
		for !b.Over() && !decided {
			b.Play(someMove(b, legal, r))
			margin, decided = b.Decided(nil)
		}
		if moves := b.Moves(); !decided || moves[len(moves)-1].Point == b.Pass() {
			continue
		}
		dirty := b.Area(nil) != margin
		for range 100 {
			point, ok := b.Tidy()
			if m, _ := b.Decided(nil); ok && m != margin {
				t.Fatalf("\n%v\nit is decided by %d, not %d", b, m, margin)
			}
			if !ok || point == b.Pass() && b.Area(nil) == margin {
				break
			}
			b.Play(point)
		}
		if b.Area(nil) != margin {
			t.Errorf("\n%v\nthe area is %d, not %d", b, b.Area(nil), margin)
		} else if dirty {
			tidied++
		}
	}
	if tidied < 10 {
		t.Errorf("only %d positions were tidied", tidied)
	}
}
