package kernel

import (
	"fmt"
	"os"
	"strings"
)

// set is one of the three sets of kernels.
type set uint8

const (
	setGo set = iota
	setAVX2
	setAVX512
)

var setNames = [...]string{setGo: "go", setAVX2: "avx2", setAVX512: "avx512"}

var (
	best             = detect() // the fastest set this CPU and operating system run
	active, errStart = start()
)

// start returns the set that the environment asks for, by default, or if it asks in vain, the best.
func start() (set, error) {
	name := os.Getenv("TESUJI_KERNELS")
	if name == "" {
		return best, nil
	}
	s, err := byName(name)
	if err != nil {
		return best, fmt.Errorf("environment variable TESUJI_KERNELS: %w", err)
	}
	return s, nil
}

// StartError says why the set that the environment variable TESUJI_KERNELS asks for is not in
// use, or returns nil.
func StartError() error { return errStart }

// byName returns the set of that name if this machine runs it.
func byName(name string) (set, error) {
	for s := range best + 1 {
		if setNames[s] == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("kernel: no kernel set %q on this machine, which has: %s", name, strings.Join(setNames[:best+1], ", "))
}

// Name returns the set of kernels in use: "avx512", "avx2" or "go".
func Name() string { return setNames[active] }

// Force selects a set of kernels by name. It must not run while another function of this
// package does. The error lists the sets that this machine has.
func Force(name string) error {
	s, err := byName(name)
	if err == nil {
		active = s
	}
	return err
}
