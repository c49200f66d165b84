package corridor

import (
	"os"
	"strings"
	"testing"

	"tesuji/envs/envtest"
)

// TestDocumented: the environment that docs/adding-an-environment.md shows is this one, and works.
func TestDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/adding-an-environment.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("corridor.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), "```go\n"+string(code)+"```\n") {
		t.Error("docs/adding-an-environment.md shows other code than corridor.go")
	}
	envtest.Run(t, New)
}
