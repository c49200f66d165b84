package rng

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"tesuji/snapshot"
)

// MT19937 is the Mersenne Twister (M. Matsumoto and T. Nishimura, "Mersenne Twister: a
// 623-dimensionally equidistributed uniform pseudo-random number generator", ACM TOMACS 8,
// 1998) seeded and read as numpy.random.RandomState does. MinAtar draws from it, and the Arcade
// Learning Environment from its 32-bit words. It is not safe for concurrent use, and must be
// seeded before its first draw.
type MT19937 struct {
	words [mtSize]uint32
	next  int // index of the word to draw next; mtSize: refill first
}

const (
	mtSize  = 624
	mtShift = 397 // how far ahead lies the word that a new one is made from
	mtUpper = 0x80000000
	mtLower = 0x7fffffff
)

// NewMT19937 returns NumPy's RandomState(seed).
func NewMT19937(seed uint64) *MT19937 {
	m := new(MT19937)
	m.Seed(seed)
	return m
}

// Seed starts the stream of the seed, as a new generator would: of C++'s std::mt19937(seed) and
// of NumPy's RandomState(seed) for a seed below 2^32. NumPy refuses a larger one; here it gives
// the stream of RandomState([low 32 bits, high 32 bits]).
func (m *MT19937) Seed(seed uint64) {
	if seed>>32 != 0 {
		m.seedWords([]uint32{uint32(seed), uint32(seed >> 32)})
		return
	}
	m.seedWord(uint32(seed))
}

func (m *MT19937) seedWord(seed uint32) {
	w := &m.words
	w[0] = seed
	for i := 1; i < mtSize; i++ {
		w[i] = 1812433253*(w[i-1]^w[i-1]>>30) + uint32(i)
	}
	m.next = mtSize
}

// seedWords is the authors' init_by_array of 2002.
func (m *MT19937) seedWords(key []uint32) {
	m.seedWord(19650218)
	w := &m.words
	i := 1
	advance := func() {
		if i++; i == mtSize {
			w[0], i = w[mtSize-1], 1
		}
	}
	for k := range max(mtSize, len(key)) {
		j := k % len(key)
		w[i] = (w[i] ^ (w[i-1]^w[i-1]>>30)*1664525) + key[j] + uint32(j)
		advance()
	}
	for range mtSize - 1 {
		w[i] = (w[i] ^ (w[i-1]^w[i-1]>>30)*1566083941) - uint32(i)
		advance()
	}
	w[0] = mtUpper
}

// twist returns what a word is made into, from its upper bit, the lower bits of the word after
// it, and the word mtShift after it.
func twist(word, after, ahead uint32) uint32 {
	y := word&mtUpper | after&mtLower
	return ahead ^ y>>1 ^ -(y&1)&0x9908b0df
}

func (m *MT19937) refill() {
	w := &m.words
	const split = mtSize - mtShift
	twistRow(w[:split], w[split], w[mtShift:])
	twistRow(w[split:], w[0], w[:mtShift])
	m.next = 0
}

// twistRow makes words anew, with after the word behind the last, and ahead[k] lying mtShift
// after words[k].
func twistRow(words []uint32, after uint32, ahead []uint32) {
	ahead = ahead[:len(words)]
	last := len(words) - 1
	word := words[0]
	for k := range last {
		next := words[k+1]
		words[k] = twist(word, next, ahead[k])
		word = next
	}
	words[last] = twist(word, after, ahead[last])
}

// temper is the last step of a draw.
func temper(y uint32) uint32 {
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// Uint32 returns 32 random bits.
func (m *MT19937) Uint32() uint32 {
	if m.next >= mtSize {
		m.refill()
	}
	y := m.words[m.next]
	m.next++
	return temper(y)
}

// Random returns a float64 in [0, 1): RandomState.rand(). It takes two words.
func (m *MT19937) Random() float64 {
	var a, b uint32
	if i := m.next; i <= mtSize-2 { // as below, in one go
		a, b = temper(m.words[i])>>5, temper(m.words[i+1])>>6
		m.next = i + 2
	} else {
		a, b = m.Uint32()>>5, m.Uint32()>>6
	}
	return float64(int64(a)<<26|int64(b)) * 0x1p-53
}

// Probability is a probability that MT19937.Chance compares with, exact to the bit.
type Probability uint64

// NewProbability returns p, from 0 to 1.
func NewProbability(p float64) Probability { return Probability(math.Ceil(p * 0x1p53)) }

// Chance reports whether Random() < p, and draws as it does. The first of the two words decides
// in all but one of 2^27 draws.
func (m *MT19937) Chance(p Probability) bool {
	i := m.next
	if i > mtSize-2 {
		return Probability(m.Random()*0x1p53) < p
	}
	m.next = i + 2
	if a, t := temper(m.words[i])>>5, uint32(p>>26); a != t {
		return a < t
	}
	return temper(m.words[i+1])>>6 < uint32(p&(1<<26-1))
}

// Intn returns a whole number in [0, n): RandomState.randint(n). It draws words until one fits,
// and none at all if n is 1. It panics unless 1 <= n <= 2^32.
func (m *MT19937) Intn(n int) int {
	if n < 1 || uint64(n) > 1<<32 {
		panic(fmt.Sprintf("rng: Intn(%d): want 1 to 2^32", n))
	}
	last := uint32(n - 1)
	if last == 0 {
		return 0
	}
	mask := uint32(1)<<bits.Len32(last) - 1
	for {
		if v := m.Uint32() & mask; v <= last {
			return int(v)
		}
	}
}

// State saves or restores the generator.
func (m *MT19937) State(a *snapshot.Archive) {
	var b [4 * mtSize]byte
	for i, w := range m.words {
		binary.LittleEndian.PutUint32(b[4*i:], w)
	}
	next := m.next
	a.Uint8s("words", b[:])
	a.Int("next", &next)
	if a.Saving() || a.Err() != nil {
		return
	}
	if next < 0 || next > mtSize {
		a.Fail(fmt.Errorf("next is %d, want 0 to %d", next, mtSize))
		return
	}
	for i := range m.words {
		m.words[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	m.next = next
}
