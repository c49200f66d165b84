package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tesuji/experiments"
	"tesuji/experiments/record"
	"tesuji/view/scene"
	"tesuji/view/session"

	"github.com/spf13/cobra"
)

// log is where experiments may say something, nil if it should be quiet.
func (a *app) log() io.Writer {
	if a.quiet {
		return nil
	}
	return a.talk
}

// watchOptions are what rl watch is told.
type watchOptions struct {
	experiments.RecordOptions
	seed                       uint64
	speed                      float64
	asJSON, best, sample       bool
	headless, panels, saliency bool
	board                      boardFlags
}

// filmFlags are those of runs.
var filmFlags = []string{"headless", "panels", "saliency", "speed", "fps", "episodes", "max-frames", "sample", "json", "best"}

func (a *app) watch() *cobra.Command {
	var o watchOptions
	c := &cobra.Command{
		Use:   "watch RUN | GAME.sgf | A B",
		Short: "Watch a trained agent: in a window, or as a film",
		Long: `Open a window in which a run's policy plays: the game, what the agent sees, the probabilities or
values of its actions, and the value over time. H shows the keys. A run that is still training is
followed: each episode is played with its newest checkpoint.

With --record, no window is opened and episodes are recorded. The file's name says the format:
.gif, .png (animated, exact colours), .strip.png (a contact sheet) or .mp4 (if ffmpeg is installed).

A game's record, GAME.sgf, is shown on a board: arrows go through it, A analyses, ? shows all keys.
With --record FILE.png, the position after --move is painted with its analysis. Two players of Go,
named as for rl match, play each other on a board.`,
		Example: `  rl watch runs/ppo-cartpole-s1
  rl watch runs/ppo-cartpole-s1 --record cartpole.gif
  rl watch runs/dqn-acrobot-s1 --record acrobot.png --episodes 2 --speed 2
  rl watch runs/ppo-pendulum-s1 --record pendulum.mp4 --panels
  rl watch game.sgf
  rl watch engine:uct-1000 engine:uct-100 --size 7`,
		ValidArgsFunction: runDirs,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return oneRun(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			given := c.Flags().Changed
			o.board.seed = o.seed
			record := strings.EqualFold(filepath.Ext(args[0]), ".sgf")
			switch {
			case len(args) == 2 && given("record"):
				return usagef("--record wants a run or GAME.sgf (rl match --sgf DIR keeps the games of two players)")
			case len(args) == 2:
				if err := without(c, "two players of Go", append(filmFlags, "move")...); err != nil {
					return err
				}
				return a.playBoard(c.Context(), [2]string(args), &o.board, given("komi"))
			case record && given("record") && !strings.EqualFold(filepath.Ext(o.Path), ".png"):
				return usagef("--record %s: a position of a game is painted as .png", o.Path)
			case record:
				if err := without(c, "a game's record", append(filmFlags, "size", "komi")...); err != nil {
					return err
				}
				if !given("move") && given("record") {
					o.board.move = lastMove
				}
				return a.watchRecord(c.Context(), args[0], o.Path, &o.board)
			}
			if err := without(c, "a run", "size", "rules", "komi", "analyst", "move"); err != nil {
				return err
			}
			film := o.headless || given("record")
			switch {
			case o.Path == "" && given("record"):
				return usagef("--record wants a file, such as --record cartpole.gif")
			case !film && (given("episodes") || given("max-frames") || given("fps") || given("json") || given("panels")):
				return usagef("--episodes, --max-frames, --fps, --panels and --json are for films: add --record cartpole.gif")
			case given("episodes") && o.Episodes < 1:
				return usagef("--episodes %d: want 1 or more", o.Episodes)
			case !(o.speed > 0 && o.speed <= 100):
				return usagef("--speed %g: want more than 0, at most 100", o.speed)
			case given("fps") && !(o.FPS > 0 && o.FPS <= 240):
				return usagef("--fps %g: want more than 0, at most 240", o.FPS)
			case given("fps") && given("speed"):
				return usagef("--fps and --speed contradict each other")
			}
			if given("seed") {
				o.Seed = &o.seed
			}
			if deterministic := !o.sample; given("sample") {
				o.Deterministic = &deterministic
			}
			o.Weights, o.Log = weights(o.best), a.log()
			o.Speed = o.speed
			switch {
			case !film:
				return a.watchWindow(c.Context(), args[0], &o)
			case o.panels:
				return a.recordPanels(c.Context(), args[0], &o)
			}
			return a.recordFilm(c.Context(), args[0], &o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Path, "record", "", "`file` to record to, without a window: .gif, .png, .strip.png or .mp4")
	f.BoolVar(&o.headless, "headless", false, "open no window; without --record, record to RUN/videos")
	f.BoolVar(&o.panels, "panels", false, "record all that the window would show, not only the game")
	f.BoolVar(&o.saliency, "saliency", false, "show what the agent's choice rests on, in the window and in --panels")
	f.Float64Var(&o.speed, "speed", 1, "how many times as fast as usual")
	f.Float64Var(&o.FPS, "fps", 0, "frames per second (default: what suits the environment)")
	f.IntVar(&o.Episodes, "episodes", 1, "episodes to play")
	f.IntVar(&o.MaxFrames, "max-frames", 0, "stop after so many frames (0: no limit)")
	f.Uint64Var(&o.seed, "seed", 0, "seed of the environment (default: the config's)")
	f.BoolVar(&o.sample, "sample", false, "sample actions instead of taking the most likely ones")
	f.BoolVar(&o.asJSON, "json", false, "one line of JSON")
	o.board.add(f)
	f.IntVar(&o.board.move, "move", 0, "of GAME.sgf: the move to begin at, or to paint (default: the first in a window, the last for --record)")
	weightsFlag(c, &o.best)
	return c
}

// recordFilm records the game alone.
func (a *app) recordFilm(ctx context.Context, run string, o *watchOptions) error {
	r, err := experiments.Record(ctx, run, o.RecordOptions)
	if err != nil {
		return err
	}
	return a.recorded(r, o)
}

// recorded tells of a film.
func (a *app) recorded(r *experiments.Recording, o *watchOptions) error {
	if o.asJSON {
		return json.NewEncoder(a.out).Encode(r)
	}
	if !a.quiet {
		a.talk.printf("%d frames, %s", r.Frames, span(float64(r.Frames)/r.FPS))
		if r.Played != nil {
			a.talk.printf(", mean reward %s", reward(r.Played.Value("mean_reward")))
		}
		a.talk.printf("\n")
	}
	a.out.printf("%s\n", r.Path)
	return nil
}

// stage builds what shows a run.
func (a *app) stage(run string, o *watchOptions) (*scene.Watch, error) {
	stage, err := experiments.OpenStage(run, experiments.StageOptions{Seed: o.Seed, Weights: o.Weights, Log: o.Log})
	if err != nil {
		return nil, err
	}
	deterministic := stage.Deterministic
	if o.Deterministic != nil {
		deterministic = *o.Deterministic
	}
	s, err := session.New(session.Options{
		NewEnv: stage.NewEnv, Policy: stage.Policy(), Deterministic: deterministic,
		Refresh: func() error { _, err := stage.Refresh(); return err },
	})
	if err != nil {
		return nil, err
	}
	return scene.NewWatch(s, scene.WatchOptions{
		Name: filepath.Base(run),
		About: func() string {
			return fmt.Sprintf("%s, %s steps learned", stage.Run.Config.Agent, thousands(stage.Steps()))
		},
		Speed:    o.speed,
		Saliency: o.saliency,
		Film:     func(fps float64) (scene.Film, error) { return newFilm(filepath.Join(run, "videos"), fps) },
	})
}

func (a *app) watchWindow(ctx context.Context, run string, o *watchOptions) error {
	w, err := a.stage(run, o)
	if err != nil {
		return err
	}
	return a.window(ctx, w, "record a film instead: rl watch "+run+" --record film.gif")
}

// recordPanels records all that the window would show.
func (a *app) recordPanels(ctx context.Context, run string, o *watchOptions) error {
	if o.Path == "" {
		o.Path = filepath.Join(run, "videos", "episode.gif")
		if err := makeFolder(filepath.Dir(o.Path)); err != nil {
			return err
		}
	}
	w, err := a.stage(run, o)
	if err != nil {
		return err
	}
	fps := o.FPS
	if fps == 0 {
		fps = w.Rate()
	}
	out, err := record.Create(o.Path, record.Options{FPS: fps})
	if err != nil {
		return err
	}
	defer out.Abort()
	frames, err := scene.Record(ctx, w, &film{out, o.Path}, o.Episodes, o.MaxFrames)
	if err == nil {
		err = out.Close()
	}
	if errors.Is(err, context.Canceled) {
		a.talk.printf("interrupted: nothing was recorded\n")
		return errInterrupted
	} else if err != nil {
		return err
	}
	return a.recorded(&experiments.Recording{Path: o.Path, Frames: frames, FPS: fps}, o)
}

// makeFolder makes a folder of a run, which must be there itself.
func makeFolder(dir string) error {
	if err := os.Mkdir(dir, 0o777); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

// film is a recording of a scene.
type film struct {
	*record.File
	path string
}

// Name is the file's.
func (f *film) Name() string { return f.path }

// newFilm begins a film in a folder under a name that is free: MP4 where ffmpeg is installed,
// else GIF.
func newFilm(dir string, fps float64) (scene.Film, error) {
	extension := ".gif"
	if _, err := exec.LookPath("ffmpeg"); err == nil {
		extension = ".mp4"
	}
	if err := makeFolder(dir); err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		path := filepath.Join(dir, fmt.Sprintf("window-%d%s", n, extension))
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		f, err := record.Create(path, record.Options{FPS: fps})
		if err != nil {
			return nil, err
		}
		return &film{f, path}, nil
	}
}
