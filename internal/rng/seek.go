package rng

// seekBlocks is log2 of the blocks in a part of a stream.
const seekBlocks = 20

// Seek moves the stream to the beginning of its part n, n < 2^44. Parts do not overlap as long
// as no more than 2^22 words of 32 bits are drawn from one. What belongs to item n of many, such
// as a picture's distortion, draws from part n, and so depends on n alone: not on how the items
// were divided into batches or among threads.
func (s *Stream) Seek(n uint64) {
	s.next, s.used = n<<seekBlocks, bufWords
}
