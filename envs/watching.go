package envs

import "image"

// Paced is an environment that says how fast it is to be watched or played.
type Paced interface {
	// Rate returns the steps a second.
	Rate() float64
}

// Pixelated is a Renderer whose pictures are made of squares of more than one pixel, which should
// stay sharp when pictures are shown larger.
type Pixelated interface {
	Renderer
	// PixelSize returns the width and height of a square.
	PixelSize() int
}

// Meaner names its Discrete actions, in the manner of the Arcade Learning Environment: "NOOP",
// "FIRE", "UP", "UPRIGHTFIRE" and so on, or whatever says what they do.
type Meaner interface {
	// Meanings returns a name for each action.
	Meanings() []string
}

// Rate returns the steps a second at which an environment is good to watch: its own rate if it is
// Paced; or else 30, at which motion is smooth; or 4 in a world of places and cards, where every
// step is a move that the eye must follow.
func Rate(e Env) float64 {
	if p, ok := As[Paced](e); ok {
		return p.Rate()
	}
	if Steady(e) {
		return 30
	}
	return 4
}

// Steady tells that the world moves on whatever the agent does, as against one that waits for a
// move: its observations are a Box.
func Steady(e Env) bool {
	_, ok := e.Spec().Observation.(*Box)
	return ok
}

// Framed is a Renderer whose observations are images of a part of the picture.
type Framed interface {
	Renderer
	// Observed returns that part, in pixels.
	Observed() image.Rectangle
}

// Labeled names the elements of its observations, which are a Box of one dimension.
type Labeled interface {
	// Labels returns a name for each element.
	Labels() []string
}
