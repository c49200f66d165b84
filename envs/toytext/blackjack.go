package toytext

import (
	"fmt"

	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/snapshot"
)

// Blackjack plays a hand against a fixed dealer, from a deck that never runs out:
// Blackjack-v1.
//
// Observation [3]: the player's sum, the dealer's open card (1 is an ace), and whether the
// player has a usable ace (1) or not (0), in a MultiDiscrete space of [32 11 2] where Gymnasium
// has the tuple of the same. Actions: 0 stick, 1 hit. Cards count their number, court cards
// 10, and an ace 11 if that does not exceed 21 (then it is usable), else 1.
//
// Hitting past 21 rewards -1 and terminates. After a stick the dealer draws to 17 or more, and
// the higher sum that is not past 21 wins: reward 1, 0 for a draw, or -1. There is no time
// limit: a hand is over after 21 hits at most.
//
// Source: R. Sutton and A. Barto, "Reinforcement Learning", example 5.1.
type Blackjack struct {
	episode        episode.Episode
	options        BlackjackOptions
	player, dealer hand
	suit, face     int     // of the dealer's open card, drawn as Gymnasium draws them
	reward         float64 // of the last step. Only drawn
}

// BlackjackOptions are Gymnasium's; DefaultBlackjackOptions returns its defaults. A natural is
// an ace and a ten dealt at once.
type BlackjackOptions struct {
	// Natural rewards a winning natural with 1.5. Not used if SuttonBarto is set.
	Natural bool `yaml:"natural"`
	// SuttonBarto keeps the rules of Sutton and Barto's book: a natural wins against a dealer
	// who has none, also one with 21.
	SuttonBarto bool `yaml:"sab"`
}

// DefaultBlackjackOptions returns the options of Blackjack-v1: the rules of the book.
func DefaultBlackjackOptions() BlackjackOptions { return BlackjackOptions{SuttonBarto: true} }

var blackjack = &envs.Spec{
	ID: "Blackjack-v1", Observation: envs.NewMultiDiscrete(32, 11, 2), Action: envs.NewDiscrete(2),
}

// NewBlackjack returns Blackjack-v1.
func NewBlackjack(o BlackjackOptions) *Blackjack {
	e := &Blackjack{options: o}
	e.Seed(0)
	return e
}

// maxHand is the most cards that fit a hand: 21 aces, and the one that goes past 21.
const maxHand = 22

// hand is cards of 1 (an ace) to 10.
type hand struct {
	cards [maxHand]int32
	n     int
}

func (h *hand) add(card int64) {
	h.cards[h.n] = int32(card)
	h.n++
}

// sum returns the value of the hand and whether an ace of it counts 11.
func (h *hand) sum() (value int, usable bool) {
	ace := false
	for _, c := range h.cards[:h.n] {
		value += int(c)
		ace = ace || c == 1
	}
	if ace && value+10 <= 21 {
		return value + 10, true
	}
	return value, false
}

// score is what hands are compared by: 0 past 21.
func (h *hand) score() int {
	if v, _ := h.sum(); v <= 21 {
		return v
	}
	return 0
}

func (h *hand) natural() bool {
	return h.n == 2 && h.cards[0]+h.cards[1] == 11 && (h.cards[0] == 1 || h.cards[1] == 1)
}

// Spec describes the environment.
func (e *Blackjack) Spec() *envs.Spec { return blackjack }

// Seed starts the random stream anew.
func (e *Blackjack) Seed(seed uint64) { e.episode.Seed(seed) }

func (e *Blackjack) draw() int64 { return min(10, e.episode.Random.Integers(0, 13)+1) }

// Reset deals.
func (e *Blackjack) Reset(obs envs.Row) error {
	e.dealer.n, e.player.n, e.reward = 0, 0, 0
	for _, h := range [...]*hand{&e.dealer, &e.dealer, &e.player, &e.player} {
		h.add(e.draw())
	}
	// Gymnasium draws the look of the open card from the same stream.
	e.suit, e.face = int(e.episode.Random.Integers(0, 4)), 0
	if e.dealer.cards[0] == 10 {
		e.face = int(e.episode.Random.Integers(0, 3))
	}
	e.episode.Running = true
	e.observe(obs)
	return nil
}

// Step hits or sticks.
func (e *Blackjack) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.episode.Running {
		return envs.Result{}, episode.NotRunning(blackjack.ID)
	}
	var r envs.Result
	switch episode.Index(a, 2) {
	case 0:
		for v, _ := e.dealer.sum(); v < 17; v, _ = e.dealer.sum() {
			e.dealer.add(e.draw())
		}
		r = envs.Result{Reward: e.settle(), Terminated: true}
	case 1:
		e.player.add(e.draw())
		if e.player.score() == 0 {
			r = envs.Result{Reward: -1, Terminated: true}
		}
	default:
		return r, episode.BadAction(blackjack, a)
	}
	e.reward = r.Reward
	e.episode.Running = !r.Terminated
	e.observe(obs)
	return r, nil
}

// settle returns the reward after the dealer has drawn.
func (e *Blackjack) settle() float64 {
	reward := 0.
	switch p, d := e.player.score(), e.dealer.score(); {
	case p > d:
		reward = 1
	case p < d:
		reward = -1
	}
	if e.player.natural() {
		switch {
		case e.options.SuttonBarto && !e.dealer.natural():
			return 1
		case !e.options.SuttonBarto && e.options.Natural && reward == 1:
			return 1.5
		}
	}
	return reward
}

func (e *Blackjack) observe(obs envs.Row) {
	o := obs.F32[:3]
	sum, usable := e.player.sum()
	o[0], o[1], o[2] = float32(sum), float32(e.dealer.cards[0]), 0
	if usable {
		o[2] = 1
	}
}

// State saves or restores everything but the options, which must be the same.
func (e *Blackjack) State(a *snapshot.Archive) {
	a.Check("id", blackjack.ID)
	a.Check("options", fmt.Sprintf("%+v", e.options))
	a.Object("episode", &e.episode)
	e.player.state(a, "player")
	e.dealer.state(a, "dealer")
	a.Int("suit", &e.suit)
	a.Int("face", &e.face)
	a.Float64("reward", &e.reward)
	if uint(e.suit) > 3 || uint(e.face) > 2 {
		a.Fail(fmt.Errorf("%s: suit %d, face %d", blackjack.ID, e.suit, e.face))
	}
	if e.episode.Running && e.player.score() == 0 {
		a.Fail(fmt.Errorf("%s: playing on after %v", blackjack.ID, e.player.cards))
	}
}

func (h *hand) state(a *snapshot.Archive, name string) {
	a.Int(name+"_cards", &h.n)
	a.Int32s(name, h.cards[:])
	if uint(h.n) > maxHand {
		a.Fail(fmt.Errorf("%s has %d cards", name, h.n))
		h.n = 0
	}
	for _, c := range h.cards[:h.n] {
		if c < 1 || c > 10 {
			a.Fail(fmt.Errorf("%s holds card %d", name, c))
		}
	}
}
