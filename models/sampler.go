package models

import "context"

// SampleOptions of a Sampler.
type SampleOptions struct {
	Prompt string // what the text begins with; it is not written again
	Length int    // tokens to write, at least 1
	// Temperature divides the logits: below 1 the likely becomes likelier, 0 takes the most
	// likely token always. 1 draws from the model's own distribution.
	Temperature float64
	TopK        int     // draw from the K most likely tokens only; 0 for all
	TopP        float64 // draw from the fewest tokens that have this probability together, in (0, 1]; 1 for all
	Seed        uint64  // the same seed draws the same text
}

// Sampler is a trainer whose model can write.
type Sampler interface {
	// Sample writes text, piece by piece as it is drawn. It ends early, with ctx's error, when
	// ctx is cancelled, and with write's error if that fails. An error about the options names
	// the option, such as a prompt with characters that the model does not know.
	Sample(ctx context.Context, o SampleOptions, write func(text string) error) error
}
