package main

import (
	"path/filepath"
	"slices"
	"strings"

	"tesuji/experiments"

	"github.com/spf13/cobra"
)

func (a *app) export() *cobra.Command {
	var o experiments.ExportOptions
	var path string
	var best bool
	c := &cobra.Command{
		Use:   "export RUN -o FILE",
		Short: "Write what was learned for other programs",
		Long: `Write a run's network or weights to a file, whose name says the format:

  .onnx         the network, for onnxruntime, browsers and phones; normalised observations and
                the choice of the action are part of it
  .safetensors  the weights by name, for PyTorch and others
  .npz          the weights by name, for NumPy

With --pytorch the weights have the names and the layout of the same agent of Stable-Baselines3:
model.policy.load_state_dict takes them.`,
		Example: `  rl export runs/ppo-cartpole-s1 -o policy.onnx
  rl export runs/ppo-cartpole-s1 -o weights.npz
  rl export runs/dqn-cartpole-s1 -o sb3.safetensors --pytorch`,
		ValidArgsFunction: runDirs,
		Args:              oneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			ending := strings.ToLower(filepath.Ext(path))
			switch {
			case path == "":
				return usagef("rl export wants a file, such as -o policy.onnx")
			case !slices.Contains(experiments.ExportEndings(), ending):
				return usagef("-o %s: want a name that ends in %s", path, strings.Join(experiments.ExportEndings(), ", "))
			case o.PyTorch && ending == ".onnx":
				return usagef("--pytorch is about weights: want -o with .safetensors or .npz")
			}
			o.Weights, o.Log = weights(best), a.log()
			if err := experiments.Export(args[0], path, o); err != nil {
				return err
			}
			a.out.printf("%s\n", path)
			return nil
		},
	}
	f := c.Flags()
	f.StringVarP(&path, "output", "o", "", "file to write: .onnx, .safetensors or .npz")
	f.BoolVar(&o.PyTorch, "pytorch", false, "weights as Stable-Baselines3 has them")
	weightsFlag(c, &best)
	return c
}
