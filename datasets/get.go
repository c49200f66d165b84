package datasets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Get fetches the entry and its parts, with the clients of their packages, and reports whether
// anything was fetched: what is there already and right is left alone. An entry appears whole
// or not at all.
func (s Store) Get(ctx context.Context, e *Entry) (fetched bool, err error) {
	var errs []error
	for _, p := range e.parts() {
		did, err := s.Get(ctx, p)
		fetched = fetched || did
		errs = append(errs, err)
	}
	if len(e.Parts) > 0 {
		return fetched, errors.Join(errs...)
	}
	if s.Verify(e) == nil {
		return false, nil
	}
	if e.Kind == Yours {
		return false, &MissingError{e, s.Dir}
	}
	if err := s.fetch(ctx, e); err != nil {
		return false, fmt.Errorf("data set %s: %w", e.Name, err)
	}
	return true, nil
}

func (s Store) fetch(ctx context.Context, e *Entry) error {
	temp, err := s.temp(e)
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	switch e.Kind {
	case Debian:
		err = client(ctx, temp, e, "apt-get", "download", "--quiet", e.Package)
	case NPM:
		err = client(ctx, temp, e, "npm", "pack", "--silent", "--ignore-scripts", e.Package+"@"+e.Version)
	}
	if err != nil {
		return err
	}
	found, err := filepath.Glob(filepath.Join(temp, "*"+e.suffix()))
	if err != nil {
		return err
	}
	if len(found) != 1 {
		return fmt.Errorf("the client left %d files named *%s in its directory, want one", len(found), e.suffix())
	}
	return s.install(ctx, e, found[0], temp)
}

// suffix ends the name of the package's file.
func (e *Entry) suffix() string {
	if e.Kind == Debian {
		return ".deb"
	}
	return ".tgz"
}

// tempPrefix begins the names of directories in which something is under way.
const tempPrefix = ".get-"

// temp makes a directory to fetch into, within the store so that a rename puts things in place,
// and removes those that a crash has left long ago.
func (s Store) temp(e *Entry) (string, error) {
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return "", err
	}
	old, _ := filepath.Glob(filepath.Join(s.Dir, tempPrefix+"*"))
	for _, dir := range old {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.RemoveAll(dir)
		}
	}
	return os.MkdirTemp(s.Dir, tempPrefix+e.Name+"-")
}

// install unpacks the entry's files out of a package into the store.
func (s Store) install(ctx context.Context, e *Entry, bundle, temp string) error {
	out := filepath.Join(temp, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		return err
	}
	if err := unpack(ctx, e, bundle, out); err != nil {
		return err
	}
	place := s.Path(e)
	// What is there is damaged or incomplete, or this would not be under way.
	if err := os.Rename(place, filepath.Join(temp, "old")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Rename(out, place); err != nil {
		if s.Verify(e) == nil { // another process was quicker
			return nil
		}
		return err
	}
	return nil
}

// client runs a program in dir. Its output is shown only if it fails.
func client(ctx context.Context, dir string, e *Entry, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	var said bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &said, &said
	cmd.Env = append(os.Environ(), "LC_ALL=C", "PWD="+dir)
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%s is not installed, and this comes from the %s: %s", name, e.From(), e.elsewhere(name))
	}
	return fmt.Errorf("`%s %s` failed (%w):\n%s\n%s", name, strings.Join(args, " "), err, lastLines(said.String(), 6), e.advice(name))
}

// elsewhere is what to do without the client.
func (e *Entry) elsewhere(name string) string {
	return fmt.Sprintf("install %s, or get the package's file on another computer and give it with `rl data get --from %s`", name, e.bundleName())
}

// advice is what to do when the client fails.
func (e *Entry) advice(name string) string {
	if name == "apt-get" {
		return "If apt does not know the package, run `apt-get update` as root first; otherwise " + e.elsewhere("apt-get of Debian 12")
	}
	return "Is there a network? Otherwise " + e.elsewhere(name)
}

// bundleName is what the package's file is called.
func (e *Entry) bundleName() string {
	if e.Kind == Debian {
		return e.Package + "_" + e.Version + "_all.deb"
	}
	return e.Package + "-" + e.Version + ".tgz"
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return "  " + strings.Join(lines[max(0, len(lines)-n):], "\n  ")
}
