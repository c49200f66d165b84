package experiments

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tesuji/configs"
	"tesuji/experiments/internal/atomicfile"
	"tesuji/experiments/internal/lock"
)

// Names in a run's directory.
const (
	configFile      = "config.yaml"
	manifestFile    = "run.json"
	progressFile    = "progress.csv"
	evaluationsFile = "evaluations.csv"
	weightsFile     = "weights.safetensors"
	checkpointsDir  = "checkpoints"
	bestDir         = "best"
	videosDir       = "videos"
	plotsDir        = "plots"
	lockFile        = "lock"
)

// ErrInUse is in the chain of errors about a run directory that another process writes to.
var ErrInUse = errors.New("the run is in use by another process")

// makeRunDir creates and locks out/<name>-s<seed>, or with -2, -3, ... if that is taken. The
// directory is made aside and renamed, so that one that can be seen has a config and a manifest, and
// of several processes each gets its own.
func makeRunDir(out string, cfg *configs.Run, m *Manifest) (dir string, l *lock.Lock, err error) {
	if out == "" {
		out = "runs"
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", nil, fmt.Errorf("cannot make the output directory %s: %w (choose another one with --out)", out, pathless(err))
	}
	name := fmt.Sprintf("%s-s%d", fileName(cfg.Name), cfg.Seed)
	aside, err := os.MkdirTemp(out, "."+name+"-*"+atomicfile.Suffix)
	if err != nil {
		return "", nil, fmt.Errorf("cannot make a run directory in %s: %w (choose another place with --out)", out, pathless(err))
	}
	if err := fillRunDir(aside, cfg, m); err != nil {
		os.RemoveAll(aside)
		return "", nil, err
	}
	dir = filepath.Join(out, name)
	for k := 2; ; k++ {
		// Renaming over a directory that holds something fails; some systems replace an empty one.
		if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
			if err = os.Rename(aside, dir); err == nil {
				break
			}
			if _, e := os.Lstat(dir); e != nil {
				os.RemoveAll(aside)
				return "", nil, fmt.Errorf("cannot make the run directory %s: %w (choose another place with --out)", dir, pathless(err))
			}
		}
		dir = filepath.Join(out, fmt.Sprintf("%s-%d", name, k))
	}
	if err := atomicfile.SyncDir(out); err != nil {
		return "", nil, err
	}
	l, err = lockRun(dir)
	return dir, l, err
}

// fillRunDir writes what a run has from its start.
func fillRunDir(dir string, cfg *configs.Run, m *Manifest) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	for _, sub := range []string{checkpointsDir, bestDir, videosDir, plotsDir} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	if err := atomicfile.WriteBytes(filepath.Join(dir, configFile), cfg.YAML()); err != nil {
		return err
	}
	return m.write(dir)
}

// fileName replaces what a directory's name should not hold.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == 127 || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, name)
}

// lockRun takes the run for this process.
func lockRun(dir string) (*lock.Lock, error) {
	l, err := lock.Acquire(filepath.Join(dir, lockFile))
	var held *lock.HeldError
	switch {
	case errors.As(err, &held):
		return nil, fmt.Errorf("%s: %w: %w; wait for it or stop it", dir, ErrInUse, err)
	case err != nil:
		return nil, fmt.Errorf("cannot lock the run %s: %w", dir, err)
	}
	return l, nil
}

// Run is a run's directory, for reading.
type Run struct {
	Dir      string
	Config   *configs.Run
	Manifest Manifest
}

// OpenRun reads what a run is. It does not lock the run, which may be going on.
func OpenRun(dir string) (*Run, error) {
	path := filepath.Join(dir, configFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("no run %s: %w", dir, pathless(err))
		}
		return nil, fmt.Errorf("%s is no run: it has no %s", dir, configFile)
	}
	cfg, err := configs.Load(path, nil, nil)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	if hash := cfg.Hash(); m.ConfigHash != hash {
		return nil, fmt.Errorf("%s is not the config that the run was started with (sha256 %.12s, %s says %.12s): put it back, or train anew with it",
			path, hash, manifestFile, m.ConfigHash)
	}
	return &Run{Dir: dir, Config: cfg, Manifest: *m}, nil
}

// Progress reads the run's progress.csv.
func (r *Run) Progress() (*Table, error) { return ReadTable(filepath.Join(r.Dir, progressFile)) }

// Evaluations reads the run's evaluations.csv: timesteps, episode, reward, length.
func (r *Run) Evaluations() (*Table, error) { return ReadTable(filepath.Join(r.Dir, evaluationsFile)) }
