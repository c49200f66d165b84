package text

import (
	"fmt"
	"slices"
	"sync"
)

// BytePairs is a vocabulary of strings of bytes: single bytes, and what pairs of strings make that
// were joined because they are frequent. (P. Gage, 1994; for words Sennrich, Haddow and Birch, 2016;
// over bytes Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.) Every text
// can be written with it. It is safe for concurrent use.
type BytePairs struct {
	bytes  [256]int32         // the number of each byte
	joined map[pair]merge     // what pairs become
	parts  []string           // the bytes of each number
	mu     sync.Mutex         // guards known
	known  map[string][]int32 // pieces that were encoded before
}

type pair struct{ left, right int32 }

// merge is the number that a pair becomes; pairs of lower rank are joined first.
type merge struct{ rank, number int32 }

// maxKnown bounds the pieces that are remembered.
const maxKnown = 1 << 17

// Size is the number of symbols.
func (b *BytePairs) Size() int { return len(b.parts) }

// Encode returns a text's numbers. The error is always nil.
func (b *BytePairs) Encode(text string) ([]int32, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []int32
	Split(text, func(piece string) {
		numbers, ok := b.known[piece]
		if !ok {
			numbers = b.join(piece)
			if len(b.known) < maxKnown {
				b.known[piece] = numbers
			}
		}
		list = append(list, numbers...)
	})
	return list, nil
}

// join joins the pairs of a piece, those of the lowest rank first.
func (b *BytePairs) join(piece string) []int32 {
	list := make([]int32, len(piece))
	for i := range len(piece) {
		list[i] = b.bytes[piece[i]]
	}
	for len(list) > 1 {
		best, found := merge{}, pair{-1, -1}
		for i := range len(list) - 1 {
			p := pair{list[i], list[i+1]}
			if m, ok := b.joined[p]; ok && (found.left < 0 || m.rank < best.rank) {
				best, found = m, p
			}
		}
		if found.left < 0 {
			break
		}
		list = replace(list, found, best.number)
	}
	return slices.Clip(list)
}

// replace replaces each pair, from left to right, in place.
func replace(list []int32, p pair, number int32) []int32 {
	kept := list[:0]
	for i := 0; i < len(list); i++ {
		if i+1 < len(list) && list[i] == p.left && list[i+1] == p.right {
			kept = append(kept, number)
			i++
		} else {
			kept = append(kept, list[i])
		}
	}
	return kept
}

// Decode returns the bytes of numbers, each of which must be one that Encode gives. A character may
// be divided among several.
func (b *BytePairs) Decode(list []int32) string {
	n := 0
	for _, i := range list {
		n += len(b.parts[i])
	}
	text := make([]byte, 0, n)
	for _, i := range list {
		text = append(text, b.parts[i]...)
	}
	return string(text)
}

// newBytePairs returns the vocabulary of single bytes, numbered by their values.
func newBytePairs() *BytePairs {
	b := &BytePairs{joined: map[pair]merge{}, known: map[string][]int32{}}
	for i := range 256 {
		b.bytes[i] = int32(i)
		b.parts = append(b.parts, string([]byte{byte(i)}))
	}
	return b
}

// word is a piece that occurs in a text, as the numbers that it is so far.
type word struct {
	list  []int32
	count int
}

// LearnBytePairs returns a vocabulary of so many symbols, 256 or more, for a text: the bytes, and
// then, again and again, the pair that is the most frequent within pieces; of equals the one of the
// lowest numbers. It may be smaller if there are no more pairs.
func LearnBytePairs(text string, size int) (*BytePairs, error) {
	if size < 256 {
		return nil, fmt.Errorf("a vocabulary of %d symbols: want 256, one for each byte, or more", size)
	}
	b := newBytePairs()
	words := wordsOf(text)
	counts := map[pair]int{}
	where := map[pair][]int32{} // the words that a pair is or was in
	for i, w := range words {
		for k := range len(w.list) - 1 {
			p := pair{w.list[k], w.list[k+1]}
			counts[p] += w.count
			where[p] = append(where[p], int32(i))
		}
	}
	for len(b.parts) < size {
		best, most := pair{}, 0
		for p, n := range counts {
			if n > most || n == most && (p.left < best.left || p.left == best.left && p.right < best.right) {
				best, most = p, n
			}
		}
		if most < 1 {
			break
		}
		number := int32(len(b.parts))
		b.joined[best] = merge{rank: number, number: number}
		b.parts = append(b.parts, b.parts[best.left]+b.parts[best.right])
		in := where[best]
		slices.Sort(in)
		for _, i := range slices.Compact(in) {
			w := &words[i]
			for k := range len(w.list) - 1 {
				counts[pair{w.list[k], w.list[k+1]}] -= w.count
			}
			w.list = replace(w.list, best, number)
			for k := range len(w.list) - 1 {
				p := pair{w.list[k], w.list[k+1]}
				counts[p] += w.count
				if p.left == number || p.right == number {
					where[p] = append(where[p], i)
				}
			}
		}
		delete(counts, best)
		delete(where, best)
	}
	return b, nil
}

// wordsOf returns the different pieces of a text, in the order in which they first occur.
func wordsOf(text string) []word {
	var words []word
	index := map[string]int{}
	Split(text, func(piece string) {
		i, ok := index[piece]
		if !ok {
			i = len(words)
			index[piece] = i
			list := make([]int32, len(piece))
			for k := range len(piece) {
				list[k] = int32(piece[k])
			}
			words = append(words, word{list: list})
		}
		words[i].count++
	})
	return words
}
