package datasets

import (
	"fmt"

	"tesuji/datasets/text"
)

// GPT2Vocabulary returns GPT-2's symbols from the user's store. The error says how to get them.
func GPT2Vocabulary() (*text.BytePairs, error) {
	e, err := Find("gpt2-bpe")
	if err != nil {
		return nil, err
	}
	s, err := UserStore()
	if err != nil {
		return nil, err
	}
	encoder, err := s.read(e, &e.Files[0])
	if err != nil {
		return nil, err
	}
	vocab, err := s.read(e, &e.Files[1])
	if err != nil {
		return nil, err
	}
	v, err := text.GPT2(vocab, encoder)
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", e.Name, err)
	}
	return v, nil
}
