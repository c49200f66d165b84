package text

// Vocabulary numbers the symbols that texts are made of.
type Vocabulary interface {
	// Size is the number of symbols: they are 0 to Size-1.
	Size() int
	// Encode returns the symbols of a text. It is an error if the text cannot be written with them.
	Encode(text string) ([]int32, error)
	// Decode returns the text of symbols.
	Decode(symbols []int32) string
}

var (
	_ Vocabulary = (*Characters)(nil)
	_ Vocabulary = (*BytePairs)(nil)
)
