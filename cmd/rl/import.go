package main

import (
	"tesuji/experiments"

	"github.com/spf13/cobra"
)

func (a *app) importWeights() *cobra.Command {
	var config, out string
	var set []string
	c := &cobra.Command{
		Use:   "import FILE --config CONFIG",
		Short: "Make a run of Stable-Baselines3's weights",
		Long: `Make a run directory of a policy that Stable-Baselines3 has trained, to evaluate, watch or
export it here. The file is the policy's state dict as safetensors:

  from safetensors.torch import save_file
  save_file(model.policy.state_dict(), "policy.safetensors")

The config says what the policy is: its agent (ppo, a2c or dqn), environment and net_arch.`,
		Example: `  rl import policy.safetensors --config ppo-cartpole
  rl import policy.safetensors --config dqn-cartpole --set 'dqn.net_arch=[64, 64]'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("rl import wants one file, such as policy.safetensors")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if config == "" {
				return usagef("rl import wants --config: what the policy is")
			}
			cfg, err := loadConfig(config, set)
			if err != nil {
				return err
			}
			dir, err := experiments.Import(cfg, args[0], out, a.log())
			if err != nil {
				return err
			}
			a.out.printf("%s\n", dir)
			return nil
		},
	}
	f := c.Flags()
	f.StringVarP(&config, "config", "c", "", "preset or config file that says what the policy is")
	f.StringArrayVar(&set, "set", nil, "key=value: change a value of the config (repeatable)")
	f.StringVar(&out, "out", "runs", "directory to make the run in")
	return c
}
