package weiqi

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// perft counts the sequences of exactly depth plies, and those that have just ended.
func perft(b *Board, depth int) (n, ended int) {
	if depth == 0 {
		if b.Over() {
			return 1, 1
		}
		return 1, 0
	}
	if b.Over() {
		return 0, 0
	}
	legal := make([]bool, b.Points()+1)
	b.Legal(legal)
	next := b.Clone()
	for i, ok := range legal {
		if !ok {
			continue
		}
		next.CopyFrom(b)
		next.ply(b.toMove, i)
		a, e := perft(next, depth-1)
		n += a
		ended += e
	}
	return n, ended
}

// TestPerft counts the games of small boards under every rule. The counts were made by programs
// of other designs; two consecutive passes end a game, and there is no cap.
func TestPerft(t *testing.T) {
	const (
		yes = "yes"
		no  = "no"
	)
	for _, c := range []struct {
		rows, cols int
		ko         Ko
		suicide    string
		want       string
	}{
		{1, 2, PositionalSuperko, yes, "3 7 8 6 2 0"},
		{1, 2, PositionalSuperko, no, "3 7 8 6 2 0"},
		{1, 3, PositionalSuperko, yes, "4 11 22 41 58 78 98 110 116 128 154 182 212 258 284 296 260 200 128 56 24 0"},
		{1, 3, PositionalSuperko, no, "4 11 22 41 58 78 98 110 116 128 154 182 212 258 284 296 260 200 128 56 24 0"},
		{2, 2, PositionalSuperko, no, "5 21 68 156 316 604 1088 2184 4184 8024 13800 23560 42784 80000"},
		{2, 2, PositionalSuperko, yes, "5 21 68 156 316 604 1088 2184 4184 8024 13800 23560 42784 80000"},
		{2, 2, SituationalSuperko, no, "5 21 68 156 316 604 1112 2312 4544 8800"},
		{2, 2, SituationalSuperko, yes, "5 21 68 156 316 604 1184 2672 6048 13728"},
		{2, 2, NaturalSuperko, no, "5 21 68 156 316 604 1112 2312 4576 8928"},
		{2, 2, NaturalSuperko, yes, "5 21 68 156 316 604 1184 2840 6920 17440"},
		{2, 2, SimpleKo, no, "5 21 68 156 316 604 1168 2592 5768 12120"},
		{2, 2, SimpleKo, yes, "5 21 68 156 316 604 1240 3120 8280 21472"},
		{2, 3, PositionalSuperko, no, "7 43 222 934 3242 8666"},
		{2, 3, PositionalSuperko, yes, "7 43 222 942 3378 9834"},
		{2, 3, SituationalSuperko, no, "7 43 222 934 3242 8666"},
		{2, 3, SituationalSuperko, yes, "7 43 222 942 3378 9866"},
		{2, 3, NaturalSuperko, no, "7 43 222 934 3242 8666"},
		{2, 3, NaturalSuperko, yes, "7 43 222 942 3378 9866"},
		{2, 3, SimpleKo, no, "7 43 222 934 3242 8666"},
		{2, 3, SimpleKo, yes, "7 43 222 942 3378 9866"},
		{3, 3, PositionalSuperko, no, "10 91 738 5281 33384 179712"},
		{3, 3, PositionalSuperko, yes, "10 91 738 5281 33384 180768"},
		{3, 3, SituationalSuperko, yes, "10 91 738 5281 33384 180768"},
		{3, 3, NaturalSuperko, no, "10 91 738 5281 33384 179712"},
		{3, 3, SimpleKo, yes, "10 91 738 5281 33384 180768"},
		{4, 4, PositionalSuperko, no, "17 273 4112 57984"},
		{4, 4, SituationalSuperko, yes, "17 273 4112 57984"},
		{5, 5, PositionalSuperko, no, "26 651 15650"},
		{7, 7, PositionalSuperko, no, "50 2451"},
		{9, 9, PositionalSuperko, no, "82 6643"},
	} {
		t.Run(fmt.Sprintf("%dx%d/%v/suicide=%s", c.rows, c.cols, c.ko, c.suicide), func(t *testing.T) {
			b := New(c.rows, c.cols, Rules{Ko: c.ko, Suicide: c.suicide == yes})
			b.SetCap(1 << 30)
			for i, word := range strings.Fields(c.want) {
				want, _ := strconv.Atoi(word)
				if testing.Short() && want > 20_000 {
					break
				}
				if got, _ := perft(b, i+1); got != want {
					t.Errorf("%d plies: %d games, want %d", i+1, got, want)
				}
			}
		})
	}
}

func TestEndedGames(t *testing.T) {
	b := New(2, 2, Rules{})
	b.SetCap(1 << 30)
	for i, want := range []int{0, 1, 4, 16, 48, 92, 176, 336, 576, 1272, 2336, 4416, 7048, 12096} {
		if _, got := perft(b, i+1); got != want {
			t.Errorf("%d plies: %d games have just ended, want %d", i+1, got, want)
		}
	}
}
