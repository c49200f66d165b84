package minatar

import (
	"fmt"

	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

const (
	side  = 10 // cells of the grid in each direction
	cells = side * side
	edge  = side - 1 // the last column and row
)

// Options are MinAtar's.
type Options struct {
	// StickyActionProb is the probability, in each step, that the last action is taken again
	// in place of the given one, 0 to 1.
	StickyActionProb float64 `yaml:"sticky_action_prob"`
	// DifficultyRamping makes Asterix, Seaquest and Space Invaders faster as a game goes on. It
	// means nothing to Breakout and Freeway.
	DifficultyRamping bool `yaml:"difficulty_ramping"`
}

// DefaultOptions are those of published results: sticky actions with probability 0.1, and
// ramping.
func DefaultOptions() Options { return Options{StickyActionProb: .1, DifficultyRamping: true} }

func (o Options) validate() error {
	if !(o.StickyActionProb >= 0 && o.StickyActionProb <= 1) {
		return fmt.Errorf("sticky_action_prob is %v, want a probability from 0 to 1", o.StickyActionProb)
	}
	return nil
}

// move is what an action does.
type move uint8

const (
	none move = iota
	left
	up
	right
	down
	fire
	moves
)

// stepX and stepY are how far moves go. Looking them up needs no branches, which random actions
// would make the processor guess wrong.
var (
	stepX = [moves]int{left: -1, right: 1}
	stepY = [moves]int{up: -1, down: 1}
)

// inside returns 1 for a column or row of the grid, else 0.
func inside(v int) int { return int(uint64((v-side)&^v) >> 63) }

// clamp returns v, or the nearer of low and high where it is beyond them.
func clamp(v, low, high int) int { return min(max(v, low), high) }

// allMoves are the actions of version v0.
var allMoves = []move{none, left, up, right, down, fire}

// play is what the games share: the random stream, sticky actions, and whether an episode is
// under way.
//
// The stream is big and comes first, so that all else lies in few lines of the cache.
type play struct {
	random rng.MT19937

	spec    *envs.Spec
	options Options
	sticky  rng.Probability
	known   int         // number of actions in the space
	actions [moves]move // by index of the action, the first few known
	last    move        // taken last, in this episode or the one before
	running bool
	score   int // sum of the episode's rewards. Only drawn
}

// newSpec describes version v0 or v1 of a game.
func newSpec(game string, version, channels int, actions []move) *envs.Spec {
	return &envs.Spec{
		ID:          fmt.Sprintf("MinAtar/%s-v%d", game, version),
		Observation: envs.NewUint8Box(0, 1, side, side, channels),
		Action:      envs.NewDiscrete(len(actions)),
	}
}

func newPlay(spec *envs.Spec, actions []move, o Options) (play, error) {
	if err := o.validate(); err != nil {
		return play{}, err
	}
	p := play{spec: spec, options: o, sticky: rng.NewProbability(o.StickyActionProb), known: len(actions)}
	copy(p.actions[:], actions)
	p.Seed(0)
	return p, nil
}

// Spec describes the environment.
func (p *play) Spec() *envs.Spec { return p.spec }

// Seed starts the random stream anew: MinAtar's seed for a seed below 2^32, which is all that
// MinAtar takes.
func (p *play) Seed(seed uint64) { p.random.Seed(seed) }

// begin begins an episode.
func (p *play) begin() {
	p.running = true
	p.score = 0
}

// choose returns the move that action a makes, which may be the last one again.
func (p *play) choose(a envs.Action) (move, error) {
	if !p.running {
		return none, episode.NotRunning(p.spec.ID)
	}
	i := episode.Index(a, p.known)
	if i < 0 {
		return none, episode.BadAction(p.spec, a)
	}
	m := p.actions[i]
	if p.random.Chance(p.sticky) {
		m = p.last
	}
	p.last = m
	return m, nil
}

// result keeps what a step gave and returns it.
func (p *play) result(reward int, over bool) envs.Result {
	p.running = !over
	p.score += reward
	return envs.Result{Reward: float64(reward), Terminated: over}
}

// archive saves or restores what the games share.
func (p *play) archive(a *snapshot.Archive) {
	a.Check("id", p.spec.ID)
	a.Check("options", fmt.Sprintf("%+v", p.options))
	a.Object("random", &p.random)
	ranged(a, "last", &p.last, 0, int(moves)-1)
	a.Bool("running", &p.running)
	a.Int("score", &p.score)
}

// ranged is a number field that is in [low, high], or the snapshot is damaged.
func ranged[T ~int | ~int8 | ~uint8](a *snapshot.Archive, name string, p *T, low, high int) {
	v := int(*p)
	a.Int(name, &v)
	if a.Err() != nil {
		return
	}
	if v < low || v > high {
		a.Fail(fmt.Errorf("%s is %d, want %d to %d", name, v, low, high))
		return
	}
	*p = T(v)
}

// direction is a field that is -1 or 1, or the snapshot is damaged.
func direction[T ~int | ~int8](a *snapshot.Archive, name string, p *T) {
	ranged(a, name, p, -1, 1)
	if a.Err() == nil && *p == 0 {
		a.Fail(fmt.Errorf("%s is 0, want -1 or 1", name))
	}
}

// drawLeft draws true one time in two: something comes from the left, or goes there.
func (p *play) drawLeft() bool { return p.random.Random() < .5 }

// drawThird draws true one time in three.
func (p *play) drawThird() bool { return p.random.Random() < 1./3 }

// at returns the index in an observation of n channels.
func at(x, y, n, channel int) int { return (y*side+x)*n + channel }
