package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestData(t *testing.T) {
	dir := t.TempDir()
	store := filepath.Join(dir, "store")
	data := func(args ...string) ran {
		c := command(dir, append([]string{"data"}, args...)...)
		c.Env = append(c.Env, "TESUJI_DATA="+store)
		return finish(t, c)
	}
	if r := data("path"); r.code != 0 || r.stdout != store+"\n" {
		t.Errorf("path: %+v", r)
	}
	var items []dataItem
	r := data("list", "--json")
	if err := json.Unmarshal([]byte(r.stdout), &items); err != nil || r.code != 0 {
		t.Fatalf("list: %v, %+v", err, r)
	}
	for _, item := range items {
		if item.Here != (item.From == "generated") {
			t.Errorf("%s is here: %v", item.Name, item.Here)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "x.gz"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"list", 0, "fashion-mnist"},
		{"verify", 0, "there is nothing in"},
		{"get digits", 0, "generated whenever"},
		{"verify digits", 0, "digits: right"},
		{"", 2, "one of list, get, verify, path"},
		{"gte", 2, `did you mean "get"?`},
		{"get", 2, "which data set?"},
		{"get fashion-mnits", 2, `did you mean "fashion-mnist"?`},
		{"get mnist-test", 1, "rl data get --from FILE"},
		{"get --from x.gz", 1, "belongs to no data set"},
		{"get --from y.gz", 1, "y.gz: no such file"},
		{"verify mnist-train", 1, "rl data get mnist-train"},
		{"path mnist-train", 1, "rl data get mnist-train"},
		{"path digits", 2, "it is generated"},
		{"path mnist", 2, "made of mnist-train and mnist-test"},
	} {
		r := data(strings.Fields(c.args)...)
		if r.code != c.code || !strings.Contains(r.stdout+r.stderr, c.want) {
			t.Errorf("rl data %s: %+v, want code %d and %q", c.args, r, c.code, c.want)
		}
	}
}
