// Package tfevents writes scalars in TensorBoard's event file format.
//
// An event file is a sequence of records; each is
//
//	uint64 length | uint32 masked CRC-32C of the length | data | uint32 masked CRC-32C of the data
//
// all little-endian, where data is an Event in Protocol Buffers' wire format (TensorFlow's
// tensorflow/core/lib/io/record_writer.h, util/event.proto and framework/summary.proto). Of the
// messages, this package writes only
//
//	Event   { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5 }
//	Summary { repeated Value value = 1 }
//	Value   { string tag = 1; float simple_value = 2 }
package tfevents

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
	"time"
)

// FileName returns the name TensorBoard looks for: events.out.tfevents.<unix seconds>.<host>.
func FileName(start time.Time, host string) string {
	host = strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == ':' || r <= ' ' {
			return '-'
		}
		return r
	}, host)
	return fmt.Sprintf("events.out.tfevents.%d.%s", start.Unix(), host)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// mask is the rotation that the format applies to checksums, so that the checksum of data that
// holds checksums stays useful.
func mask(crc uint32) uint32 { return (crc>>15 | crc<<17) + 0xa282ead8 }

// Wire types and tags of the fields above: field number << 3 | wire type.
const (
	eventWallTime    = 1<<3 | 1 // 64-bit
	eventStep        = 2<<3 | 0 // varint
	eventFileVersion = 3<<3 | 2 // bytes
	eventSummary     = 5<<3 | 2
	summaryValue     = 1<<3 | 2
	valueTag         = 1<<3 | 2
	valueSimple      = 2<<3 | 5 // 32-bit
)

// Writer appends events to a file. It allocates nothing once its buffers have grown.
// It is not safe for concurrent use.
type Writer struct {
	w       io.Writer
	summary []byte // the values of the event under way
	event   []byte
	record  []byte
}

// NewWriter returns a writer of events to w. A new file begins with Version.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Version writes the event that every file begins with. Wall times are seconds since 1970.
func (w *Writer) Version(wall float64) error {
	const version = "brain.Event:2"
	w.event = w.appendHeader(w.event[:0], wall, 0)
	w.event = append(w.event, eventFileVersion, byte(len(version)))
	w.event = append(w.event, version...)
	return w.flush()
}

// Add puts a scalar into the event under way. TensorBoard keeps float32.
func (w *Writer) Add(tag string, value float64) {
	size := 1 + uvarintLen(uint64(len(tag))) + len(tag) + 1 + 4
	w.summary = append(w.summary, summaryValue)
	w.summary = binary.AppendUvarint(w.summary, uint64(size))
	w.summary = append(w.summary, valueTag)
	w.summary = binary.AppendUvarint(w.summary, uint64(len(tag)))
	w.summary = append(w.summary, tag...)
	w.summary = append(w.summary, valueSimple)
	w.summary = binary.LittleEndian.AppendUint32(w.summary, math.Float32bits(float32(value)))
}

// Write writes the scalars added since the last call as one event, with a single call of the
// underlying writer. Without any it does nothing.
func (w *Writer) Write(wall float64, step int64) error {
	if len(w.summary) == 0 {
		return nil
	}
	w.event = w.appendHeader(w.event[:0], wall, step)
	w.event = append(w.event, eventSummary)
	w.event = binary.AppendUvarint(w.event, uint64(len(w.summary)))
	w.event = append(w.event, w.summary...)
	w.summary = w.summary[:0]
	return w.flush()
}

func (w *Writer) appendHeader(b []byte, wall float64, step int64) []byte {
	b = append(b, eventWallTime)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(wall))
	if step != 0 {
		b = append(b, eventStep)
		b = binary.AppendUvarint(b, uint64(step))
	}
	return b
}

// flush writes the event as a record.
func (w *Writer) flush() error {
	r := binary.LittleEndian.AppendUint64(w.record[:0], uint64(len(w.event)))
	r = binary.LittleEndian.AppendUint32(r, mask(crc32.Checksum(r[:8], castagnoli)))
	r = append(r, w.event...)
	r = binary.LittleEndian.AppendUint32(r, mask(crc32.Checksum(w.event, castagnoli)))
	w.record = r
	_, err := w.w.Write(r)
	return err
}

func uvarintLen(v uint64) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}
