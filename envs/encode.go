package envs

import "fmt"

// FlatSize returns the number of inputs of a network that reads the space: one per value of a
// Discrete, the sum over the factors of a MultiDiscrete, one per element of a Box or
// MultiBinary, and the sum over the parts of a Dict.
func FlatSize(s Space) int {
	switch s := s.(type) {
	case *Discrete:
		return s.N
	case *MultiDiscrete:
		n := 0
		for _, k := range s.N {
			n += k
		}
		return n
	case *Dict:
		n := 0
		for _, p := range s.Spaces {
			n += FlatSize(p)
		}
		return n
	}
	return s.Size()
}

// Encode writes what a network reads to dst [rows.N, FlatSize(s)]: a Discrete as a one-hot
// row, a MultiDiscrete as one-hot rows one after the other, pixels (a uint8 Box from 0 to 255)
// divided by 255, every other Box and MultiBinary as it is, a Dict as its parts one after the
// other. It allocates nothing. It panics if the sizes do not fit, or if the rows hold a number
// that is not in a Discrete or MultiDiscrete.
func Encode(s Space, rows Rows, dst []float32) {
	width := FlatSize(s)
	if rows.Size != s.Size() || len(dst) != rows.N*width || len(rows.F32)+len(rows.U8) != rows.N*rows.Size {
		panic(fmt.Sprintf("envs: Encode: %d rows of %d elements to %d floats, want rows of %d to %d floats",
			rows.N, rows.Size, len(dst), s.Size(), rows.N*width))
	}
	encode(s, rows, 0, dst, 0, width)
}

// encode writes the part of each row that begins at element from to the part of each row of
// dst, width wide, that begins at to.
func encode(s Space, rows Rows, from int, dst []float32, to, width int) {
	switch s := s.(type) {
	case *Discrete:
		for i := range rows.N {
			at := i*width + to
			oneHot(dst[at:at+s.N], rows.F32[i*rows.Size+from]-float32(s.Start))
		}
	case *MultiDiscrete:
		for i := range rows.N {
			at := i*width + to
			for j, n := range s.N {
				oneHot(dst[at:at+n], rows.F32[i*rows.Size+from+j])
				at += n
			}
		}
	case *Dict:
		for _, p := range s.Spaces {
			encode(p, rows, from, dst, to, width)
			from += p.Size()
			to += FlatSize(p)
		}
	default:
		n := s.Size()
		if s.Elem() != Uint8 {
			for i := range rows.N {
				copy(dst[i*width+to:][:n], rows.F32[i*rows.Size+from:])
			}
			return
		}
		table := &asIs
		if b, ok := s.(*Box); ok && b.image() {
			table = &scaled
		}
		for i := range rows.N {
			out := dst[i*width+to:][:n]
			for j, v := range rows.U8[i*rows.Size+from:][:n] {
				out[j] = table[v]
			}
		}
	}
}

func oneHot(dst []float32, v float32) {
	if !whole(v, 0, len(dst)) {
		panic(fmt.Sprintf("envs: Encode: %v is not one of 0 to %d", v, len(dst)-1))
	}
	clear(dst)
	dst[int(v)] = 1
}

// asIs and scaled are what the 256 bytes become.
var asIs, scaled = func() (a, s [256]float32) {
	for i := range a {
		a[i] = float32(i)
		s[i] = float32(i) / 255
	}
	return a, s
}()
