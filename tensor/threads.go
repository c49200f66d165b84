package tensor

import "tesuji/tensor/internal/kernel"

// Kernels returns the name of the kernel set in use: "avx512", "avx2" or "go". The
// environment variable TESUJI_KERNELS forces one. Results never depend on it.
func Kernels() string { return kernel.Name() }

// KernelsError says why the set that TESUJI_KERNELS asks for is not in use, or returns nil.
func KernelsError() error { return kernel.StartError() }

// ForceKernels selects a kernel set by name, or says which this machine has.
func ForceKernels(name string) error { return kernel.Force(name) }

// SetThreads sets how many threads operations may use, GOMAXPROCS at first. Results never
// depend on it. Call it only while no tape computes.
func SetThreads(n int) { kernel.SetThreads(n) }

// Threads returns how many threads operations may use.
func Threads() int { return kernel.Threads() }

// Pair is two pieces of work that do not touch each other's data, such as the passes through
// two networks, each on a tape of its own.
type Pair struct{ work pairTask }

type pairTask struct{ first, second func() }

func (p *pairTask) Run(lo, hi int) {
	if lo == 0 {
		p.first()
	}
	if hi == 2 {
		p.second()
	}
}

// NewPair returns the pair of first and second.
func NewPair(first, second func()) *Pair { return &Pair{pairTask{first, second}} }

// Run does both: together, if that is asked for and two threads are allowed and free, the
// operations in them using one thread each, or else one after the other. To be worth the
// hand-over to another thread, which takes some microseconds, each should take tens of them.
// It allocates nothing.
func (p *Pair) Run(together bool) {
	if together {
		kernel.Parallel(2, 1, &p.work)
	} else {
		p.work.Run(0, 2)
	}
}

// Team is work in parts that do not touch each other's data, each on a tape of its own.
type Team struct{ work teamTask }

type teamTask struct{ part func(i int) }

func (t *teamTask) Run(lo, hi int) {
	for i := lo; i < hi; i++ {
		t.part(i)
	}
}

// NewTeam returns a team whose parts are done by part.
func NewTeam(part func(i int)) *Team { return &Team{teamTask{part}} }

// Run does the parts 0 to n-1 on as many threads as are allowed and free, the operations in them
// using one thread each. A part should take tens of microseconds. It allocates nothing.
func (t *Team) Run(n int) { kernel.Parallel(n, 1, &t.work) }

// Finite reports whether no element of x is NaN or infinite.
func Finite(x []float32) bool { return kernel.AllFinite(x) }

// Product computes c = a·b without a tape, for row-major a [m, k], b [k, n] and c [m, n].
func Product(c, a, b []float32, m, k, n int) {
	if len(a) < m*k || len(b) < k*n || len(c) < m*n {
		panic(&ShapeError{Op: "Product", Want: "a [m k], b [k n] and c [m n]",
			Got: []Shape{ShapeOf(len(a)), ShapeOf(len(b)), ShapeOf(len(c))}})
	}
	kernel.Gemm(m, n, k, a, k, 1, b, n, c, n, kernel.FromZero, nil, false)
}
