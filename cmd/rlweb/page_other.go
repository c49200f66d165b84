//go:build !js

package main

import (
	"fmt"
	"os"
)

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
