package main

import (
	"encoding/json"
	"runtime"

	"tesuji/internal/version"
	"tesuji/tensor"

	"github.com/spf13/cobra"
)

func (a *app) version() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Show the version and what it runs on",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			v := struct {
				Version string `json:"version"`
				Go      string `json:"go"`
				OS      string `json:"os"`
				Arch    string `json:"arch"`
				Kernels string `json:"kernels"`
				Cores   int    `json:"cores"`
			}{version.String(), runtime.Version(), runtime.GOOS, runtime.GOARCH, tensor.Kernels(), runtime.GOMAXPROCS(0)}
			if asJSON {
				return json.NewEncoder(a.out).Encode(v)
			}
			a.out.printf("rl %s, %s %s/%s, %s kernels, %d cores\n", v.Version, v.Go, v.OS, v.Arch, v.Kernels, v.Cores)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one line of JSON")
	return c
}
