//go:build !js

package main

import (
	"embed"
	"fmt"
	"os"
	"strings"

	"tesuji/experiments/trained"
)

// files are the weights of runs of `rl train --config NAME`, as they were saved: each belongs to
// the preset of its name. Those of Go come with every program.
//
//go:embed weights/*.safetensors
var files embed.FS

// weights returns the weights file of a preset.
func weights(name string) ([]byte, error) {
	if engine, ok := strings.CutPrefix(name, "alphazero-"); ok {
		if b, ok := trained.Weights(engine); ok {
			return b, nil
		}
	}
	return files.ReadFile("weights/" + name + ".safetensors")
}

// chosen is the agent that the first argument names; "" without one.
func chosen() string {
	if len(os.Args) > 1 {
		return os.Args[1]
	}
	return ""
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "rlweb:", err)
	os.Exit(1)
}
