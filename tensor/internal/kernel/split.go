package kernel

// Work on large arrays is split between threads: elementwise functions at any multiple of 64
// elements, the rest at rows. What is too small to gain from it takes no notice.

const (
	// splitCheap and splitDear are how many elements are worth a second thread: some 8 µs of an
	// addition, or 20 µs of an exponential.
	splitCheap = 1 << 16
	splitDear  = 3 << 14
	// splitRows is the same for operations of several passes over rows.
	splitRows = 1 << 14

	// chunk is how many elements one call of assembly takes: it cannot be preempted.
	chunk = 1 << 16
	// columnChunk is how many columns of columnBlock rows one call takes.
	columnChunk = chunk / columnBlock
)

// callOf returns how many rows of how many columns one call of assembly takes.
func callOf(cols int) (rows, width int) {
	return max(1, chunk/max(1, cols)), chunk
}

// rowTask is an operation that is split at rows: run computes the rows lo to hi, or what else it
// counts, from operands it knows the meaning of.
type rowTask struct {
	run     func(t *rowTask, lo, hi int)
	rowwise rowwise
	x       [8][]float32
	cols    int
	n       [2]int
	s       [2]float32
}

// Run implements Task.
func (t *rowTask) Run(lo, hi int) { t.run(t, lo, hi) }

var freeRowTasks = make(chan *rowTask, 16)

// newRowTask returns a task for over. It comes from a free list, so that none is allocated in the
// long run.
func newRowTask(run func(t *rowTask, lo, hi int), cols int) *rowTask {
	var t *rowTask
	select {
	case t = <-freeRowTasks:
	default:
		t = new(rowTask)
	}
	t.run, t.cols = run, cols
	return t
}

// over runs the task for n rows in shares of at least grain and takes it back.
func (t *rowTask) over(n, grain int) {
	Parallel(n, grain, t)
	*t = rowTask{}
	select {
	case freeRowTasks <- t:
	default:
	}
}
