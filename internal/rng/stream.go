package rng

import (
	"fmt"
	"math/bits"

	"tesuji/snapshot"
)

// Stream is Philox4x32-10 (J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011) in counter mode: the block at position n is a keyed permutation of (n, nonce).
// Key and nonce, 128 bits together, come from the seed and the name. A Stream is not safe for
// concurrent use.
type Stream struct {
	key, nonce uint64
	next       uint64 // position of the block after buf's last
	used       int    // words of buf already given, 0 to bufWords
	buf        [bufWords]uint32
}

// Blocks are made four at a time: a block is one long chain of dependent instructions, and the
// processor works on the four chains at once.
const bufWords = 16

// New returns the stream of that name under the seed. Streams of different names or seeds are
// independent.
func New(seed uint64, name string) *Stream {
	// The length keeps names that differ in trailing zero bytes apart.
	words := []uint32{uint32(seed), uint32(seed >> 32), uint32(len(name))}
	for i := 0; i < len(name); i += 4 {
		var w uint32
		for j, c := range []byte(name[i:min(i+4, len(name))]) {
			w |= uint32(c) << (8 * j)
		}
		words = append(words, w)
	}
	var out [2]uint64
	NewSeedSequence(words).Generate(out[:])
	return &Stream{key: out[0], nonce: out[1], used: bufWords}
}

// philox is the block function with ten rounds.
func philox(c [4]uint32, k0, k1 uint32) [4]uint32 {
	x0, x1, x2, x3 := c[0], c[1], c[2], c[3]
	for range 10 {
		p := uint64(x0) * 0xD2511F53
		q := uint64(x2) * 0xCD9E8D57
		x0, x1, x2, x3 = uint32(q>>32)^x1^k0, uint32(q), uint32(p>>32)^x3^k1, uint32(p)
		k0 += 0x9E3779B9
		k1 += 0xBB67AE85
	}
	return [4]uint32{x0, x1, x2, x3}
}

// fill makes the blocks at next and the three after it.
func (s *Stream) fill() {
	for i := 0; i < bufWords; i += 4 {
		c := [4]uint32{uint32(s.next), uint32(s.next >> 32), uint32(s.nonce), uint32(s.nonce >> 32)}
		*(*[4]uint32)(s.buf[i:]) = philox(c, uint32(s.key), uint32(s.key>>32))
		s.next++
	}
	s.used = 0
}

// Uint32 returns 32 random bits.
func (s *Stream) Uint32() uint32 {
	if s.used == bufWords {
		s.fill()
	}
	w := s.buf[s.used&(bufWords-1)]
	s.used++
	return w
}

// Uint64 returns 64 random bits: two successive 32-bit draws, the first one low.
func (s *Stream) Uint64() uint64 {
	if s.used < bufWords-1 {
		lo, hi := s.buf[s.used], s.buf[s.used+1]
		s.used += 2
		return uint64(lo) | uint64(hi)<<32
	}
	lo := uint64(s.Uint32())
	return lo | uint64(s.Uint32())<<32
}

// Float64 returns a float64 in [0, 1), a multiple of 2^-53.
func (s *Stream) Float64() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }

// Float32 returns a float32 in [0, 1), a multiple of 2^-24.
func (s *Stream) Float32() float32 { return float32(s.Uint32()>>8) * 0x1p-24 }

// Intn returns a whole number in [0, n), each exactly as likely as the others (D. Lemire,
// "Fast random integer generation in an interval", 2019). It panics if n <= 0.
func (s *Stream) Intn(n int) int {
	if n <= 0 {
		panic(fmt.Sprintf("rng: Intn(%d): empty range", n))
	}
	if uint64(n) < 1<<32 {
		k := uint32(n)
		m := uint64(s.Uint32()) * uint64(k)
		if uint32(m) < k {
			for t := -k % k; uint32(m) < t; {
				m = uint64(s.Uint32()) * uint64(k)
			}
		}
		return int(m >> 32)
	}
	k := uint64(n)
	hi, low := bits.Mul64(s.Uint64(), k)
	if low < k {
		for t := -k % k; low < t; {
			hi, low = bits.Mul64(s.Uint64(), k)
		}
	}
	return int(hi)
}

// Shuffle puts dst in random order: every order is equally likely (Fisher-Yates).
func (s *Stream) Shuffle(dst []int32) {
	for i := len(dst) - 1; i > 0; i-- {
		j := s.Intn(i + 1)
		dst[i], dst[j] = dst[j], dst[i]
	}
}

// Perm fills dst with a random permutation of 0 to len(dst)-1.
func (s *Stream) Perm(dst []int32) {
	for i := range dst {
		dst[i] = int32(i)
	}
	s.Shuffle(dst)
}

// State saves or restores the stream's identity and position.
func (s *Stream) State(a *snapshot.Archive) {
	a.Uint64("key", &s.key)
	a.Uint64("nonce", &s.nonce)
	a.Uint64("next", &s.next)
	a.Int("used", &s.used)
	if a.Saving() || a.Err() != nil {
		return
	}
	if s.used < 0 || s.used > bufWords {
		a.Fail(fmt.Errorf("%d words used of %d", s.used, bufWords))
		return
	}
	used := s.used
	s.next -= bufWords / 4
	s.fill()
	s.used = used
}
