//go:build !unix

package atomicfile

// SyncDir does nothing: the system has no way to sync a directory apart from its files.
func SyncDir(dir string) error { return nil }
