package all

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/envtest"
)

func TestEveryEnvironmentConforms(t *testing.T) {
	for _, e := range List() {
		if e.Outside {
			continue // its package tests what it can
		}
		t.Run(e.ID, func(t *testing.T) {
			envtest.Run(t, func() (envs.Env, error) { return Make(e.ID, nil) })
			env, err := e.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			if env.Spec().ID != e.ID {
				t.Errorf("the entry %s makes %s", e.ID, env.Spec().ID)
			}
			if _, ok := envs.As[envs.Renderer](env); !ok {
				t.Error("it cannot be drawn")
			}
			if e.Doc == "" {
				t.Error("it has no description")
			}
		})
	}
}

func TestOptions(t *testing.T) {
	for _, e := range List() {
		t.Run(e.ID, func(t *testing.T) {
			if _, err := e.New(&struct{ Wrong int }{}); err == nil {
				t.Error("options of another type were accepted")
			}
			if e.Options == nil {
				return
			}
			if e.Options() == e.Options() {
				t.Error("two calls share their options")
			}
			if _, err := e.New(e.Options()); err != nil && !e.Outside {
				t.Errorf("the defaults: %v", err)
			}
			for _, f := range reflect.VisibleFields(reflect.TypeOf(e.Options()).Elem()) {
				if f.Tag.Get("yaml") == "" {
					t.Errorf("option %s has no yaml tag", f.Name)
				}
			}
		})
	}
}

func TestUnknownID(t *testing.T) {
	tests := []struct{ id, want string }{
		{"CartPoel-v1", `did you mean "CartPole-v1"?`},
		{"cartpole-v1", `did you mean "CartPole-v1"?`},
		{"Taxi-v3", `use "Taxi-v4"`},
		{"CartPole-v7", `use "CartPole-v1"`},
		{"Tetris", "known: CartPole-v1"},
		{"", "unknown environment"},
		{"-v1", "unknown environment"},
	}
	for _, tt := range tests {
		if _, err := Make(tt.id, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.id, err, tt.want)
		}
	}
}

// Every exported constructor New… of the environment packages is in the list, found by reading
// the sources: one that returns a type which has a Step method.
func TestNothingIsMissing(t *testing.T) {
	list, err := os.ReadFile("all.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	dirs, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if !d.IsDir() || d.Name() == "all" || d.Name() == "envtest" || d.Name() == "internal" {
			continue
		}
		for _, name := range constructors(t, filepath.Join("..", d.Name())) {
			found++
			call := d.Name() + "." + name
			if !strings.Contains(string(list), call+")") {
				t.Errorf("%s makes an environment, but is not in the list", call)
			}
		}
	}
	if found != len(entries) {
		t.Errorf("%d constructors of environments for %d entries", found, len(entries))
	}
}

// constructors returns the exported functions in dir that make environments.
func constructors(t *testing.T, dir string) []string {
	t.Helper()
	steps := map[string]bool{"envs.Env": true, "envs.Select": true} // types with a Step method
	makes := map[string]string{}                                    // constructor -> type
	var order []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			switch {
			case !ok:
			case f.Recv != nil && f.Name.Name == "Step":
				steps[pointee(f.Recv.List[0].Type)] = true
			case f.Recv == nil && strings.HasPrefix(f.Name.Name, "New") && f.Type.Results != nil:
				makes[f.Name.Name] = pointee(f.Type.Results.List[0].Type)
				order = append(order, f.Name.Name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, n := range order {
		if steps[makes[n]] {
			names = append(names, n)
		}
	}
	return names
}

func pointee(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return pointee(e.X) + "." + e.Sel.Name
	}
	return ""
}
