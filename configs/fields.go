package configs

import (
	"reflect"
	"strings"
)

// tagged returns the key of a struct's field, as its yaml tag says, and whether its fields are
// those of the struct around it. The key is "" if the field is no part of a config.
func tagged(f reflect.StructField) (key string, inline bool) {
	if !f.IsExported() {
		return "", false
	}
	name, rest, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	for option := range strings.SplitSeq(rest, ",") {
		if option == "inline" {
			return "", true
		}
	}
	if name == "-" {
		return "", false
	}
	if name == "" {
		name = strings.ToLower(f.Name)
	}
	return name, false
}
