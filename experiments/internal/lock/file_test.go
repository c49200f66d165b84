//go:build unix

package lock

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestAcquireFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	a, err := acquireFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := acquireFile(path); !errors.As(err, &held) || held.Owner == "" {
		t.Fatalf("locked twice: %v", err)
	}
	a.Release()

	// A process that has ended, and been waited for, is gone.
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	host, _ := os.Hostname()
	for _, c := range []struct {
		content string
		free    bool
	}{
		{fmt.Sprintf("%d %s\n", cmd.Process.Pid, host), true},
		{fmt.Sprintf("%d %s.elsewhere\n", cmd.Process.Pid, host), false},
		{fmt.Sprintf("%d %s\n", os.Getpid(), host), false},
		{"", false}, // being written this moment
	} {
		if err := os.WriteFile(path, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		l, err := acquireFile(path)
		if (err == nil) != c.free {
			t.Errorf("%q: %v", c.content, err)
		}
		if err == nil {
			l.Release()
		}
		os.Remove(path)
	}
}
