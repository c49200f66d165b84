package main

import (
	"strings"

	"tesuji/internal/suggest"
	"tesuji/internal/version"

	"github.com/spf13/cobra"
)

// app is what the verbs share.
type app struct {
	out   *screen // results
	talk  *screen // everything else
	quiet bool
}

const rootHelp = `Train reinforcement-learning agents and other models, measure and watch them, reproduce
any run bit for bit, and plot learning curves.

  rl train --config ppo-cartpole                  train, with a preset's values
  rl train --config ppo-cartpole --seeds 1..5     five seeds, on all cores
  rl eval runs/ppo-cartpole-s1                    how good is it?
  rl watch runs/ppo-cartpole-s1                   what does it look like?
  rl play --env MinAtar/Breakout-v1               play yourself
  rl plot runs/ppo-cartpole-s* -o curve.png       how did it learn?
  rl reproduce runs/ppo-cartpole-s1               is every bit the same again?
  rl train --config gpt-shakespeare               train a language model ...
  rl sample runs/gpt-shakespeare-s1               ... and have it write
  rl list configs                                 what else can be trained?`

const exitHelp = `Exit codes: 0 done, 1 failed, 2 bad usage or config, 130 interrupted (a checkpoint was
written). Results go to standard output, progress and messages to standard error; NO_COLOR
turns colours off.`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "rl VERB",
		Short:         "Reinforcement learning: train, measure, watch, reproduce, plot",
		Long:          rootHelp,
		Version:       version.String(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cobra.EnableCommandSorting = false // the order of a run's life is the order of the help
	root.SuggestionsMinimumDistance = 2
	root.SetVersionTemplate("rl {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "say nothing but results and errors")
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Hidden: true, Use: "no-help"})
	root.AddCommand(
		a.train(), a.eval(), a.watch(), a.play(), a.sample(), a.plot(), a.reproduce(),
		a.export(), a.importWeights(), a.list(), a.summary(), a.data(), a.bench(), a.match(), a.gtp(), a.version(), a.completion(),
	)
	root.SetUsageTemplate(usageTemplate)
	root.SetHelpTemplate(helpTemplate)
	return root
}

const helpTemplate = `{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{.UsageString}}`

const usageTemplate = `Usage: {{.UseLine}}
{{if .HasExample}}
Examples:
{{.Example}}
{{end}}{{if .HasAvailableSubCommands}}
Verbs:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}
{{end}}{{if .HasAvailableLocalFlags}}
Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if .HasAvailableInheritedFlags}}
Flags of every verb:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if not .HasParent}}
` + exitHelp + `
{{end}}`

// noArguments refuses words that are neither verbs nor flags.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if c.HasParent() {
		return usagef("rl %s takes no arguments, found %q", c.Name(), strings.Join(args, " "))
	}
	var verbs []string
	for _, v := range c.Commands() {
		verbs = append(verbs, v.Name())
	}
	return usagef("unknown verb %q%s", args[0], suggest.DidYouMean(args[0], verbs))
}

// oneRun wants exactly one run directory.
func oneRun(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("rl %s wants one run directory, such as runs/ppo-cartpole-s1", c.Name())
	}
	return nil
}

// runDirs completes run directories in the shell.
func runDirs(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}
