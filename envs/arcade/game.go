package arcade

import (
	"fmt"
	"image"

	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// halfHour is the limit of an episode in frames, as in the Arcade Learning Environment.
const halfHour = 108_000

// renderScale is how many pixels of a rendered picture a pixel of the screen is wide and high.
const renderScale = 3

// Options are those of all games.
type Options struct {
	// FullActionSpace gives the game all 18 actions, also those that it does not heed.
	FullActionSpace bool `yaml:"full_action_space"`
}

// Game is an arcade game. A step is a frame.
type Game struct {
	play
	rules   rules
	spec    *envs.Spec
	options Options
	sticks  []joystick // by action
	running bool
	picture screen // that Render scales
}

// play is what the games share.
type play struct {
	random rng.PCG64
	lives  int
	score  int // sum of the episode's rewards
}

// draw returns a random number in [low, high).
func (p *play) draw(low, high int) int { return int(p.random.Integers(int64(low), int64(high))) }

// rules are what a game is made of. Everything in them is whole numbers.
type rules interface {
	// begin begins a game. The score is 0; lives are for it to set.
	begin(p *play)
	// frame plays a frame and returns its reward, and whether the game is over. The reward is
	// added to the score afterwards.
	frame(p *play, j joystick) (reward int, over bool)
	// show paints the present state over all of the screen.
	show(p *play, s screen)
	// state saves or restores all but what is in play. What is restored must be safe to play on
	// with, or fail.
	state(a *snapshot.Archive)
}

var observation = envs.NewImage(height, width, depth)

func newGame(name string, r rules, minimal []joystick, o Options) *Game {
	g := &Game{rules: r, options: o, sticks: minimal, picture: make(screen, screenBytes)}
	if o.FullActionSpace {
		g.sticks = allSticks
	}
	g.spec = &envs.Spec{
		ID:          "Arcade/" + name + "-v0",
		Observation: observation,
		Action:      envs.NewDiscrete(len(g.sticks)),
		MaxSteps:    halfHour,
	}
	g.Seed(0)
	r.begin(&g.play) // a picture to show before the first episode
	g.Seed(0)
	return g
}

// Spec describes the environment.
func (g *Game) Spec() *envs.Spec { return g.spec }

// Meanings names the actions as the Arcade Learning Environment does.
func (g *Game) Meanings() []string {
	names := make([]string, len(g.sticks))
	for i, j := range g.sticks {
		names[i] = j.meaning()
	}
	return names
}

// Lives returns how many lives are left, the one that is being played included. It is 0 in games
// without lives.
func (g *Game) Lives() int { return g.lives }

// Score returns the sum of the episode's rewards.
func (g *Game) Score() int { return g.score }

// Seed starts the random stream anew.
func (g *Game) Seed(seed uint64) { g.random.Seed(seed) }

// Reset begins a game.
func (g *Game) Reset(obs envs.Row) error {
	g.running = true
	g.score = 0
	g.rules.begin(&g.play)
	g.Show(obs)
	return nil
}

// Step plays a frame.
func (g *Game) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	r, err := g.StepBlind(a)
	if err == nil {
		g.Show(obs)
	}
	return r, err
}

// StepBlind plays a frame that nobody looks at. It takes a small part of a Step's time.
func (g *Game) StepBlind(a envs.Action) (envs.Result, error) {
	if !g.running {
		return envs.Result{}, episode.NotRunning(g.spec.ID)
	}
	i := episode.Index(a, len(g.sticks))
	if i < 0 {
		return envs.Result{}, episode.BadAction(g.spec, a)
	}
	reward, over := g.rules.frame(&g.play, g.sticks[i])
	g.running = !over
	g.score += reward
	return envs.Result{Reward: float64(reward), Terminated: over}, nil
}

// Show writes the present observation.
func (g *Game) Show(obs envs.Row) { g.rules.show(&g.play, screen(obs.U8[:screenBytes])) }

// RenderSize returns the size of the picture: the screen's pixels are three by three there.
func (g *Game) RenderSize() (w, h int) { return renderScale * width, renderScale * height }

// Render draws the screen.
func (g *Game) Render(dst *image.RGBA) {
	g.rules.show(&g.play, g.picture)
	at := dst.Bounds().Min
	for y := range height {
		first := dst.Pix[dst.PixOffset(at.X, at.Y+y*renderScale):][:4*renderScale*width]
		i := 0
		for x := y * stride; x < (y+1)*stride; x += depth {
			for range renderScale {
				p := first[i : i+4]
				p[0], p[1], p[2], p[3] = g.picture[x], g.picture[x+1], g.picture[x+2], 255
				i += 4
			}
		}
		for k := 1; k < renderScale; k++ {
			copy(dst.Pix[dst.PixOffset(at.X, at.Y+y*renderScale+k):], first)
		}
	}
}

// State saves or restores everything. The options must be the same.
func (g *Game) State(a *snapshot.Archive) {
	a.Check("id", g.spec.ID)
	a.Check("options", fmt.Sprintf("%+v", g.options))
	a.Object("random", &g.random)
	a.Bool("running", &g.running)
	ranged(a, "lives", &g.lives, 0, 99)
	ranged(a, "score", &g.score, -1e6, 1e6)
	a.Section("game", g.rules.state)
}

// ranged is a number that is in [low, high], or the snapshot is damaged.
func ranged(a *snapshot.Archive, name string, p *int, low, high int) {
	v := *p
	a.Int(name, &v)
	if a.Err() != nil {
		return
	}
	if v < low || v > high {
		a.Fail(fmt.Errorf("%s is %d, want %d to %d", name, v, low, high))
		return
	}
	*p = v
}

// direction is a number that is -1 or 1.
func direction(a *snapshot.Archive, name string, p *int) {
	ranged(a, name, p, -1, 1)
	if a.Err() == nil && *p == 0 {
		a.Fail(fmt.Errorf("%s is 0, want -1 or 1", name))
	}
}

// rangedAll is numbers that are all in [low, high].
func rangedAll(a *snapshot.Archive, name string, p []int, low, high int) {
	a.Section(name, func(a *snapshot.Archive) {
		for i := range p {
			ranged(a, "number", &p[i], low, high)
		}
	})
}

// sub is how many parts of a pixel games reckon with.
const sub = 16

// floor returns the pixel that a place given in parts of pixels is in.
func floor(v int) int { return v >> 4 }

// clamp returns v, or the nearer of low and high where it is beyond them.
func clamp(v, low, high int) int { return min(max(v, low), high) }

// sign returns -1, 0 or 1.
func sign(v int) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}
