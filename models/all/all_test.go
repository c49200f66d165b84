package all

import (
	"os"
	"strings"
	"testing"

	"tesuji/models"
)

type strange struct{}

func (strange) Validate() error { return nil }

func TestEntries(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range List() {
		if seen[e.Name] || e.Name == "" || !strings.HasSuffix(e.Doc, ".") {
			t.Errorf("entry %q: %q", e.Name, e.Doc)
		}
		seen[e.Name] = true
		for _, options := range []func() models.Config{e.Config, e.Data} {
			c := options()
			if err := c.Validate(); err != nil {
				t.Errorf("%s: defaults: %v", e.Name, err)
			}
			if c == options() {
				t.Errorf("%s: two calls share their options", e.Name)
			}
		}
		s := models.Setup{Iterations: 1}
		for _, err := range []error{
			errorOf(e.New(strange{}, e.Data(), s)), errorOf(e.New(e.Config(), strange{}, s)),
			errorOf(e.New(e.Config(), e.Data(), models.Setup{})),
		} {
			if err == nil || !strings.Contains(err.Error(), e.Name) {
				t.Errorf("%s: misuse: error %v", e.Name, err)
			}
		}
		if found, err := Find(e.Name); err != nil || found.Name != e.Name {
			t.Errorf("Find(%q): %v, %v", e.Name, found.Name, err)
		}
	}
}

func errorOf(_ models.Trainer, err error) error { return err }

func TestFind(t *testing.T) {
	if _, err := Find("mpl"); err == nil || !strings.Contains(err.Error(), `did you mean "mlp"?`) {
		t.Errorf("error %v", err)
	}
}

// Every folder with a function that makes a trainer from options is listed.
func TestComplete(t *testing.T) {
	folders, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		files, err := os.ReadDir("../" + f.Name())
		if err != nil {
			continue // no folder
		}
		for _, file := range files {
			text, err := os.ReadFile("../" + f.Name() + "/" + file.Name())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Find(f.Name()); err != nil && strings.Contains(string(text), "\nfunc New(cfg Config, ") {
				t.Errorf("models/%s is not listed", f.Name())
			}
		}
	}
}
