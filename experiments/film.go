package experiments

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"

	"tesuji/envs"
	"tesuji/experiments/record"
	"tesuji/internal/rng"
)

// RecordOptions of Record.
type RecordOptions struct {
	// Path of the file; its name says the format (record.FormatOf). Default: episode.gif in the
	// run's videos folder.
	Path string
	// Format overrides what the name says.
	Format record.Format
	// Episodes to play. Default 1.
	Episodes int
	// FPS is the number of frames per second. Default: envs.Rate.
	FPS float64
	// Speed is how many times as fast as usual the recording plays: FPS is multiplied by it. 0 is 1.
	Speed float64
	// MaxFrames ends a recording that would be longer; 0 is no limit.
	MaxFrames     int
	Seed          *uint64 // default: the config's seed. Never those of training
	Deterministic *bool   // default: the config's eval.deterministic
	Weights       Weights // default FinalWeights
	Log           io.Writer

	parts *factory
}

// Recording is what Record made.
type Recording struct {
	Path   string      `json:"path"`
	Frames int         `json:"frames"`
	FPS    float64     `json:"fps"`
	Played *Evaluation `json:"played"` // of the episodes in it; nil if that is not known, as when MaxFrames cut it
}

// errEnough ends a recording at MaxFrames.
var errEnough = errors.New("enough frames")

// Record plays episodes with a run's policy and records the pictures the environment draws.
// The same options give the same frames.
func Record(ctx context.Context, dir string, o RecordOptions) (*Recording, error) {
	r, err := OpenRun(dir)
	if err != nil {
		return nil, err
	}
	if r.Config.IsModel() {
		return nil, fmt.Errorf("%s trains the model %s: there is no policy to record", dir, r.Config.Model)
	}
	if o.Path == "" {
		videos := filepath.Join(dir, videosDir)
		if err := os.MkdirAll(videos, 0o755); err != nil {
			return nil, fmt.Errorf("cannot make %s: %w", videos, pathless(err))
		}
		o.Path = filepath.Join(videos, "episode.gif")
	}
	episodes, seed, deterministic := max(o.Episodes, 1), r.Config.Seed, r.Config.Eval.Deterministic
	if o.Seed != nil {
		seed = *o.Seed
	}
	if o.Deterministic != nil {
		deterministic = *o.Deterministic
	}
	opt := Options{Log: o.Log, parts: o.parts}
	trained, err := loadTrained(r, o.Weights, opt)
	if err != nil {
		return nil, err
	}
	l := trained.(*agentLearner)
	c := &camera{limit: o.MaxFrames}
	p, err := opt.factory().player(r.Config, 1, c.onto)
	if err != nil {
		return nil, err
	}
	if c.undrawn != nil {
		return nil, fmt.Errorf("cannot be recorded: %w", c.undrawn)
	}
	fps := o.FPS
	if fps == 0 {
		fps = envs.Rate(c)
	}
	if o.Speed > 0 {
		fps *= o.Speed
	}
	if c.out, err = record.Create(o.Path, record.Options{Format: o.Format, FPS: fps}); err != nil {
		return nil, err
	}
	defer c.out.Abort()
	played, err := p.play(ctx, l.agent.Policy(), l.world.norm, episodes, deterministic, rng.New(seed, "watching").Uint64()) // OpenStage's
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("recording %s: %w", r.Config.Env, err)
	}
	if err := c.out.Close(); err != nil {
		return nil, err
	}
	return &Recording{Path: o.Path, Frames: c.frames, FPS: fps, Played: played}, nil
}

// camera films an environment from within its Vec, which resets it in the very step in which an
// episode ends: from outside the last state would never be seen.
type camera struct {
	envs.Env
	renderer envs.Renderer
	undrawn  error // why there is no renderer
	picture  *image.RGBA
	out      *record.File
	frames   int
	limit    int
	// pending: the picture after a reset has not been taken. It is taken before the next step,
	// so that the reset after the last episode leaves none.
	pending bool
}

func (c *camera) onto(e envs.Env) envs.Env {
	c.Env = e
	if c.renderer, c.undrawn = envs.RendererOf(e); c.undrawn == nil {
		w, h := c.renderer.RenderSize()
		c.picture = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	return c
}

// Unwrap returns the environment that is filmed.
func (c *camera) Unwrap() envs.Env { return c.Env }

func (c *camera) Reset(obs envs.Row) error {
	c.pending = true
	return c.Env.Reset(obs)
}

func (c *camera) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if c.pending {
		c.pending = false
		if err := c.take(); err != nil {
			return envs.Result{}, err
		}
	}
	r, err := c.Env.Step(a, obs)
	if err == nil {
		err = c.take()
	}
	return r, err
}

func (c *camera) take() error {
	if c.limit > 0 && c.frames == c.limit {
		return errEnough
	}
	c.renderer.Render(c.picture)
	c.frames++
	return c.out.Add(c.picture)
}
