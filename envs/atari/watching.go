package atari

import "tesuji/envs"

// Rate returns the steps a second, each of which is FrameSkip frames.
func (e *Env) Rate() float64 {
	frames := 60.
	if p, ok := envs.As[envs.Paced](e.game); ok {
		frames = p.Rate()
	}
	return frames / float64(e.options.FrameSkip)
}
