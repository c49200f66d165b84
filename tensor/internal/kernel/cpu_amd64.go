package kernel

import "golang.org/x/sys/cpu"

// detect returns the fastest set that the CPU has and whose registers the operating system saves
// (package cpu asks OSXSAVE and XCR0 for that).
func detect() set {
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasFMA:
		return setGo
	case x.HasAVX512F && x.HasAVX512VL && x.HasAVX512DQ && x.HasAVX512BW:
		return setAVX512
	}
	return setAVX2
}
