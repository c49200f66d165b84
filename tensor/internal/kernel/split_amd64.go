package kernel

import "runtime"

// vecTask is an elementwise function in generated assembly, on its operands.
type vecTask struct {
	op int
	x  [5][]float32
	s  [7]float32
}

// theVecTask is the one under way. Who has locked the pool owns it.
var theVecTask vecTask

// parallelVec computes t on all threads, or returns false if that is not to be. Because
// of it the operands of elementwise functions escape: what a caller has on its stack is moved to the
// heap. Short ones that must not be go to the functions named Alone.
func parallelVec(op int, t vecTask) bool {
	const grain = 64
	n := len(t.x[0])
	if active == setGo || threads == 1 {
		return false
	}
	parts := min(threads, runtime.GOMAXPROCS(0), n/grain)
	if parts <= 1 || !lockPool() {
		return false
	}
	theVecTask = t
	theVecTask.op = op
	split(n, parts, (n+parts*grain-1)/(parts*grain)*grain, &theVecTask)
	theVecTask = vecTask{}
	pool.Unlock()
	return true
}
