package weiqi

import (
	"fmt"
	"math"
	"strings"

	"tesuji/internal/suggest"
)

// Ko says which plays are illegal because they repeat a position. With X_0 the position at the
// start (after set-up), X_t that after ply t, and m_t the player of ply t (m_0 the opponent of who
// begins), a play of player c at X_t that leads to Y is illegal if
//
//	SimpleKo            Y = X_{t-1}
//	PositionalSuperko   Y = X_s for some s
//	SituationalSuperko  Y = X_s and m_s = c for some s, positions left by a pass included
//	NaturalSuperko      Y = X_s and m_s = c for some s >= 1 whose ply was no pass
//
// A pass is always legal.
type Ko uint8

const (
	PositionalSuperko Ko = iota
	SituationalSuperko
	NaturalSuperko
	SimpleKo
)

var koNames = [...]string{"positional", "situational", "natural", "simple"}

func (k Ko) String() string { return koNames[k] }

// Rules of a game. The score is by area (Tromp and Taylor): a player's stones and the empty points
// that reach only those; nothing is removed at the end.
type Rules struct {
	Ko Ko
	// Suicide allows a play that removes two or more stones of one's own. To remove the
	// played stone alone would change nothing and is never legal.
	Suicide bool
	// Komi is added to White's score: a multiple of 1/2, of at most MaxKomi either way.
	Komi float64
	// HandicapBonus adds a point to White's score for each handicap stone (1), for each but the
	// first (-1), or none (0).
	HandicapBonus int
}

// MaxKomi bounds the komi: the points of the largest board.
const MaxKomi = MaxSide * MaxSide

// presets are those of KataGo's rules page that score by area without tax.
var presets = []struct {
	name  string
	rules Rules
}{
	{"tromp-taylor", Rules{Ko: PositionalSuperko, Suicide: true, Komi: 7.5}},
	{"cgos", Rules{Ko: PositionalSuperko, Komi: 7}},
	{"chinese", Rules{Ko: SimpleKo, Komi: 7.5, HandicapBonus: 1}},
	{"chinese-ogs", Rules{Ko: PositionalSuperko, Komi: 7.5, HandicapBonus: 1}},
	{"aga", Rules{Ko: SituationalSuperko, Komi: 7.5, HandicapBonus: -1}},
	{"new-zealand", Rules{Ko: SituationalSuperko, Suicide: true, Komi: 7.5}},
}

// RulesByName returns the rules of a name: tromp-taylor, cgos, chinese, chinese-ogs, aga or
// new-zealand.
func RulesByName(name string) (Rules, error) {
	names := make([]string, len(presets))
	for i, p := range presets {
		if p.name == name {
			return p.rules, nil
		}
		names[i] = p.name
	}
	return Rules{}, fmt.Errorf("rules %q are unknown%s (there are %s)", name, suggest.DidYouMean(name, names), strings.Join(names, ", "))
}

// Name returns the name by which RulesByName has these rules, whatever the komi, or "" if there is none.
func (r Rules) Name() string {
	for _, p := range presets {
		p.rules.Komi = r.Komi
		if p.rules == r {
			return p.name
		}
	}
	return ""
}

// Validate returns an error that names what is out of range.
func (r Rules) Validate() error {
	switch {
	case int(r.Ko) >= len(koNames):
		return fmt.Errorf("ko rule %d: want one of %v", r.Ko, koNames)
	case !(math.Abs(r.Komi) <= MaxKomi) || r.Komi*2 != math.Trunc(r.Komi*2):
		return fmt.Errorf("komi %v: want a multiple of 0.5 within ±%d", r.Komi, MaxKomi)
	case r.HandicapBonus < -1 || r.HandicapBonus > 1:
		return fmt.Errorf("handicap bonus %d: want -1, 0 or 1", r.HandicapBonus)
	}
	return nil
}
