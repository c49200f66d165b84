package bridge

import (
	"fmt"

	"tesuji/envs"
)

// Game is a game of the Arcade Learning Environment, whose screens package envs/atari can prepare.
type Game struct {
	*Env
	line gameLine
}

// Meanings names the actions.
func (g *Game) Meanings() []string { return g.line.Meanings }

// Lives returns the lives left, 0 in a game that has none.
func (g *Game) Lives() int { return g.lives }

// OneFrame returns an error, which says how to change that, unless a step is one frame of the
// action that it is given.
func (g *Game) OneFrame() error {
	const remedy = `set env_kwargs.kwargs to '{"frameskip": 1, "repeat_action_probability": 0}', and the preprocessing does it`
	switch {
	case g.line.FrameSkip != 1:
		return fmt.Errorf("the game itself skips frames: %s", remedy)
	case g.line.Sticky != 0:
		return fmt.Errorf("the game itself repeats actions at random: %s", remedy)
	}
	return nil
}

// StepBlind is Step without an observation.
func (g *Game) StepBlind(a envs.Action) (envs.Result, error) {
	if err := g.act('B', a); err != nil {
		return envs.Result{}, err
	}
	return g.result()
}

// Show writes the present observation.
func (g *Game) Show(obs envs.Row) {
	err := g.child.send('O')
	if err == nil {
		err = g.child.status()
	}
	if err == nil {
		err = g.child.read(g.obs)
	}
	if err == nil { // else the next step fails
		g.write(obs)
	}
}
