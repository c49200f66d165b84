package text

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// GPT2Symbols is the size of GPT-2's vocabulary.
const GPT2Symbols = 50257

// GPT2 reads GPT-2's vocabulary: vocab.bpe, the pairs in the order in which they are joined, and
// encoder.json, the number of each symbol. In both, bytes are written as characters that can be
// seen. The symbol <|endoftext|> is in the vocabulary, but no text is encoded with it.
func GPT2(vocab, encoder []byte) (*BytePairs, error) {
	var numbers map[string]int32
	d := json.NewDecoder(bytes.NewReader(encoder))
	if err := d.Decode(&numbers); err != nil {
		return nil, fmt.Errorf("encoder.json: %w", err)
	}
	if len(numbers) != GPT2Symbols {
		return nil, fmt.Errorf("encoder.json has %d symbols: GPT-2's has %d", len(numbers), GPT2Symbols)
	}
	shown := shownBytes()
	unshown := map[rune]byte{}
	for b, r := range shown {
		unshown[r] = byte(b)
	}
	v := &BytePairs{joined: map[pair]merge{}, known: map[string][]int32{}, parts: make([]string, len(numbers))}
	seen := make([]bool, len(numbers))
	for symbol, n := range numbers {
		if n < 0 || int(n) >= len(numbers) || seen[n] {
			return nil, fmt.Errorf("encoder.json: symbol %.30q has the number %d, which is another's or none", symbol, n)
		}
		seen[n] = true
		var part []byte
		for _, r := range symbol {
			b, ok := unshown[r]
			if !ok {
				return nil, fmt.Errorf("encoder.json: symbol %.30q has the character %q, which stands for no byte", symbol, r)
			}
			part = append(part, b)
		}
		v.parts[n] = string(part)
	}
	for b, r := range shown {
		n, ok := numbers[string(r)]
		if !ok {
			return nil, fmt.Errorf("encoder.json has no number for the byte %d", b)
		}
		v.bytes[b] = n
	}
	lines := strings.Split(strings.TrimRight(string(vocab), "\n"), "\n")
	for i, line := range lines {
		if i == 0 && strings.HasPrefix(line, "#version") {
			continue
		}
		left, right, ok := strings.Cut(line, " ")
		l, ok1 := numbers[left]
		r, ok2 := numbers[right]
		n, ok3 := numbers[left+right]
		if !ok || !ok1 || !ok2 || !ok3 {
			return nil, fmt.Errorf("vocab.bpe:%d: %.40q is no pair of symbols that make a symbol", i+1, line)
		}
		v.joined[pair{l, r}] = merge{rank: int32(i), number: n}
	}
	return v, nil
}

// shownBytes returns the characters by which GPT-2 writes bytes: those that can be seen as
// themselves, the others as the characters from 256 on.
func shownBytes() [256]rune {
	var shown [256]rune
	next := rune(256)
	for b := range rune(256) {
		if b >= 33 && b <= 126 || b >= 161 && b <= 172 || b >= 174 {
			shown[b] = b
		} else {
			shown[b] = next
			next++
		}
	}
	return shown
}
