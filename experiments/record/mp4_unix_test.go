//go:build unix

package record

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeFFmpeg puts a shell script named ffmpeg first in PATH: what is piped and how the program is
// called is ours, what it does with it is not.
func fakeFFmpeg(t *testing.T, script string) {
	t.Helper()
	bin := t.TempDir()
	if script != "" {
		if err := os.WriteFile(filepath.Join(bin, "ffmpeg"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
}

func TestMP4(t *testing.T) {
	fakeFFmpeg(t, `for last; do :; done
echo "$@" > "$last"
/bin/cat >> "$last"
`)
	path := filepath.Join(t.TempDir(), "a.mp4")
	f, err := Create(path, Options{FPS: 50})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := f.Add(picture(30, 20, i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	args, pixels, _ := strings.Cut(string(b), "\n")
	if !strings.Contains(args, "-s 30x20") || !strings.Contains(args, "-r 50 -i -") {
		t.Errorf("called with %s", args)
	}
	if want := string(picture(30, 20, 0).Pix) + string(picture(30, 20, 1).Pix) + string(picture(30, 20, 2).Pix); pixels != want {
		t.Errorf("%d bytes of pixels, want %d", len(pixels), len(want))
	}
}

func TestMP4Errors(t *testing.T) {
	t.Run("not installed", func(t *testing.T) {
		fakeFFmpeg(t, "")
		if _, err := Create("a.mp4", Options{FPS: 30}); !errors.Is(err, ErrNoFFmpeg) {
			t.Errorf("%v", err)
		}
	})
	t.Run("fails", func(t *testing.T) {
		fakeFFmpeg(t, "echo 'Unknown encoder libx264' >&2; exit 1")
		dir := t.TempDir()
		f, err := Create(filepath.Join(dir, "a.mp4"), Options{FPS: 30})
		if err != nil {
			t.Fatal(err)
		}
		err = f.Add(picture(400, 400, 0)) // more than a pipe holds
		if e := f.Close(); err == nil {
			err = e
		}
		if err == nil || !strings.Contains(err.Error(), "Unknown encoder libx264") || !strings.Contains(err.Error(), "a.mp4") {
			t.Errorf("%v", err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("left %v", left)
		}
	})
}
