// Package text holds what language models learn from: texts, and the symbols that they are made of.
package text

import (
	"bytes"
	"compress/bzip2"
	"crypto/sha256"
	_ "embed" // tiny Shakespeare
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"tesuji/internal/suggest"
)

// TinyShakespeare is the name of 1,115,394 characters of Shakespeare's plays, which are in the
// public domain, as A. Karpathy put them together for char-rnn (2015). It is part of the program.
const TinyShakespeare = "tiny-shakespeare"

//go:embed tiny-shakespeare.txt.bz2
var packed []byte

// tinySHA256 is the checksum of the unpacked text.
const tinySHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"

var tiny = sync.OnceValue(func() string {
	b, err := io.ReadAll(bzip2.NewReader(bytes.NewReader(packed)))
	if err != nil || SHA256(string(b)) != tinySHA256 {
		panic(fmt.Sprintf("text: the embedded %s is damaged: %v", TinyShakespeare, err))
	}
	return string(b)
})

// maxText is the largest text read, in bytes.
const maxText = 1 << 30

// Open returns a text by its name or, of a UTF-8 file, by its path, which ends in .txt.
func Open(name string) (string, error) {
	if err := Check(name); err != nil {
		return "", err
	}
	if name == TinyShakespeare {
		return tiny(), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("text: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxText+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("text: %w", err)
	case len(b) > maxText:
		return "", fmt.Errorf("text: %s has more than %d bytes", name, maxText)
	case !utf8.Valid(b):
		return "", fmt.Errorf("text: %s is not UTF-8 text", name)
	}
	return string(b), nil
}

// Check returns an error unless name could be a text's: it says what names there are. It does not
// look whether there is such a file.
func Check(name string) error {
	if name == TinyShakespeare || strings.EqualFold(filepath.Ext(name), ".txt") {
		return nil
	}
	return fmt.Errorf("unknown text %q%s (want %s, or the path of a file that ends in .txt)",
		name, suggest.DidYouMean(name, []string{TinyShakespeare}), TinyShakespeare)
}

// SHA256 returns a text's checksum in hexadecimal.
func SHA256(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
