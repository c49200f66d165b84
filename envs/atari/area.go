package atari

// axis is how pixels of one direction are shrunk to fewer: each new one is the mean of an interval
// of the old, those at its ends counted by the part that lies in it. With the ratio of the numbers
// in lowest terms p/q, an old pixel weighs q at most and an interval p.
type axis struct {
	first  []int    // first old pixel of each new one
	weight []uint32 // of taps old pixels from there, for each new one
	taps   int
	unit   uint32 // weight of an old pixel that lies in an interval
	total  uint32 // sum of the weights of an interval
}

// interval is the pixels of a row from one to before another.
type interval struct{ from, to int }

func (i interval) empty() bool { return i.from >= i.to }

// with returns the smallest interval that holds both.
func (i interval) with(other interval) interval {
	switch {
	case i.empty():
		return other
	case other.empty():
		return i
	}
	return interval{min(i.from, other.from), max(i.to, other.to)}
}

func newAxis(from, to int) axis {
	d := gcd(from, to)
	p, q := from/d, to/d
	x := axis{first: make([]int, to), taps: (p+q-2)/q + 1, unit: uint32(q), total: uint32(p)}
	x.weight = make([]uint32, to*x.taps)
	for i := range to {
		// In units of 1/q of an old pixel.
		begin, end := i*p, (i+1)*p
		// All taps lie on the old pixels; those that are not in the interval weigh 0.
		x.first[i] = min(begin/q, from-x.taps)
		for k := range x.taps {
			left, right := (x.first[i]+k)*q, (x.first[i]+k+1)*q
			x.weight[i*x.taps+k] = uint32(max(min(right, end)-max(left, begin), 0))
		}
	}
	return x
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// reached returns the new pixels that old ones are part of.
func (x *axis) reached(old interval) interval {
	p, q := int(x.total), int(x.unit)
	return interval{old.from * q / p, (old.to*q + p - 1) / p}
}

// needed returns the old pixels that new ones are made of.
func (x *axis) needed(new interval) interval {
	return interval{x.first[new.from], x.first[new.to-1] + x.taps}
}

// row writes the weighted sums of a part of a row.
func (x *axis) row(dst []uint32, src []uint8, part interval) {
	if x.taps == 3 {
		x.row3(dst, src, part)
		return
	}
	for i := part.from; i < part.to; i++ {
		w := x.weight[i*x.taps:][:x.taps]
		s := src[x.first[i]:][:len(w)]
		sum := uint32(0)
		for k, v := range s {
			sum += uint32(v) * w[k]
		}
		dst[i] = sum
	}
}

// row3 is row for three taps, as 160 pixels shrunk to 84 have.
func (x *axis) row3(dst []uint32, src []uint8, part interval) {
	dst = dst[part.from:part.to]
	first, weight := x.first[part.from:][:len(dst)], x.weight[3*part.from:]
	for i := range dst {
		w := weight[:3]
		weight = weight[3:]
		s := src[first[i]:][:3]
		dst[i] = uint32(s[0])*w[0] + uint32(s[1])*w[1] + uint32(s[2])*w[2]
	}
}

// mean divides sums by a total of weights and rounds, halves to even.
type mean struct {
	total uint64
	mul   uint64
}

const (
	// maxTotal bounds the totals for which the division is exact.
	maxTotal  = 1 << 20
	meanShift = 50
)

// newMean returns the division by total, less than maxTotal, of sums up to 255·total.
func newMean(total uint32) mean {
	return mean{uint64(total), (1<<meanShift + 2*uint64(total) - 1) / (2 * uint64(total))}
}

func (m *mean) of(sum uint32) uint8 {
	twice := 2*uint64(sum) + m.total
	q := twice * m.mul >> meanShift
	if twice == 2*m.total*q {
		q &^= 1
	}
	return uint8(q)
}
