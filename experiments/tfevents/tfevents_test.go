package tfevents

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"testing"
	"time"
)

type event struct {
	wall    float64
	step    int64
	version string
	scalars map[string]float32
}

// read is an independent decoder of the format: generic Protocol Buffers fields, then their names.
func read(t *testing.T, b []byte) []event {
	t.Helper()
	var out []event
	for len(b) > 0 {
		if len(b) < 16 {
			t.Fatalf("%d bytes left over", len(b))
		}
		n := binary.LittleEndian.Uint64(b)
		if got, want := binary.LittleEndian.Uint32(b[8:]), mask(crc32.Checksum(b[:8], castagnoli)); got != want {
			t.Fatalf("checksum of the length %08x, want %08x", got, want)
		}
		data := b[12 : 12+n]
		if got, want := binary.LittleEndian.Uint32(b[12+n:]), mask(crc32.Checksum(data, castagnoli)); got != want {
			t.Fatalf("checksum of the data %08x, want %08x", got, want)
		}
		b = b[16+n:]
		e := event{scalars: map[string]float32{}}
		fields(t, data, func(num int, v uint64, raw []byte) {
			switch num {
			case 1:
				e.wall = math.Float64frombits(v)
			case 2:
				e.step = int64(v)
			case 3:
				e.version = string(raw)
			case 5:
				fields(t, raw, func(num int, _ uint64, value []byte) {
					var tag string
					fields(t, value, func(num int, v uint64, raw []byte) {
						switch num {
						case 1:
							tag = string(raw)
						case 2:
							e.scalars[tag] = math.Float32frombits(uint32(v))
						}
					})
				})
			default:
				t.Fatalf("unknown field %d of an event", num)
			}
		})
		out = append(out, e)
	}
	return out
}

func fields(t *testing.T, b []byte, f func(num int, v uint64, raw []byte)) {
	t.Helper()
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		b = b[n:]
		switch key & 7 {
		case 0:
			v, n := binary.Uvarint(b)
			b = b[n:]
			f(int(key>>3), v, nil)
		case 1:
			f(int(key>>3), binary.LittleEndian.Uint64(b), nil)
			b = b[8:]
		case 2:
			l, n := binary.Uvarint(b)
			f(int(key>>3), 0, b[n:n+int(l)])
			b = b[n+int(l):]
		case 5:
			f(int(key>>3), uint64(binary.LittleEndian.Uint32(b)), nil)
			b = b[4:]
		default:
			t.Fatalf("wire type %d", key&7)
		}
	}
}

func TestWriter(t *testing.T) {
	var buf bytes.Buffer
	w := NewWriter(&buf)
	if err := w.Version(1.5); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(2, 7); err != nil || len(read(t, buf.Bytes())) != 1 {
		t.Fatalf("an event without scalars was written (%v)", err)
	}
	long := fmt.Sprintf("train/%0200d", 1)
	w.Add("rollout/ep_rew_mean", 21.25)
	w.Add(long, -3)
	if err := w.Write(2.5, 1<<40); err != nil {
		t.Fatal(err)
	}
	got := read(t, buf.Bytes())
	if len(got) != 2 || got[0].version != "brain.Event:2" || got[0].wall != 1.5 {
		t.Fatalf("got %+v", got)
	}
	e := got[1]
	if e.step != 1<<40 || e.wall != 2.5 || len(e.scalars) != 2 || e.scalars["rollout/ep_rew_mean"] != 21.25 || e.scalars[long] != -3 {
		t.Fatalf("got %+v", e)
	}
}

// TestVersionBytes pins the record that every TensorFlow and PyTorch event file begins with
// (wall time 0 here, a field those writers leave in as well).
func TestVersionBytes(t *testing.T) {
	var buf bytes.Buffer
	if err := NewWriter(&buf).Version(0); err != nil {
		t.Fatal(err)
	}
	// The length 24 and its masked checksum open every such file: 18 00.. a3 7f 4b 22.
	const want = "1800000000000000a37f4b22" + "090000000000000000" + "1a0d627261696e2e4576656e743a32"
	if got := hex.EncodeToString(buf.Bytes()[:12+24]); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
}

func TestFileName(t *testing.T) {
	if got := FileName(time.Unix(1700000000, 5), "a b/c"); got != "events.out.tfevents.1700000000.a-b-c" {
		t.Fatal(got)
	}
}

func TestWriteAllocatesNothing(t *testing.T) {
	w := NewWriter(io.Discard)
	step := func() {
		w.Add("train/loss", 0.5)
		w.Add("time/fps", 1000)
		if err := w.Write(3, 300); err != nil {
			t.Fatal(err)
		}
	}
	step()
	if n := testing.AllocsPerRun(100, step); n != 0 {
		t.Fatalf("%v allocations per event", n)
	}
}
