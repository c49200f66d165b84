// Command rl trains agents, measures them, shows them, reproduces runs and plots learning
// curves. Each verb has a file of its own: its flags, and a call.
//
// Results go to standard output, everything else to standard error. Exit codes: 0 done,
// 1 failed, 2 bad usage or config, 130 interrupted after a checkpoint.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"tesuji/configs"
	"tesuji/tensor"

	"github.com/spf13/cobra"
)

const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// usageError is a mistake in how the program was called.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// without refuses flags that what is asked for does not heed.
func without(c *cobra.Command, what string, flags ...string) error {
	for _, name := range flags {
		if c.Flags().Changed(name) {
			return usagef("--%s means nothing to %s", name, what)
		}
	}
	return nil
}

// errInterrupted ends a verb that was interrupted and has said how to go on.
var errInterrupted = errors.New("interrupted")

// errReported ends a verb that failed and has said why.
var errReported = errors.New("failed")

func main() {
	// The first Ctrl-C lets a run write its checkpoint; the second one ends the program.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(serveMain(func() int { return run(ctx, os.Args[1:], os.Stdout, os.Stderr) }))
}

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{out: newScreen(stdout), talk: newScreen(stderr)}
	if err := tensor.KernelsError(); err != nil {
		fmt.Fprintf(stderr, "%s %v\n", a.talk.red("rl:"), err)
		return exitUsage
	}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	verb, err := root.ExecuteContextC(ctx)
	code := exitCode(err)
	if err != nil && !errors.Is(err, errReported) && !errors.Is(err, errInterrupted) {
		fmt.Fprintf(stderr, "%s %v\n", a.talk.red("rl:"), err)
		if usage := (usageError{}); errors.As(err, &usage) {
			fmt.Fprintf(stderr, "%s\n", a.talk.dim("Try \""+verb.CommandPath()+" --help\""))
		}
	}
	return code
}

// exitCode is what an error is worth to a script.
func exitCode(err error) int {
	var wrong configs.Errors
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &wrong), errors.As(err, &usage):
		return exitUsage
	}
	return exitFailed
}

// loadConfig is configs.Load with this process's environment. A file that is not there is bad
// usage too.
func loadConfig(name string, set []string) (*configs.Run, error) {
	r, err := configs.Load(name, set, os.Environ())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{err}
	}
	return r, err
}
