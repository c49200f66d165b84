package rng

// SeedSequence spreads seed words of any quality over a pool of 128 bits, as NumPy's
// SeedSequence does (M. O'Neill's seed_seq design, with NumPy's constants).
type SeedSequence struct{ pool [4]uint32 }

// NewSeedSequence returns NumPy's SeedSequence(entropy, spawn_key=spawn).
//
// The entropy is a whole number of any size as little-endian 32-bit words, without leading
// zero words (0 is one zero word; none at all means the same), or the words of several
// numbers one after the other.
func NewSeedSequence(entropy []uint32, spawn ...uint32) *SeedSequence {
	words := append([]uint32(nil), entropy...)
	if len(spawn) > 0 {
		for len(words) < 4 {
			words = append(words, 0)
		}
		words = append(words, spawn...)
	}
	var s SeedSequence
	s.mix(words)
	return &s
}

// seedWords is the sequence of one 64-bit seed. It allocates nothing.
func seedWords(seed uint64) (s SeedSequence) {
	words := [2]uint32{uint32(seed), uint32(seed >> 32)}
	n := 2
	if words[1] == 0 {
		n = 1
	}
	s.mix(words[:n])
	return s
}

func (s *SeedSequence) mix(words []uint32) {
	h := uint32(0x43b0d7e5)
	hash := func(v uint32) uint32 {
		v ^= h
		h *= 0x931e8875
		v *= h // by the updated h
		return v ^ v>>16
	}
	mix := func(x, y uint32) uint32 {
		r := x*0xca01f9dd - y*0x4973f715
		return r ^ r>>16
	}
	for i := range s.pool {
		var w uint32
		if i < len(words) {
			w = words[i]
		}
		s.pool[i] = hash(w)
	}
	for src := range s.pool {
		for dst := range s.pool {
			if src != dst {
				s.pool[dst] = mix(s.pool[dst], hash(s.pool[src]))
			}
		}
	}
	if len(words) <= len(s.pool) {
		return
	}
	for _, w := range words[len(s.pool):] {
		for dst := range s.pool {
			s.pool[dst] = mix(s.pool[dst], hash(w)) // hashed anew for each dst
		}
	}
}

// Generate fills dst with derived words: NumPy's generate_state(len(dst), uint64).
func (s *SeedSequence) Generate(dst []uint64) {
	h := uint32(0x8b51f9dd)
	next := func(i int) uint64 {
		v := s.pool[i&3] ^ h
		h *= 0x58f38ded
		v *= h
		return uint64(v ^ v>>16)
	}
	for j := range dst {
		lo := next(2 * j)
		dst[j] = lo | next(2*j+1)<<32
	}
}
