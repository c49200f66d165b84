package text

import (
	"fmt"
	"slices"
	"strings"
)

// Characters numbers the characters (runes) of a text: its vocabulary is those that occur in it, in
// order of their code points.
type Characters struct {
	runes []rune
	index map[rune]int32
}

// NewCharacters returns the vocabulary of a text.
func NewCharacters(text string) *Characters {
	c := &Characters{index: map[rune]int32{}}
	for _, r := range text {
		if _, ok := c.index[r]; !ok {
			c.index[r] = 0
			c.runes = append(c.runes, r)
		}
	}
	slices.Sort(c.runes)
	for i, r := range c.runes {
		c.index[r] = int32(i)
	}
	return c
}

// Size is the number of different characters.
func (c *Characters) Size() int { return len(c.runes) }

// Encode returns the numbers of a text's characters. The error names a character that has none.
func (c *Characters) Encode(text string) ([]int32, error) {
	list := make([]int32, 0, len(text))
	for _, r := range text {
		i, ok := c.index[r]
		if !ok {
			return nil, fmt.Errorf("the character %q is not among the %d of the text that the model knows", r, len(c.runes))
		}
		list = append(list, i)
	}
	return list, nil
}

// Decode returns the characters of numbers, each of which must be one that Encode gives.
func (c *Characters) Decode(list []int32) string {
	var b strings.Builder
	for _, i := range list {
		b.WriteRune(c.runes[i])
	}
	return b.String()
}
