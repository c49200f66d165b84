package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Work is split statically over outputs, so that which thread does what changes no bit. The
// hand-over to a worker that is spinning takes well under a microsecond; a worker spins for a
// short while after its last work and then sleeps.

var threads = runtime.GOMAXPROCS(0)

// SetThreads sets how many threads one operation may use, at least 1. It must not run while
// another function of this package does.
func SetThreads(n int) { threads = max(1, n) }

// Threads returns how many threads one operation may use.
func Threads() int { return threads }

// spins is how long a worker looks for new work before it sleeps: some 20 µs.
const spins = 1500

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
		n := 0
		for w.state.Load() != ready || !w.state.CompareAndSwap(ready, running) {
			if n++; n < spins {
				pause()
				continue
			}
			if w.state.CompareAndSwap(idle, asleep) {
				<-w.wake
				n = 0
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

// finish returns when the job is done, by the worker or here.
func (w *worker) finish() {
	if w.state.CompareAndSwap(ready, running) {
		w.job.run()
		w.job = job{}
		w.state.Store(idle)
		return
	}
	for n := 0; w.state.Load() == running; n++ {
		if n < spins {
			pause()
		} else {
			runtime.Gosched() // its thread may be waiting for this processor
		}
	}
}

// pool is the workers. One operation at a time uses them; another that comes meanwhile, from
// another goroutine, runs on its own.
var pool struct {
	sync.Mutex
	workers []*worker
	product product // the product or batch under way
	batch   batchProduct
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
	t.Run(min(n, (parts-1)*each), n)
	for i := range parts - 1 {
		pool.workers[i].finish()
	}
}

// Parallel runs t over ranges that cover [0, n), each but the last a multiple of grain, on as
// many threads as there are ranges. It runs it as a whole here if the workers are busy. A range
// can be empty. To be worth the hand-over, a range should take 2 µs at least.
func Parallel(n, grain int, t Task) {
	if n <= 0 {
		return
	}
	parts := min(threads, runtime.GOMAXPROCS(0), (n+grain-1)/grain)
	if parts <= 1 || !pool.TryLock() {
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
	if parts <= 1 || !pool.TryLock() {
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
