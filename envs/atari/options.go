package atari

import (
	"fmt"
	"slices"
	"strings"

	"tesuji/internal/suggest"
)

// Options say how a game's screens are prepared. The zero value is not of use: begin with a
// Preset.
type Options struct {
	// FrameSkip is the number of frames that an action lasts, at least 1. Their rewards are added.
	FrameSkip int `yaml:"frame_skip"`
	// StickyActionProb is the probability, in each frame, that the last frame's action is
	// taken again, 0 to 1. A new game begins with action 0 as the last.
	StickyActionProb float64 `yaml:"sticky_action_prob"`
	// NoopMin and NoopMax bound the number of frames, drawn at random, that a new game stands
	// still before an episode begins. Both 0: none.
	NoopMin int `yaml:"noop_min"`
	NoopMax int `yaml:"noop_max"`
	// FireStart begins a new game with a frame of FIRE in place of its first no-op, if the game
	// has that action.
	FireStart bool `yaml:"fire_start"`
	// FireReset begins every episode with a step of action 1, which must be FIRE, and one of
	// action 2, if the game has FIRE.
	FireReset bool `yaml:"fire_reset"`
	// Pool says what becomes of the last two frames of a step: "none" (only the last counts),
	// "color" (the greater of each red, green and blue) or "grey" (the brighter of each pixel).
	Pool string `yaml:"pool"`
	// Grey says how colors become grey: "none", "opencv" (.299 R + .587 G + .114 B in OpenCV's
	// whole numbers), "luminance" (the same, rounded) or "ale" (.2989, .587, .114, rounded). Frames
	// that are grey stay as they are.
	Grey string `yaml:"grey"`
	// Size is the width and height of the pictures, or 0 for those of the frames. It needs grey.
	Size int `yaml:"screen_size"`
	// LifeLoss says what a lost life does: "ignored"; "ends" the episode, and the next goes on with
	// the game; "ends_noop", the same but a step of action 0 comes first; or "resets": the
	// episode ends in the very frame, and the next begins a new game.
	LifeLoss string `yaml:"life_loss"`
	// Clip says what becomes of rewards: "none", "sign", or "limit" to [-1, 1].
	Clip string `yaml:"clip_reward"`
	// Stack is the number of pictures in an observation, at least 1, the newest last.
	Stack int `yaml:"frame_stack"`
	// Pad says what fills the stack when an episode begins: "zero" or "first", copies of the
	// first picture.
	Pad string `yaml:"pad"`
	// MaxFrames truncates a game after so many frames, no-ops included; 0 is no limit. The limit
	// of the game itself holds as well.
	MaxFrames int `yaml:"max_frames"`
	// WholeGames makes an episode of all lives of a game: what LifeLoss and FireReset do between
	// two of them is done within the episode.
	WholeGames bool `yaml:"-"`
}

// The values of options.
const (
	PoolNone  = "none"
	PoolColor = "color"
	PoolGrey  = "grey"

	GreyNone      = "none"
	GreyOpenCV    = "opencv"
	GreyLuminance = "luminance"
	GreyALE       = "ale"

	LifeIgnored  = "ignored"
	LifeEnds     = "ends"
	LifeEndsNoop = "ends_noop"
	LifeResets   = "resets"

	ClipNone  = "none"
	ClipSign  = "sign"
	ClipLimit = "limit"

	PadZero  = "zero"
	PadFirst = "first"
)

// halfHour is ALE's limit of half an hour at 60 frames a second.
const halfHour = 108_000

