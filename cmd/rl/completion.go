package main

import (
	"io"

	"tesuji/internal/suggest"

	"github.com/spf13/cobra"
)

func (a *app) completion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Write a script that completes verbs, flags and presets in a shell",
		Example: `  source <(rl completion bash)                             for this shell
  rl completion zsh > "${fpath[1]}/_rl"                    for good
  rl completion fish > ~/.config/fish/completions/rl.fish`,
		ValidArgs: shells,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("rl completion wants the name of a shell: bash, zsh, fish or powershell")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			write, ok := map[string]func(io.Writer) error{
				"bash":       func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
				"zsh":        root.GenZshCompletion,
				"fish":       func(w io.Writer) error { return root.GenFishCompletion(w, true) },
				"powershell": root.GenPowerShellCompletionWithDesc,
			}[args[0]]
			if !ok {
				return usagef("unknown shell %q%s", args[0], suggest.DidYouMean(args[0], shells))
			}
			return write(a.out)
		},
	}
}
