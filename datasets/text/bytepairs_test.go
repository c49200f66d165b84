package text

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func split(s string) []string {
	var list []string
	Split(s, func(p string) { list = append(list, p) })
	return list
}

func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"Hello world":                 "Hello| world",
		"don't I'll we'VE 's'":        "don|'t| I|'ll| we|'|VE| '|s|'",
		" Hello  world   ":            " Hello| | world|   ",
		"1234567 3.14":                "1234567| 3|.|14",
		"a\n\n\tb":                    "a|\n\n|\t|b",
		"a \n b":                      "a| \n| b",
		"x**2, (y)":                   "x|**|2|,| (|y|)",
		"naïve café — 東京":             "naïve| café| —| 東京",
		"a\u00a0b":                    "a|\u00a0|b",
		"\xff\xfea":                   "\xff\xfe|a",
		"it's":                        "it|'s",
		"''s":                         "''|s",
		"ends with\n":                 "ends| with|\n",
		"  two":                       " | two",
		"tab\t\tword":                 "tab|\t|\t|word",
		"½ ² x²":                      "½| ²| x|²",
		"\u0085next":                  "\u0085|next",
		"combining e\u0301 is a mark": "combining| e|\u0301| is| a| mark",
	} {
		if got := strings.Join(split(text), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLearnBytePairs(t *testing.T) {
	// "ab" is there four times; then " ab" and "abc" three times each, of which the blank comes first.
	b, err := LearnBytePairs("abc abc abd abc", 259)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%q", b.parts[256:]); got != `["ab" " ab" " abc"]` {
		t.Errorf("learned %s", got)
	}
	list, _ := b.Encode("abcabd x")
	if b.Decode(list) != "abcabd x" || !slices.Equal(list, []int32{256, 'c', 256, 'd', ' ', 'x'}) {
		t.Errorf("%v", list)
	}
	// All that could be joined is, and no more.
	if b, err := LearnBytePairs("aaaa", 1000); err != nil || b.Size() != 258 {
		t.Errorf("%d symbols, %v", b.Size(), err)
	}
	if _, err := LearnBytePairs("text", 255); err == nil {
		t.Error("took fewer symbols than bytes")
	}
}

// TestLearnShakespeare: a vocabulary of 1,024 shortens the text to less than half, is learned the
// same every time, and in a moment.
func TestLearnShakespeare(t *testing.T) {
	s, err := Open(TinyShakespeare)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	b, err := LearnBytePairs(s, 1024)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := b.Encode(s)
	took := time.Since(start)
	if b.Decode(list) != s {
		t.Fatal("the text did not survive")
	}
	if part := float64(len(list)) / float64(len(s)); part > .45 {
		t.Errorf("%.2f symbols for a byte", part)
	}
	again, err := LearnBytePairs(s, 1024)
	if err != nil || !slices.Equal(again.parts, b.parts) {
		t.Errorf("learned differently the second time: %v", err)
	}
	t.Logf("%d bytes are %d symbols, in %v; the last symbols are %q", len(s), len(list), took, b.parts[1016:])
}

// TestGPT2 needs the files of GPT-2's vocabulary: rl data get gpt2-bpe.
func TestGPT2(t *testing.T) {
	dir := os.Getenv("TESUJI_DATA")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Skip("no cache directory")
		}
		dir = filepath.Join(cache, "tesuji")
	}
	vocab, err1 := os.ReadFile(filepath.Join(dir, "gpt2-bpe", "vocab.bpe"))
	encoder, err2 := os.ReadFile(filepath.Join(dir, "gpt2-bpe", "encoder.json"))
	if err1 != nil || err2 != nil {
		t.Skip("GPT-2's vocabulary is not here: rl data get gpt2-bpe")
	}
	b, err := GPT2(vocab, encoder)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]int32{
		"Hello world":       {15496, 995},
		"Hello, world!":     {15496, 11, 995, 0},
		"don't I'll we'VE":  {9099, 470, 314, 1183, 356, 6, 6089},
		" Hello  world   ":  {18435, 220, 995, 220, 220, 220},
		"1234567 3.14159":   {10163, 2231, 3134, 513, 13, 1415, 19707},
		"naïve café — 東京 🙂": {2616, 38776, 40304, 851, 10545, 251, 109, 12859, 105, 32485},
		"<|endoftext|>":     {27, 91, 437, 1659, 5239, 91, 29},
		"The animal didn't cross the street because it was too tired.": {464, 5044, 1422, 470, 3272, 262, 4675, 780, 340, 373, 1165, 10032, 13},
		"\n\n\tdef f(x):\n    return x**2\n":                           {628, 197, 4299, 277, 7, 87, 2599, 198, 220, 220, 220, 1441, 2124, 1174, 17, 198},
	} {
		got, err := b.Encode(text)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		if back := b.Decode(got); back != text {
			t.Errorf("%q came back as %q", text, back)
		}
	}
}

func TestGPT2Damaged(t *testing.T) {
	for _, c := range []struct{ vocab, encoder, want string }{
		{"", "{", "encoder.json"},
		{"", `{"a":1}`, "encoder.json has 1 symbols"},
		{"", `[1]`, "encoder.json"},
	} {
		if _, err := GPT2([]byte(c.vocab), []byte(c.encoder)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// FuzzBytePairs: whatever the text, its pieces and its symbols are all of it.
func FuzzBytePairs(f *testing.F) {
	b, err := LearnBytePairs("the quick brown fox don't jump — naïve 東京 12 345\n\n the the", 300)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(" Hello  world's  \n\t x")
	f.Add("\xff\u0301é'S 'll")
	f.Fuzz(func(t *testing.T, s string) {
		if joined := strings.Join(split(s), ""); joined != s {
			t.Errorf("%q was split into the pieces of %q", s, joined)
		}
		list, err := b.Encode(s)
		if err != nil || b.Decode(list) != s {
			t.Errorf("%q came back as %q, %v", s, b.Decode(list), err)
		}
	})
}
