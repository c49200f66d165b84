package replay

import (
	"bytes"
	"fmt"
	"math/bits"
	"os"
	"strconv"

	"tesuji/envs"
)

// check returns the number of rows of the ring, or says what is wrong with the options: a
// buffer that cannot fit is refused before training, not hours into it. perSlot is what the
// caller adds to each transition, in bytes.
func (o Options) check(perSlot uint64) (rows int, err error) {
	switch {
	case o.Envs < 1 || o.ActionSize < 1:
		return 0, fmt.Errorf("replay: %d environments with actions of %d elements; want at least 1 of each", o.Envs, o.ActionSize)
	case o.Capacity < o.Envs:
		return 0, fmt.Errorf("replay: a capacity of %d transitions has no room for one of each of %d environments", o.Capacity, o.Envs)
	case o.Steps < 1:
		return 0, fmt.Errorf("replay: %d-step returns; want at least 1 step", o.Steps)
	case o.Frames < 0:
		return 0, fmt.Errorf("replay: observations of %d frames; want at least 1", o.Frames)
	case !(o.Gamma >= 0 && o.Gamma <= 1):
		return 0, fmt.Errorf("replay: gamma is %v; want 0 to 1", o.Gamma)
	}
	need, fits := o.bytes(perSlot)
	if have := memory(); !fits || (have > 0 && need > have) {
		return 0, fmt.Errorf("replay: %d transitions need %s, this machine has %s: lower buffer_size",
			o.Capacity, size(need), size(have))
	}
	return o.Capacity/o.Envs + 1, nil
}

// bytes returns what a buffer takes when it is full, with one episode end in 32 transitions,
// and whether that number is one.
func (o Options) bytes(perSlot uint64) (n uint64, fits bool) {
	elem := uint64(4)
	if o.Observation.Elem() == envs.Uint8 {
		elem = 1
	}
	obs := uint64(o.Observation.Size()) * elem
	if o.Frames > 1 {
		const ticket, mark = 4, 1
		obs /= uint64(o.Frames)
		perSlot += ticket + mark
	}
	const reward, end, final = 4, 1, 4
	hi, n := bits.Mul64(uint64(o.Capacity)+uint64(o.Envs), obs+obs/32+4*uint64(o.ActionSize)+reward+end+final+perSlot)
	if hi > 0 || n >= 1<<62 {
		return 1 << 62, false
	}
	return n, true
}

// memory returns the bytes of memory that this process may use, or 0 if that is not known
// (on anything but Linux).
func memory() uint64 {
	var least uint64
	meminfo, _ := os.ReadFile("/proc/meminfo")
	if _, rest, ok := bytes.Cut(meminfo, []byte("MemTotal:")); ok {
		if f := bytes.Fields(rest); len(f) > 0 {
			kb, _ := strconv.ParseUint(string(f[0]), 10, 64)
			least = kb << 10
		}
	}
	group, _ := os.ReadFile("/sys/fs/cgroup/memory.max") // a container's limit, or "max"
	if n, err := strconv.ParseUint(string(bytes.TrimSpace(group)), 10, 64); err == nil && n > 0 && (least == 0 || n < least) {
		least = n
	}
	return least
}

// size writes a number of bytes for people.
func size(n uint64) string {
	if n >= 1<<62 {
		return "more bytes than can be counted"
	}
	return fmt.Sprintf("%.1f GiB (%d bytes)", float64(n)/(1<<30), n)
}
