package envs

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// String describes the box, such as "Box(-1.0, 1.0, (3,), float32)", with bounds that differ
// laid out as NumPy prints an array of up to 1000 elements, except that all axes and lines are
// run together.
func (b *Box) String() string {
	dtype := "float32"
	if b.Type == Uint8 {
		dtype = "uint8"
	}
	dims := make([]string, len(b.Shape))
	for i, d := range b.Shape {
		dims[i] = strconv.Itoa(d)
	}
	shape := "(" + strings.Join(dims, ", ")
	if len(dims) == 1 {
		shape += ","
	}
	return fmt.Sprintf("Box(%s, %s, %s), %s)", boundsText(b.Low, b.Type), boundsText(b.High, b.Type), shape, dtype)
}

// String describes the space, such as "Discrete(2)" or "Discrete(3, start=-1)".
func (d *Discrete) String() string {
	if d.Start != 0 {
		return fmt.Sprintf("Discrete(%d, start=%d)", d.N, d.Start)
	}
	return fmt.Sprintf("Discrete(%d)", d.N)
}

// String describes the space, such as "MultiDiscrete([ 3 10])".
func (m *MultiDiscrete) String() string {
	words := make([]string, len(m.N))
	for i, n := range m.N {
		words[i] = strconv.Itoa(n)
	}
	return "MultiDiscrete(" + rightAligned(words) + ")"
}

// String describes the space, such as "MultiBinary(4)".
func (m *MultiBinary) String() string { return fmt.Sprintf("MultiBinary(%d)", m.N) }

// String describes the spaces, such as "Dict('a': Discrete(2), 'b': Discrete(3))".
func (d *Dict) String() string {
	parts := make([]string, len(d.Spaces))
	for i, s := range d.Spaces {
		parts[i] = fmt.Sprintf("'%s': %s", d.Names[i], s)
	}
	return "Dict(" + strings.Join(parts, ", ") + ")"
}

// boundsText is one number if all are equal, else the array in brackets.
func boundsText(v []float32, t Elem) string {
	same := true
	for _, x := range v {
		same = same && x == v[0]
	}
	words := make([]string, len(v))
	for i, x := range v {
		words[i] = strconv.FormatFloat(float64(x), 'f', -1, 32)
	}
	if t == Uint8 {
		if same {
			return words[0]
		}
		return rightAligned(words)
	}
	if same {
		return scalarText(v[0])
	}
	return floatsText(v)
}

// scalarText is a float32 as NumPy prints it alone.
func scalarText(x float32) string {
	abs := math.Abs(float64(x))
	switch {
	case math.IsInf(float64(x), 0):
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(float64(x), 'f', -1, 32), "+"))
	case abs != 0 && (abs < 1e-4 || abs >= 1e16):
		return strconv.FormatFloat(float64(x), 'e', -1, 32)
	case x == float32(math.Trunc(float64(x))):
		return strconv.FormatFloat(float64(x), 'f', 1, 32)
	}
	return strconv.FormatFloat(float64(x), 'f', -1, 32)
}

// rightAligned is a NumPy array of integers.
func rightAligned(words []string) string {
	width := 0
	for _, w := range words {
		width = max(width, len(w))
	}
	for i, w := range words {
		words[i] = strings.Repeat(" ", width-len(w)) + w
	}
	return bracketed(words)
}

// floatsText is a NumPy array of floats: the points below one another, infinities to the right.
// Values that NumPy would print with an exponent are given in their shortest form instead.
func floatsText(v []float32) string {
	type parts struct{ whole, frac string }
	words := make([]string, len(v))
	split := make([]parts, len(v))
	left, right := 0, 0
	smallest, largest := math.Inf(1), 0.0
	for i, x := range v {
		words[i] = scalarText(x)
		if math.IsInf(float64(x), 0) {
			continue
		}
		if abs := math.Abs(float64(x)); abs != 0 {
			smallest, largest = min(smallest, abs), max(largest, abs)
		}
		whole, frac, _ := strings.Cut(strconv.FormatFloat(float64(x), 'f', -1, 32), ".")
		split[i] = parts{whole, frac}
		left, right = max(left, len(whole)), max(right, len(frac))
	}
	if largest >= 1e8 || smallest < 1e-4 || largest/smallest > 1e3 {
		return bracketed(words)
	}
	for i := range v {
		if p := split[i]; p.whole != "" {
			words[i] = strings.Repeat(" ", left-len(p.whole)) + p.whole + "." + p.frac + strings.Repeat(" ", right-len(p.frac))
		}
	}
	width := left + 1 + right
	for i, w := range words {
		words[i] = strings.Repeat(" ", max(0, width-len(w))) + w
	}
	return bracketed(words)
}

func bracketed(words []string) string {
	if len(words) > 1000 { // as NumPy abridges
		words = append(append(append([]string(nil), words[:3]...), "..."), words[len(words)-3:]...)
	}
	return "[" + strings.Join(words, " ") + "]"
}
