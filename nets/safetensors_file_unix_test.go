//go:build unix

package nets

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

// A file much larger than what is touched of it costs only what is touched: here 1 TB of zeros,
// which the disk need not hold.
func TestOpenIsLazy(t *testing.T) {
	if math.MaxInt == math.MaxInt32 {
		t.Skip("the file is larger than 32 bits can address")
	}
	const size = 1 << 40
	head := file(`{"a":{"dtype":"F32","shape":[262144,1048576],"data_offsets":[0,1099511627776]}}`, 0)
	path := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(path, head, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size+int64(len(head))); err != nil {
		t.Skipf("the file system has no sparse files of this size: %v", err)
	}
	f, err := OpenSafetensors(path)
	if err != nil {
		t.Fatal(err)
	}
	a, ok := f.Tensor("a")
	if !ok || a.Len() != size/4 || a.Data[size-1] != 0 {
		t.Errorf("%v elements", a.Len())
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}
