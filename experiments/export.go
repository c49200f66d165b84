package experiments

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tesuji/agents/dqn"
	"tesuji/configs"
	"tesuji/experiments/internal/atomicfile"
	"tesuji/internal/version"
	"tesuji/nets"
	"tesuji/nets/npy"
	"tesuji/nets/onnx"
	"tesuji/nets/torch"
)

// ExportOptions of Export.
type ExportOptions struct {
	Weights Weights // default FinalWeights
	// PyTorch exports weights under Stable-Baselines3's names and in PyTorch's layout.
	PyTorch bool
	Log     io.Writer
}

// exporters write what was learned, by the file's ending.
var exporters = []struct {
	ending string
	write  func(w io.Writer, r *Run, l learner, tensors []nets.NamedTensor) error
}{
	{".onnx", func(w io.Writer, r *Run, l learner, _ []nets.NamedTensor) error {
		b, err := blueprintOf(r.Config, l)
		if err != nil {
			return err
		}
		return onnx.Export(w, b, provenance(r))
	}},
	{".safetensors", func(w io.Writer, r *Run, _ learner, tensors []nets.NamedTensor) error {
		return nets.WriteSafetensors(w, tensors, provenance(r))
	}},
	{".npz", func(w io.Writer, _ *Run, _ learner, tensors []nets.NamedTensor) error {
		return npy.WriteZip(w, tensors)
	}},
}

// ExportEndings returns the endings of files that Export writes.
func ExportEndings() []string {
	var all []string
	for _, e := range exporters {
		all = append(all, e.ending)
	}
	return all
}

// Export writes what a run has learned to a file, by its ending: the network for other programs
// (.onnx), or the arrays of its weights (.safetensors, .npz). It does not change the run, which
// may be going on.
func Export(dir, path string, o ExportOptions) error {
	i := slices.Index(ExportEndings(), strings.ToLower(filepath.Ext(path)))
	if i < 0 {
		return fmt.Errorf("cannot export to %s: want a name that ends in %s", path, strings.Join(ExportEndings(), ", "))
	}
	e := exporters[i]
	if o.PyTorch && e.ending == ".onnx" {
		return fmt.Errorf("cannot export to %s for PyTorch: want weights, .safetensors or .npz", path)
	}
	r, err := OpenRun(dir)
	if err != nil {
		return err
	}
	l, err := loadTrained(r, o.Weights, Options{Log: o.Log})
	if err != nil {
		return err
	}
	tensors := l.weights()
	if o.PyTorch {
		m, err := stableBaselines3(r.Config, l.params())
		if err != nil {
			return err
		}
		if tensors, err = m.Tensors(l.params()); err != nil {
			return fmt.Errorf("%s has no counterpart in Stable-Baselines3: %w", r.Config.Agent, err)
		}
	}
	return atomicfile.Write(path, func(w io.Writer) error { return e.write(w, r, l, tensors) })
}

// provenance is what an exported file says of where it comes from.
func provenance(r *Run) map[string]string {
	m := map[string]string{
		"producer": "tesuji " + version.String(), "config_sha256": r.Config.Hash(),
		"name": r.Config.Name, "seed": strconv.FormatUint(r.Config.Seed, 10),
	}
	if r.Config.IsModel() {
		m["model"] = r.Config.Model
	} else {
		m["agent"], m["env"] = r.Config.Agent, r.Config.Env
	}
	return m
}

// stableBaselines3 returns the map between an agent's parameters and those of the same agent of
// Stable-Baselines3.
func stableBaselines3(cfg *configs.Run, set *nets.ParamSet) (torch.Map, error) {
	switch cfg.Agent {
	case "ppo", "a2c":
		return torch.StableBaselines3(), nil
	case "dqn":
		if o, ok := cfg.Options.(*dqn.Config); ok && (o.Dueling || o.Noisy || o.Distribution != "none") {
			return torch.Map{}, errors.New("a DQN that is dueling, noisy or distributional has no counterpart in Stable-Baselines3: leave --pytorch out")
		}
		hidden := 0
		for _, p := range set.All() {
			var i int
			if n, _ := fmt.Sscanf(p.Name, "q_net.%d.weight", &i); n == 1 {
				hidden = max(hidden, i+1)
			}
		}
		return torch.StableBaselines3DQN(hidden), nil
	}
	what := cfg.Agent
	if cfg.IsModel() {
		what = cfg.Model
	}
	return torch.Map{}, fmt.Errorf("%s has no counterpart in Stable-Baselines3 that is known here: want ppo, a2c or dqn", what)
}
