package gpt

import (
	"fmt"
	"unicode/utf8"

	"tesuji/datasets"
	"tesuji/datasets/text"
)

// corpus is a text as tokens.
type corpus struct {
	text.Vocabulary
	sha256     string // of the text
	train      []int32
	validation []int32
	bytes      int // of the text of validation but its first token
}

func openCorpus(d Data, blockSize int) (*corpus, error) {
	s, err := text.Open(d.Text)
	if err != nil {
		return nil, err
	}
	// The text is cut at a character, whatever the tokens.
	cut, want := 0, utf8.RuneCountInString(s)*9/10
	for range want {
		_, n := utf8.DecodeRuneInString(s[cut:])
		cut += n
	}
	c := &corpus{sha256: text.SHA256(s)}
	switch d.Tokens {
	case "bpe":
		c.Vocabulary, err = text.LearnBytePairs(s[:cut], d.VocabSize)
	case "gpt2":
		c.Vocabulary, err = datasets.GPT2Vocabulary()
	default:
		c.Vocabulary = text.NewCharacters(s)
	}
	if err != nil {
		return nil, err
	}
	if c.train, err = c.Encode(s[:cut]); err != nil {
		return nil, err
	}
	if c.validation, err = c.Encode(s[cut:]); err != nil {
		return nil, err
	}
	if n := min(len(c.train), len(c.validation)); n < blockSize+2 {
		return nil, fmt.Errorf("the text %s has %d tokens to learn from and %d for validation: a block_size of %d wants %d or more of each",
			d.Text, len(c.train), len(c.validation), blockSize, blockSize+2)
	}
	c.bytes = len(c.Decode(c.validation[1:]))
	return c, nil
}

// window writes the tokens of a window that begins at a place, and for each the one that follows.
func window(x, y, tokens []int32, at int) {
	copy(x, tokens[at:at+len(x)])
	copy(y, tokens[at+1:at+1+len(y)])
}
