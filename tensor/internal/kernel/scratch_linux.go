package kernel

import "golang.org/x/sys/unix"

// adviseHuge asks for huge pages under b. If there are none, small ones do.
func adviseHuge(b []byte) { _ = unix.Madvise(b, unix.MADV_HUGEPAGE) }
