package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tesuji/configs"
	"tesuji/experiments"
	"tesuji/nets"

	"github.com/spf13/cobra"
)

// summaryItem is a layer for machines.
type summaryItem struct {
	Layer       string   `json:"layer"`
	Operations  []string `json:"operations"`
	Output      string   `json:"output,omitempty"`
	Parameters  int      `json:"parameters"`
	Fixed       int      `json:"fixed"`
	MultiplyAdd int64    `json:"multiply_adds"`
}

func (a *app) summary() *cobra.Command {
	var set []string
	var asJSON bool
	c := &cobra.Command{
		Use:   "summary CONFIG|RUN",
		Short: "Show a network's layers, shapes and costs",
		Long: `Show the network of a preset, a config file or a run, layer by layer: the operations, the shape
of what they give for one input, the parameters, and the multiply-adds of a forward pass. Layers
that are for learning only, such as a critic's, have no operations.`,
		Example: `  rl summary ppo-cartpole
  rl summary lenet-mnist --json
  rl summary dqn-cartpole --set 'dqn.net_arch=[512]'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("rl summary wants one preset, config file or run directory")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := loadConfigOrRun(args[0], set)
			if err != nil {
				return err
			}
			b, err := experiments.Blueprint(cfg)
			if err != nil {
				return err
			}
			s, err := b.Summary()
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(a.out).Encode(summaryItems(s))
			}
			a.printSummary(s)
			return nil
		},
	}
	c.Flags().StringArrayVar(&set, "set", nil, "key=value: change a value of the config (repeatable)")
	c.Flags().BoolVar(&asJSON, "json", false, "a JSON array, one element for each layer")
	return c
}

// loadConfigOrRun loads the config of a run directory, of a file, or a preset.
func loadConfigOrRun(name string, set []string) (*configs.Run, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, "config.yaml")
	}
	return loadConfig(name, set)
}

func summaryItems(s *nets.Summary) []summaryItem {
	items := []summaryItem{}
	for _, l := range s.Layers {
		item := summaryItem{Layer: l.Name, Operations: l.Ops, Parameters: l.Params, Fixed: l.Fixed, MultiplyAdd: int64(l.MACs)}
		if len(l.Ops) > 0 {
			item.Output = l.Out.String()
		} else {
			item.Operations = []string{}
		}
		items = append(items, item)
	}
	return items
}

func (a *app) printSummary(s *nets.Summary) {
	t := newTable("layer", "operations", "output", ">parameters", ">multiply-adds")
	t.row("input", "", s.Input.String(), "", "")
	for _, l := range s.Layers {
		out, ops := "", strings.Join(l.Ops, ", ")
		if len(l.Ops) > 0 {
			out = l.Out.String()
		}
		t.row(l.Name, ops, out, thousands(int64(l.Params+l.Fixed)), thousands(int64(l.MACs)))
	}
	t.row("all", "", "", thousands(int64(s.Params+s.Fixed)), thousands(int64(s.MACs)))
	t.print(a.out)
	if s.Fixed > 0 {
		fmt.Fprintf(a.out, "%s of the parameters are fixed: statistics that go with the weights\n", thousands(int64(s.Fixed)))
	}
}
