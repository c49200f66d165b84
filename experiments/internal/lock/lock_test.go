package lock

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("LOCK_AND_WAIT"); path != "" {
		if _, err := Acquire(path); err != nil {
			os.Stdout.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Stdout.WriteString("locked\n")
		os.Stdin.Read(make([]byte, 1)) // until killed
		return
	}
	os.Exit(m.Run())
}

func TestAcquire(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	a, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := Acquire(path); !errors.As(err, &held) || held.Path != path {
		t.Fatalf("locked twice: %v", err)
	}
	a.Release()
	a.Release()
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is still there")
	}
	b, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	b.Release()
}

func TestAcquireNowhere(t *testing.T) {
	if _, err := Acquire(filepath.Join(t.TempDir(), "no", "lock")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// TestKilled: the lock of another process holds while it lives and is free when it is killed.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LOCK_AND_WAIT="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 7)
	if _, err := out.Read(line); err != nil || string(line) != "locked\n" {
		t.Fatalf("%q, %v", line, err)
	}
	var held *HeldError
	if _, err := Acquire(path); !errors.As(err, &held) {
		t.Fatalf("locked while another process has it: %v", err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	l, err := Acquire(path)
	if err != nil {
		t.Fatalf("the owner was killed: %v", err)
	}
	l.Release()
}
