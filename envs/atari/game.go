package atari

import "tesuji/envs"

// Game is an arcade game: an environment that shows one frame a step. Its observations are
// uint8 images, [height, width, 3] for red, green and blue or [height, width] or
// [height, width, 1] for grey. Its actions are Discrete; action 0 does nothing. Its
// Spec().MaxSteps counts frames.
type Game interface {
	envs.Env
	// Lives returns the lives left, 0 in a game that has none.
	Lives() int
	// Meanings names the actions as the Arcade Learning Environment does: "NOOP", "FIRE", "UP",
	// "UPRIGHTFIRE" and so on.
	Meanings() []string
}

// Framewise is a Game that can be made so that a step is not one frame of the action given. OneFrame
// returns an error if it was, which says how to make it otherwise.
type Framewise interface {
	Game
	OneFrame() error
}

// Blind is a Game that can leave a frame undrawn, which saves most of its time: of the four frames
// of a step two at most are looked at.
type Blind interface {
	Game
	// StepBlind is Step without an observation.
	StepBlind(a envs.Action) (envs.Result, error)
	// Show writes the present observation.
	Show(obs envs.Row)
}
