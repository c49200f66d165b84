package experiments

import (
	"fmt"
	"io"
	"path/filepath"
	"time"

	"tesuji/configs"
	"tesuji/experiments/checkpoint"
	"tesuji/nets"
)

// Imported is the state of a run whose weights come from another program.
const Imported State = "imported"

// Import makes a run of a config with the weights of Stable-Baselines3 in a safetensors file, the
// state dict of model.policy, and returns its directory. Such a run can be evaluated, watched and
// exported; there is nothing to resume or to reproduce. The statistics of VecNormalize are not in
// a state dict: a config that normalises observations is refused.
func Import(cfg *configs.Run, path, out string, log io.Writer) (dir string, err error) {
	if cfg.Normalize.Obs {
		return "", fmt.Errorf("normalize.obs is true, and %s cannot hold the statistics: want false (--set normalize.obs=false)", path)
	}
	f, err := nets.OpenSafetensors(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	l, err := newLearner(cfg, realParts)
	if err != nil {
		return "", err
	}
	m, err := stableBaselines3(cfg, l.params())
	if err != nil {
		return "", err
	}
	if err := m.Load(l.params(), f.Tensors); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	manifest := newManifest(cfg, time.Now())
	manifest.State, manifest.Sessions, manifest.WeightsSHA256 = Imported, 0, l.params().Hash()
	dir, lock, err := makeRunDir(out, cfg, manifest)
	if err != nil {
		return "", err
	}
	defer lock.Release()
	Options{Log: log}.logf("%s: %d parameters of %s", dir, l.params().Count(), path)
	return dir, checkpoint.Write(filepath.Join(dir, weightsFile), &checkpoint.File{Config: cfg.Hash(), Tensors: l.weights()})
}

// mustBeTrained returns an error if the run's weights come from elsewhere.
func (r *Run) mustBeTrained(what string) error {
	if r.Manifest.State == Imported {
		return fmt.Errorf("%s was imported from another program: there is nothing to %s", r.Dir, what)
	}
	return nil
}
