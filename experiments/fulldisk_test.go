//go:build linux || darwin

package experiments

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"tesuji/experiments/checkpoint"
)

// TestMain is also the process that TestFullDisk starts: a training that may not write files
// longer than a limit, which is as much of a full disk as a test can have everywhere.
func TestMain(m *testing.M) {
	out := os.Getenv("TRAIN_UNDER_LIMIT")
	if out == "" {
		os.Exit(m.Run())
	}
	limit, err := strconv.ParseUint(os.Getenv("LIMIT"), 10, 64)
	if err != nil {
		panic(err)
	}
	signal.Ignore(syscall.SIGXFSZ) // the write that goes too far returns an error
	cfg := tiny(&testing.T{}, os.Getenv("CHANGES"))
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		panic(err)
	}
	_, err = Train(context.Background(), cfg, Options{Out: out})
	fmt.Print(err)
	if err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// TestFullDisk: a run that cannot write ends with an error that names the file and what to do;
// what was saved is whole, and with room again the run goes on to the same end.
func TestFullDisk(t *testing.T) {
	for _, c := range []struct {
		name, changes, says string
		limit               int64
	}{
		{"no room for a checkpoint", "", "checkpoint: write", 4000},
		// Eighty rows outgrow the config; TensorBoard's file is the longest.
		{"no room for a row", "checkpoint.freq=0 eval.freq=0 n_timesteps=2560", "events.out.tfevents", 4000},
		{"no room for anything", "", "write", 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := mustTrain(t, tiny(t, c.changes))
			out := t.TempDir()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "TRAIN_UNDER_LIMIT="+out, "CHANGES="+c.changes, fmt.Sprint("LIMIT=", c.limit))
			b, err := cmd.Output()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 1 {
				t.Fatalf("%v: %s", err, b)
			}
			wantError(t, errors.New(string(b)), c.says, "file too large")
			if c.limit > 100 {
				wantError(t, errors.New(string(b)), "resume the run")
			}
			dir := filepath.Join(out, "tiny-s7")
			if _, err := os.Stat(dir); err != nil {
				// Not even a directory could be made: then nothing of one may be left.
				if left, _ := os.ReadDir(out); len(left) != 0 {
					t.Errorf("left %v", left)
				}
				return
			}
			list, err := checkpoint.List(filepath.Join(dir, checkpointsDir))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				if _, err := checkpoint.Read(e.Path); err != nil {
					t.Error(err)
				}
			}
			r, err := OpenRun(dir)
			if err != nil {
				t.Fatal(err)
			}
			if s := r.Manifest.State; s != Failed && !strings.Contains(c.name, "anything") {
				t.Errorf("state %s", s)
			}
			again, err := Resume(context.Background(), dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if again.WeightsSHA256 != want.WeightsSHA256 {
				t.Error("ends with other weights")
			}
			if d := compareRuns(t, want.Run, dir); d != nil {
				t.Error(d)
			}
		})
	}
}
