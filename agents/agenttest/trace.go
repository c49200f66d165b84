package agenttest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the trace files anew")

// Trace compares the first calls of Advance with a file in the package's testdata: what each
// reported, with numbers to the bit, and the hash of the parameters after it. The file says
// that a change of the code changed no number, and that this machine gives the numbers that
// another one gave. -update writes it anew.
func Trace(t *testing.T, c Case, calls int, name string) {
	t.Helper()
	r := c.start(t, c.Steps, 1)
	var b strings.Builder
	for i := range calls {
		at := r.log.text.Len()
		r.advance(t)
		fmt.Fprintf(&b, "call %d\n%sparams %s\n", i+1, r.log.String()[at:], r.Params().Hash())
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != b.String() {
		t.Errorf("%s: %s", file, difference(string(want), b.String()))
	}
}
