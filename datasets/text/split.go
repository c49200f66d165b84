package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Split cuts a text into the pieces within which byte pairs are joined, as GPT-2 does: words with
// the blank before them, numbers and runs of other marks likewise, English endings such as 's, and
// runs of white space, of which a blank before a word goes to the word. It is the language of
//
//	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// White space is what Unicode says it is. The pieces together are the text.
func Split(text string, yield func(piece string)) {
	for text != "" {
		n := pieceAt(text)
		yield(text[:n])
		text = text[n:]
	}
}

var endings = []string{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}

// pieceAt returns the length in bytes of the piece that a text, which is not empty, begins with.
func pieceAt(text string) int {
	for _, e := range endings {
		if strings.HasPrefix(text, e) {
			return len(e)
		}
	}
	first, size := utf8.DecodeRuneInString(text)
	if !unicode.IsSpace(first) {
		return run(text, classOf(first))
	}
	if next, _ := utf8.DecodeRuneInString(text[size:]); first == ' ' && size < len(text) && !unicode.IsSpace(next) {
		return 1 + run(text[1:], classOf(next))
	}
	end, last := 0, 0 // of the white space, and where its last character begins
	for end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if !unicode.IsSpace(r) {
			break
		}
		last = end
		end += n
	}
	if end < len(text) && last > 0 {
		return last // the last one may belong to what follows
	}
	return end
}

type class uint8

const (
	letters class = iota
	numbers
	space
	others
)

func classOf(r rune) class {
	switch {
	case unicode.IsLetter(r):
		return letters
	case unicode.IsNumber(r):
		return numbers
	case unicode.IsSpace(r):
		return space
	}
	return others
}

// run returns the length in bytes of the characters of a class that a text begins with.
func run(text string, c class) int {
	n := 0
	for n < len(text) {
		r, size := utf8.DecodeRuneInString(text[n:])
		if classOf(r) != c {
			break
		}
		n += size
	}
	return n
}
