package atari

// luma is a grey level as a weighted sum of red, green and blue, in whole numbers: the weights and
// half a unit are in 2^-shift.
type luma struct {
	red, green, blue, half uint32
	shift                  uint
}

var lumas = map[string]luma{
	// What OpenCV makes of RGB: .299, .587 and .114, rounded to 2^-15.
	GreyOpenCV: {9798, 19235, 3735, 1 << 14, 15},
	// ALE's palette: the products of colors with .2989, .587 and .114, rounded.
	GreyALE: rounded(2989, 5870, 1140),
	// Y of YUV: .299, .587 and .114, rounded.
	GreyLuminance: rounded(2990, 5870, 1140),
}

// rounded returns the weighted sum with weights in 1/10000, rounded, halves up. Weights are
// rounded up to 2^-23: that is too much by less than 765/2^23 for a sum, which is less than the
// 1/10000 that a sum which is to be rounded down is away from one that is not.
func rounded(red, green, blue uint64) luma {
	const shift = 23
	up := func(w uint64) uint32 { return uint32((w<<shift + 9999) / 10000) }
	return luma{up(red), up(green), up(blue), 1 << (shift - 1), shift}
}

// of returns the grey of a color.
func (l luma) of(r, g, b uint8) uint8 {
	return uint8((uint32(r)*l.red + uint32(g)*l.green + uint32(b)*l.blue + l.half) >> (l.shift & 31))
}

// row writes the grey of a row of pixels, three bytes each.
func (l luma) row(dst, pixels []uint8) {
	red, green, blue, half, shift := l.red, l.green, l.blue, l.half, l.shift&31
	pixels = pixels[:3*len(dst)]
	for i, k := 0, 2; i < len(dst) && k < len(pixels); i, k = i+1, k+3 {
		sum := uint32(pixels[k-2])*red + uint32(pixels[k-1])*green + uint32(pixels[k])*blue + half
		dst[i] = uint8(sum >> shift)
	}
}

// rowOfColors writes the grey of the greater of each red, green and blue in two rows. (The greater
// of words is found without a branch, that of bytes is not.)
func (l luma) rowOfColors(dst, a, b []uint8) {
	red, green, blue, half, shift := l.red, l.green, l.blue, l.half, l.shift&31
	a = a[:3*len(dst)]
	b = b[:len(a)]
	for i, k := 0, 2; i < len(dst) && k < len(a); i, k = i+1, k+3 {
		sum := max(uint32(a[k-2]), uint32(b[k-2]))*red + max(uint32(a[k-1]), uint32(b[k-1]))*green +
			max(uint32(a[k]), uint32(b[k]))*blue + half
		dst[i] = uint8(sum >> shift)
	}
}

// rowOfGreys writes the brighter grey of each pixel in two rows.
func (l luma) rowOfGreys(dst, a, b []uint8) {
	red, green, blue, half, shift := l.red, l.green, l.blue, l.half, l.shift&31
	a = a[:3*len(dst)]
	b = b[:len(a)]
	for i, k := 0, 2; i < len(dst) && k < len(a); i, k = i+1, k+3 {
		p := uint32(a[k-2])*red + uint32(a[k-1])*green + uint32(a[k])*blue + half
		q := uint32(b[k-2])*red + uint32(b[k-1])*green + uint32(b[k])*blue + half
		dst[i] = uint8(max(p, q) >> shift)
	}
}

// brightest writes the greater of each byte of two rows.
func brightest(dst, a, b []uint8) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = uint8(max(uint32(a[i]), uint32(b[i])))
	}
}
