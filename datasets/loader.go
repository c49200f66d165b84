package datasets

import (
	"fmt"

	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Loader hands out a set in shuffled batches, epoch after epoch without end. The last batch of
// an epoch is smaller if the set does not divide evenly. The order is a function of the seed and
// the epoch, a distortion of the seed, the epoch and the item; the batch size only cuts.
type Loader struct {
	set     *Images
	batch   int
	augment *Affine
	shuffle *rng.Stream // part n orders epoch n
	distort *rng.Stream // part epoch*N + i distorts item i
	order   []int32     // of the epoch
	epoch   int         // of the next batch, from 0
	next    int         // place in order of the next batch's first item
}

// NewLoader returns a loader at the beginning of epoch 0. With augment, each picture is
// distorted anew in each epoch.
func NewLoader(set *Images, batch int, augment *Affine, seed uint64) *Loader {
	if batch < 1 || set.Len() == 0 {
		panic(fmt.Sprintf("datasets: a loader of batches of %d from %d items", batch, set.Len()))
	}
	l := &Loader{
		set: set, batch: batch, augment: augment,
		shuffle: rng.New(seed, "datasets/order"),
		distort: rng.New(seed, "datasets/affine"),
		order:   make([]int32, set.Len()),
	}
	l.begin()
	return l
}

// begin orders the epoch.
func (l *Loader) begin() {
	l.shuffle.Seek(uint64(l.epoch))
	l.shuffle.Perm(l.order)
}

// Batches is the number of batches in an epoch.
func (l *Loader) Batches() int { return (l.set.Len() + l.batch - 1) / l.batch }

// Epoch is the next batch's epoch, from 0.
func (l *Loader) Epoch() int { return l.epoch }

// Size is the next batch's number of items.
func (l *Loader) Size() int { return min(l.batch, len(l.order)-l.next) }

// Next writes the next batch into x [Size, H, W, C], on [0, 1], and labels [Size], and moves on.
// It returns the size. It allocates nothing.
func (l *Loader) Next(x []float32, labels []int32) int {
	n, pixels := l.Size(), l.set.H*l.set.W*l.set.C
	for k, i := range l.order[l.next : l.next+n] {
		src, dst := l.set.Image(int(i)), x[k*pixels:(k+1)*pixels]
		labels[k] = int32(l.set.Labels[i])
		if l.augment == nil {
			scale(dst, src)
			continue
		}
		l.distort.Seek(uint64(l.epoch)*uint64(len(l.order)) + uint64(i))
		l.augment.Draw(l.distort).Apply(dst, src, l.set.H, l.set.W, l.set.C)
	}
	if l.next += n; l.next == len(l.order) {
		l.next = 0
		l.epoch++
		l.begin()
	}
	return n
}

// State saves or restores the place. Everything else follows from what the loader was made of.
func (l *Loader) State(a *snapshot.Archive) {
	a.Int("epoch", &l.epoch)
	a.Int("next", &l.next)
	if a.Saving() || a.Err() != nil {
		return
	}
	if l.epoch < 0 || l.next < 0 || l.next >= len(l.order) {
		a.Fail(fmt.Errorf("item %d of epoch %d: the set has %d items", l.next, l.epoch, len(l.order)))
		return
	}
	l.begin()
}
