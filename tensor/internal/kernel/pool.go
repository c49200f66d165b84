package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Work is split statically over outputs, so that which thread does what changes no bit. The
// hand-over to a worker that is spinning takes well under a microsecond; a worker spins for a
// short while after its last work and then sleeps. Waking it takes longer than a small operation,
// and on a busy machine it may not get a processor for milliseconds: then one thread is faster.
// So what follows an operation whose hand-over did not pay is run on one thread for a while. It is
// time that counts, not operations: most of the time goes into the large ones, and the next to be
// tried is likely one of those. A worker that slept is awake a moment later, so the second try comes
// soon; if that is in vain too, the while is the longer the oftener it was.

var threads = runtime.GOMAXPROCS(0)

// SetThreads sets how many threads one operation may use, at least 1. It must not run while
// another function of this package does.
func SetThreads(n int) { threads = max(1, n) }

// Threads returns how many threads one operation may use.
func Threads() int { return threads }

const (
	// spinTime is how long a worker looks for new work before it sleeps: longer than what lies
	// between the operations of a training step.
	spinTime = 100 * time.Microsecond
	// spins is how many pauses, of 10 to 40 ns each, are too few to look at the clock.
	spins = 256
	// patience is how long operations are left alone after a hand-over that did not pay: what a
	// worker takes to wake up. After every second in a row it is longer, see split; so many are
	// counted.
	patience   = 50 * time.Microsecond
	mostMisses = 10
)

// Task is an operation that can be split: Run computes the outputs lo to hi, which depend on no
// other. A Task is a pointer to something that outlives the call, so that none is allocated.
type Task interface{ Run(lo, hi int) }

// job is one share of a task.
type job struct {
	task   Task
	lo, hi int
}

func (j *job) run() { j.task.Run(j.lo, j.hi) }

// worker is a goroutine that takes jobs. Its state goes idle -> ready (a job is there) ->
// running -> idle, or idle -> asleep -> ready (with a message on wake). Who gave a job that is
// still ready when it is wanted takes it back: on a busy machine the worker may have no
// processor for milliseconds.
type worker struct {
	state atomic.Uint32
	wake  chan struct{}
	job   job
	_     [64]byte // its own cache line
}

const (
	idle uint32 = iota
	ready
	running
	asleep
)

func (w *worker) loop() {
	for {
		var since time.Time // when the clock was first looked at
		for n := 1; w.state.Load() != ready || !w.state.CompareAndSwap(ready, running); n++ {
			pause()
			switch {
			case n%spins != 0:
			case since.IsZero():
				since = time.Now()
			case time.Since(since) > spinTime && w.state.CompareAndSwap(idle, asleep):
				<-w.wake
				since = time.Time{}
			}
		}
		w.job.run()
		w.job = job{}
		w.state.Store(idle)
	}
}

// give hands a job to an idle or sleeping worker.
func (w *worker) give(j job) {
	w.job = j
	if !w.state.CompareAndSwap(idle, ready) { // then it sleeps
		w.state.Store(ready)
		w.wake <- struct{}{}
	}
}

// finish returns when the job is done, by the worker or here, and whether it paid to give it:
// whether who gave it at start waited for less time than its own share took, of which it would
// have done two.
func (w *worker) finish(start time.Time) (paid bool) {
	if w.state.CompareAndSwap(ready, running) {
		w.job.run()
		w.job = job{}
		w.state.Store(idle)
		return false
	}
	var late time.Time
	for n := 0; w.state.Load() == running; n++ {
		switch {
		case n < spins:
			pause()
			continue
		case n == spins:
			late = time.Now()
		}
		runtime.Gosched() // its thread may be waiting for this processor
	}
	return late.IsZero() || time.Since(late) < late.Sub(start)
}

// pool is the workers. One operation at a time uses them; another that comes meanwhile, from
// another goroutine, runs on its own.
var pool struct {
	sync.Mutex
	workers []*worker
	misses  int       // hand-overs in a row that did not pay, up to mostMisses
	alone   time.Time // operations are run on one thread until then
	product product   // the product or batch under way
	batch   batchProduct
}

// lockPool locks the pool if an operation is to use it: if no other does, and none did in vain
// just now.
func lockPool() bool {
	if !pool.TryLock() {
		return false
	}
	if pool.misses > 0 && time.Now().Before(pool.alone) {
		pool.Unlock()
		return false
	}
	return true
}

// split runs a task in parts of each outputs, the last here. The pool is locked.
func split(n, parts, each int, t Task) {
	for len(pool.workers) < parts-1 {
		w := &worker{wake: make(chan struct{}, 1)}
		pool.workers = append(pool.workers, w)
		go w.loop()
	}
	for i := range parts - 1 {
		pool.workers[i].give(job{t, min(n, i*each), min(n, (i+1)*each)})
	}
	start := time.Now()
	t.Run(min(n, (parts-1)*each), n)
	paid := true
	for i := range parts - 1 {
		paid = pool.workers[i].finish(start) && paid
	}
	if paid {
		pool.misses = 0
		return
	}
	if pool.misses++; pool.misses > mostMisses {
		pool.misses = mostMisses - 1
	}
	alone := patience
	if pool.misses%2 == 0 {
		alone <<= pool.misses
	}
	pool.alone = time.Now().Add(alone)
}

// Parallel runs t over ranges that cover [0, n), each but the last a multiple of grain, on as
// many threads as there are ranges. It runs it as a whole here if the workers are busy. A range
// can be empty. To be worth the hand-over, a range should take 2 µs at least.
func Parallel(n, grain int, t Task) {
	if n <= 0 {
		return
	}
	parts := min(threads, runtime.GOMAXPROCS(0), (n+grain-1)/grain)
	if parts <= 1 || !lockPool() {
		t.Run(0, n)
		return
	}
	split(n, parts, (n+parts*grain-1)/(parts*grain)*grain, t)
	pool.Unlock()
}

// productRows and productColumns are a product split either way.
type (
	productRows    product
	productColumns product
)

func (g *productRows) Run(lo, hi int)    { (*product)(g).rows(lo, hi) }
func (g *productColumns) Run(lo, hi int) { (*product)(g).columns(lo, hi) }

// parallelProduct computes a product on all threads, or returns false if that is not to be.
func parallelProduct(g *product) bool {
	columns := g.m < g.n
	n, grain := g.m, 8
	if columns {
		n, grain = g.n, 32
	}
	parts := min(threads, runtime.GOMAXPROCS(0), n/grain)
	if parts <= 1 || !lockPool() {
		return false
	}
	pool.product = *g // a copy that outlives the caller's, which stays on its stack
	t := Task((*productRows)(&pool.product))
	if columns {
		t = (*productColumns)(&pool.product)
	}
	split(n, parts, (n+parts*grain-1)/(parts*grain)*grain, t)
	pool.product = product{}
	pool.Unlock()
	return true
}
