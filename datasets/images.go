package datasets

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Images is labelled pictures of one size.
type Images struct {
	Name    string
	H, W, C int
	Pixels  []uint8  // [N, H, W, C], 0 (background) to 255
	Labels  []uint8  // [N], each below len(Classes)
	Classes []string // what the labels stand for
}

// Split is a set in two parts that share no item.
type Split struct{ Train, Test *Images }

// newImages checks that the parts fit together.
func newImages(name string, h, w, c int, pixels, labels []uint8, classes []string) (*Images, error) {
	if n := len(labels) * h * w * c; n != len(pixels) {
		return nil, fmt.Errorf("%s: %d labels belong to %d pixels of %d x %d x %d, but there are %d", name, len(labels), n, h, w, c, len(pixels))
	}
	for i, l := range labels {
		if int(l) >= len(classes) {
			return nil, fmt.Errorf("%s: label %d of item %d: there are %d classes", name, l, i, len(classes))
		}
	}
	return &Images{name, h, w, c, pixels, labels, classes}, nil
}

// Len is the number of pictures.
func (s *Images) Len() int { return len(s.Labels) }

// Image returns the pixels [H, W, C] of picture i, shared with the set.
func (s *Images) Image(i int) []uint8 {
	n := s.H * s.W * s.C
	return s.Pixels[i*n : (i+1)*n : (i+1)*n]
}

// unit is a pixel's value on [0, 1].
var unit = func() (u [256]float32) {
	for i := range u {
		u[i] = float32(i) / 255
	}
	return u
}()

// Floats writes pictures lo to hi into dst [hi-lo, H, W, C], scaled to [0, 1].
func (s *Images) Floats(dst []float32, lo, hi int) {
	n := s.H * s.W * s.C
	scale(dst[:(hi-lo)*n], s.Pixels[lo*n:hi*n])
}

func scale(dst []float32, src []uint8) {
	for i, p := range src {
		dst[i] = unit[p]
	}
}

// Counts returns the number of pictures of each class.
func (s *Images) Counts() []int {
	n := make([]int, len(s.Classes))
	for _, l := range s.Labels {
		n[l]++
	}
	return n
}

// Select returns the pictures for which keep(i) is true, as a set of their own.
func (s *Images) Select(name string, keep func(i int) bool) *Images {
	t := &Images{Name: name, H: s.H, W: s.W, C: s.C, Classes: s.Classes}
	for i, l := range s.Labels {
		if keep(i) {
			t.Pixels = append(t.Pixels, s.Image(i)...)
			t.Labels = append(t.Labels, l)
		}
	}
	return t
}

// SHA256 is the checksum of sizes, pixels and labels: two sets that agree in it teach the same.
func (s *Images) SHA256() string {
	h := sha256.New()
	var head []byte
	for _, n := range []int{s.Len(), s.H, s.W, s.C} {
		head = binary.BigEndian.AppendUint32(head, uint32(n))
	}
	h.Write(head)
	h.Write(s.Pixels)
	h.Write(s.Labels)
	return hex.EncodeToString(h.Sum(nil))
}
