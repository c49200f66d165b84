// Package view opens windows. It is the only one that knows Ebitengine; what windows show is
// painted by the scenes of view/scene. No display is touched before Run.
//
// On Linux and the BSDs Ebitengine finds the system's display libraries while the program runs, which
// takes the system's C library. The build tag headless leaves windows out: the program is static
// then, and runs where there is nothing but a kernel.
package view

import "errors"

// ErrNoDisplay is in the chain of Run's error where there is nothing to open a window on.
var ErrNoDisplay = errors.New("no display")
