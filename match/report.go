package match

import (
	"fmt"
	"hash/fnv"
	"math"
	"time"
)

// Report is what a match came to. Wins, scores and Elo are those of A, the first player.
type Report struct {
	A      string `json:"a"`
	B      string `json:"b"`
	Games  int    `json:"games"`
	Tally         // of all games
	Black  Tally  `json:"as_black"` // A's games as Black
	White  Tally  `json:"as_white"`
	Paired Pairs  `json:"pairs"` // of 0, 1/2, 1, 3/2 and 2 points

	// Score and Elo are of whole pairs, with the interval that holds the true value at 95%. An Elo that
	// is infinite is nil.
	Score     float64  `json:"score"`
	ScoreLow  float64  `json:"score_low"`
	ScoreHigh float64  `json:"score_high"`
	Elo       *float64 `json:"elo"`
	EloLow    *float64 `json:"elo_low"`
	EloHigh   *float64 `json:"elo_high"`

	SPRT *Verdict `json:"sprt,omitempty"`

	MeanPlies float64    `json:"mean_plies"`
	Distinct  int        `json:"distinct_games"`
	MoveTime  [2]float64 `json:"ms_per_move"` // of A and B
	Failures  []Failure  `json:"failures,omitempty"`

	plies   int
	seen    map[uint64]bool
	moves   [2]int
	thought [2]time.Duration
	first   float64 // A's score in the first game of a pair under way
	sprt    *SPRT
}

// Tally counts games by how they ended for A.
type Tally struct {
	Wins   int `json:"wins"`
	Draws  int `json:"draws"`
	Losses int `json:"losses"`
}

// Failure is a game that a program lost by failing.
type Failure struct {
	Game   int    `json:"game"` // from 1
	Player string `json:"player"`
	Text   string `json:"text"`
}

// Verdict is where a sequential test stands.
type Verdict struct {
	Elo0  float64 `json:"elo0"`
	Elo1  float64 `json:"elo1"`
	LLR   float64 `json:"llr"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
	// Accepted is the hypothesis that is: "elo0", "elo1", or "" for none yet.
	Accepted string `json:"accepted"`
}

func newReport(a, b string, o Options) *Report {
	r := &Report{A: a, B: b, seen: map[uint64]bool{}, sprt: o.SPRT}
	if s := o.SPRT; s != nil {
		lower, upper := s.Bounds()
		r.SPRT = &Verdict{Elo0: s.Elo0, Elo1: s.Elo1, Lower: lower, Upper: upper}
	}
	return r
}

func (t *Tally) add(score float64) {
	switch score {
	case 1:
		t.Wins++
	case 0:
		t.Losses++
	default:
		t.Draws++
	}
}

// add counts the next game.
func (r *Report) add(g *Game) {
	r.Games++
	r.Tally.add(g.Score)
	if g.Black() == 0 {
		r.Black.add(g.Score)
		r.first = g.Score
	} else {
		r.White.add(g.Score)
		r.Paired.add(r.first, g.Score)
		if r.sprt != nil {
			r.SPRT.LLR = r.sprt.LLR(r.Paired)
		}
	}
	h := fnv.New64a()
	for _, m := range g.Board.Board.Moves() {
		h.Write([]byte{byte(m.Point), byte(m.Point >> 8)})
	}
	r.seen[h.Sum64()] = true
	r.plies += len(g.Board.Board.Moves())
	for i := range 2 {
		r.moves[i] += g.Moves[i]
		r.thought[i] += g.Time[i]
	}
	if g.Failure != "" {
		r.Failures = append(r.Failures, Failure{g.Number + 1, [2]string{r.A, r.B}[g.Failed], g.Failure})
	}
}

// decided says whether the sequential test is, and keeps what it says.
func (r *Report) decided() bool {
	if r.SPRT == nil || r.Games%2 != 0 {
		return false
	}
	switch v := r.SPRT; {
	case v.LLR >= v.Upper:
		v.Accepted = "elo1"
	case v.LLR <= v.Lower:
		v.Accepted = "elo0"
	default:
		return false
	}
	return true
}

// finish computes what depends on all games.
func (r *Report) finish() {
	finite := func(x float64) *float64 {
		if math.IsInf(x, 0) {
			return nil
		}
		return &x
	}
	r.Score, _ = r.Paired.Score()
	r.ScoreLow, r.ScoreHigh = r.Paired.Interval()
	r.Elo, r.EloLow, r.EloHigh = finite(Elo(r.Score)), finite(Elo(r.ScoreLow)), finite(Elo(r.ScoreHigh))
	r.Distinct = len(r.seen)
	if r.Games > 0 {
		r.MeanPlies = float64(r.plies) / float64(r.Games)
	}
	for i := range 2 {
		if r.moves[i] > 0 {
			r.MoveTime[i] = r.thought[i].Seconds() * 1000 / float64(r.moves[i])
		}
	}
}

// EloText writes the difference in strength for people: "+35 Elo (+3 to +68)".
func (r *Report) EloText() string {
	text := func(x *float64, infinite string) string {
		if x == nil {
			return infinite
		}
		return fmt.Sprintf("%+.0f", *x)
	}
	whole := "-inf"
	if r.Score > 0.5 {
		whole = "+inf"
	}
	return fmt.Sprintf("%s Elo (%s to %s)", text(r.Elo, whole), text(r.EloLow, "-inf"), text(r.EloHigh, "+inf"))
}
