package text

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTinyShakespeare(t *testing.T) {
	s, err := Open(TinyShakespeare)
	if err != nil {
		t.Fatal(err)
	}
	if len(s) != 1_115_394 || !strings.HasPrefix(s, "First Citizen:\nBefore we proceed any further, hear me speak.\n") {
		t.Errorf("%d bytes, beginning %q", len(s), s[:40])
	}
	c := NewCharacters(s)
	if c.Size() != 65 || c.Decode([]int32{0, 1, 13, 39, 64}) != "\n Aaz" {
		t.Errorf("%d characters, %q", c.Size(), c.Decode([]int32{0, 1, 13, 39, 64}))
	}
	numbers, err := c.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	if len(numbers) != len(s) || c.Decode(numbers) != s {
		t.Error("the text did not survive its numbers")
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if s, err := Open(write("mine.txt", "naïve\n")); err != nil || s != "naïve\n" {
		t.Errorf("%q, %v", s, err)
	}
	for name, want := range map[string]string{
		"tiny-shakespear":               `did you mean "tiny-shakespeare"?`,
		"corpus":                        "the path of a file that ends in .txt",
		filepath.Join(dir, "none.txt"):  "no such file",
		write("binary.txt", "\xff\xfe"): "binary.txt is not UTF-8 text",
	} {
		if _, err := Open(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", name, err, want)
		}
	}
}

func TestCharacters(t *testing.T) {
	c := NewCharacters("böb ab")
	if c.Size() != 4 {
		t.Errorf("%d characters", c.Size())
	}
	list, err := c.Encode("aö b")
	if err != nil || c.Decode(list) != "aö b" || list[0] != 1 || list[1] != 3 || list[2] != 0 || list[3] != 2 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := c.Encode("abc"); err == nil || !strings.Contains(err.Error(), `'c' is not among the 4`) {
		t.Errorf("error %v", err)
	}
}
