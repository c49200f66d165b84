// Package version says which program this is.
package version

import (
	"runtime/debug"
	"strings"
)

// Number is the released version, raised by hand together with the tag.
const Number = "0.1.0"

// String returns the version and, as far as the build recorded it, the commit:
// "0.1.0 (1a26ccf0, modified)".
func String() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Number
	}
	var notes []string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 8:
			notes = append([]string{s.Value[:8]}, notes...)
		case s.Key == "vcs.modified" && s.Value == "true":
			notes = append(notes, "modified")
		}
	}
	if len(notes) == 0 {
		return Number
	}
	return Number + " (" + strings.Join(notes, ", ") + ")"
}
