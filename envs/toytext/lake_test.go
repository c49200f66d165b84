package toytext

import (
	"slices"
	"strings"
	"testing"
)

// Maps made by Gymnasium's generate_random_map(8, .8, seed).
func TestRandomMap(t *testing.T) {
	for seed, want := range map[uint64]string{
		0:  "SFFFHHFF/FHHFHFFF/HFFFFFFF/FFHHFFFF/FFFFFHHF/FFFFFHFF/FHFFHFFF/FFFFFFFG",
		42: "SFHFFHFF/FFFHFHFF/FFHFFFHH/FFFFFFFH/FFFFFFFF/FHFFHHFF/FFFFFFFF/FFFFFFFG",
	} {
		m := DefaultRandomMap()
		m.Seed = seed
		rows, err := m.Generate()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(rows, "/"); got != want {
			t.Errorf("seed %d: %s, want %s", seed, got, want)
		}
	}
}

func TestRandomMapErrors(t *testing.T) {
	for _, m := range []RandomMap{{}, {Size: 1, Frozen: .8}, {Size: 513, Frozen: .8}, {Size: 8}, {Size: 8, Frozen: 1.01}, {Size: 9, Frozen: .05}} {
		if rows, err := m.Generate(); err == nil {
			t.Errorf("%+v: %v", m, rows)
		}
	}
}

func TestFrozenLakeErrors(t *testing.T) {
	for want, change := range map[string]func(*FrozenLakeOptions){
		"map_name":         func(o *FrozenLakeOptions) { o.MapName = "5x5" },
		"success_rate":     func(o *FrozenLakeOptions) { o.SuccessRate = 1.5 },
		"both map":         func(o *FrozenLakeOptions) { o.Map, o.Random = []string{"SG"}, &RandomMap{} },
		"random_map: size": func(o *FrozenLakeOptions) { o.Random = &RandomMap{Size: 1, Frozen: 1} },
		"0 rows":           func(o *FrozenLakeOptions) { o.Map = []string{} },
		"1 rows of 0":      func(o *FrozenLakeOptions) { o.Map = []string{""} },
		`row 2 "F" has 1`:  func(o *FrozenLakeOptions) { o.Map = []string{"SG", "F"} },
		`column 2: 'x'`:    func(o *FrozenLakeOptions) { o.Map = []string{"SxG"} },
		"0 starts":         func(o *FrozenLakeOptions) { o.Map = []string{"FG"} },
		"0 goals":          func(o *FrozenLakeOptions) { o.Map = []string{"SF"} },
	} {
		o := DefaultFrozenLakeOptions()
		change(&o)
		if _, err := NewFrozenLake(o); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "FrozenLake-v1") {
			t.Errorf("%q: error %v", want, err)
		}
	}
}

func FuzzParseLake(f *testing.F) {
	for _, rows := range knownLakes {
		f.Add(strings.Join(rows, "/"))
	}
	for _, s := range []string{"", "/", "SG", "S/G", "SGS/FHF", "SF/G", "sg", "S\x00G", "SФG"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows := strings.Split(text, "/")
		l, err := parseLake(rows)
		if err != nil {
			return
		}
		if !slices.Equal(l.lines(), rows) {
			t.Fatalf("%q read as %q", rows, l.lines())
		}
		if len(l.cells) > 1000 {
			return
		}
		if msg := checkTable(l.table(true, 1./3)); msg != "" {
			t.Fatalf("%q: %s", rows, msg)
		}
	})
}
