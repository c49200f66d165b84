package configs

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed presets/*.yaml
var presetFiles embed.FS

// Presets returns the names of the presets, sorted.
func Presets() []string {
	files, err := presetFiles.ReadDir("presets")
	if err != nil {
		panic("configs: " + err.Error()) // the folder is part of the program
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".yaml")
	}
	slices.Sort(names)
	return names
}

// Preset returns a preset's text, comments included.
func Preset(name string) ([]byte, error) {
	if !slices.Contains(Presets(), name) {
		return nil, fmt.Errorf("config: no preset %q", name)
	}
	return presetFiles.ReadFile("presets/" + name + ".yaml")
}

// Summary returns the first comment line of a preset: what it is, in one sentence.
func Summary(name string) string {
	text, err := Preset(name)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(strings.TrimPrefix(first, "#"))
}