var presets = []struct {
	name    string
	options Options
}{
	{"nature", Options{
		FrameSkip: 4, NoopMin: 1, NoopMax: 30, Pool: PoolColor, Grey: GreyLuminance, Size: 84,
		LifeLoss: LifeEnds, Clip: ClipLimit, Stack: 4, Pad: PadZero, MaxFrames: 18_000,
	}},
	{"sb3", Options{
		FrameSkip: 4, NoopMin: 1, NoopMax: 30, FireReset: true, Pool: PoolColor, Grey: GreyOpenCV, Size: 84,
		LifeLoss: LifeEndsNoop, Clip: ClipSign, Stack: 1, Pad: PadZero, MaxFrames: halfHour,
	}},
	{"gymnasium", Options{
		FrameSkip: 4, NoopMin: 1, NoopMax: 30, Pool: PoolGrey, Grey: GreyALE, Size: 84,
		LifeLoss: LifeIgnored, Clip: ClipNone, Stack: 1, Pad: PadFirst, MaxFrames: halfHour,
	}},
	{"ale-vec", Options{
		FrameSkip: 4, NoopMin: 0, NoopMax: 29, FireStart: true, Pool: PoolGrey, Grey: GreyALE, Size: 84,
		LifeLoss: LifeIgnored, Clip: ClipLimit, Stack: 4, Pad: PadZero, MaxFrames: halfHour,
	}},
	{"v5", Options{
		FrameSkip: 4, StickyActionProb: .25, Pool: PoolNone, Grey: GreyNone,
		LifeLoss: LifeIgnored, Clip: ClipNone, Stack: 1, Pad: PadZero, MaxFrames: halfHour,
	}},
	{"none", Options{
		FrameSkip: 1, Pool: PoolNone, Grey: GreyNone, LifeLoss: LifeIgnored, Clip: ClipNone, Stack: 1, Pad: PadZero,
	}},
}

// Presets returns the names of the presets.
func Presets() []string {
	names := make([]string, len(presets))
	for i, p := range presets {
		names[i] = p.name
	}
	return names
}

// Preset returns the options of a preset. The error of an unknown name tells the nearest one.
func Preset(name string) (Options, error) {
	for _, p := range presets {
		if p.name == name {
			return p.options, nil
		}
	}
	names := Presets()
	return Options{}, fmt.Errorf("unknown Atari preset %q%s (known: %s)", name, suggest.DidYouMean(name, names), strings.Join(names, ", "))
}

// Evaluation returns the options with which to measure what an agent scores: whole games, and
// rewards as they are. After a lost life the agent sees what it does in training.
func (o Options) Evaluation() Options {
	o.WholeGames, o.Clip = true, ClipNone
	if o.LifeLoss == LifeResets {
		o.LifeLoss = LifeIgnored
	}
	return o
}

// validate returns an error that names the first option that is out of its range.
func (o *Options) validate() error {
	for _, c := range []struct {
		ok   bool
		name string
		have any
		want string
	}{
		{o.FrameSkip >= 1 && o.FrameSkip <= 1000, "frame_skip", o.FrameSkip, "1 to 1000"},
		{o.StickyActionProb >= 0 && o.StickyActionProb <= 1, "sticky_action_prob", o.StickyActionProb, "a probability from 0 to 1"},
		{o.NoopMin >= 0, "noop_min", o.NoopMin, "at least 0"},
		{o.NoopMax >= o.NoopMin, "noop_max", o.NoopMax, "at least noop_min"},
		{o.Size >= 0 && o.Size <= 1024, "screen_size", o.Size, "0 to 1024"},
		{o.Stack >= 1 && o.Stack <= 64, "frame_stack", o.Stack, "1 to 64"},
		{o.MaxFrames >= 0, "max_frames", o.MaxFrames, "at least 0"},
	} {
		if !c.ok {
			return fmt.Errorf("%s is %v, want %s", c.name, c.have, c.want)
		}
	}
	for _, c := range []struct {
		name, have string
		known      []string
	}{
		{"pool", o.Pool, []string{PoolNone, PoolColor, PoolGrey}},
		{"grey", o.Grey, []string{GreyNone, GreyOpenCV, GreyLuminance, GreyALE}},
		{"life_loss", o.LifeLoss, []string{LifeIgnored, LifeEnds, LifeEndsNoop, LifeResets}},
		{"clip_reward", o.Clip, []string{ClipNone, ClipSign, ClipLimit}},
		{"pad", o.Pad, []string{PadZero, PadFirst}},
	} {
		if !slices.Contains(c.known, c.have) {
			return fmt.Errorf("%s is %q, want one of %s", c.name, c.have, strings.Join(c.known, ", "))
		}
	}
	return nil
}
