package gtp

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
)

// maxLine is the longest command that is read, in bytes.
const maxLine = 1 << 20

// input reads commands while the engine thinks, so that a new one, or GoGui's "# interrupt", can end
// a command under way.
type input struct {
	lines chan line
	done  chan struct{}
	begun atomic.Int64 // lines of which a byte, or the end of all input, has come
	taken int64        // lines given to the engine
	// interrupted is the number of the last line that was GoGui's interrupt.
	interrupted atomic.Int64
	// stop ends the command under way, if it can be ended.
	stop atomic.Pointer[context.CancelFunc]
}

// line is a line, or why there are no more.
type line struct {
	text    string
	tooLong bool
	err     error
}

func newInput(r io.Reader) *input {
	in := &input{lines: make(chan line, 64), done: make(chan struct{})}
	go in.read(bufio.NewReaderSize(r, 1<<16))
	return in
}

// read runs until the input ends.
func (in *input) read(r *bufio.Reader) {
	for {
		_, err := r.Peek(1)
		in.begun.Add(1)
		l := line{err: err}
		if err == nil {
			l.text, l.tooLong = readLine(r)
		}
		if strings.TrimSpace(l.text) == "# interrupt" {
			in.interrupted.Store(in.begun.Load())
			if stop := in.stop.Load(); stop != nil {
				(*stop)()
			}
		}
		select {
		case in.lines <- l:
		case <-in.done:
			return
		}
		if err != nil {
			return
		}
	}
}

// readLine reads to the end of a line. What is too long is skipped.
func readLine(r *bufio.Reader) (text string, tooLong bool) {
	var b []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(b)+len(part) > maxLine {
			b, tooLong = nil, true
		}
		if !tooLong {
			b = append(b, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(b), tooLong
		}
	}
}

// next waits for a line.
func (in *input) next(ctx context.Context) line {
	select {
	case l := <-in.lines:
		in.taken++
		return l
	case <-ctx.Done():
		return line{err: ctx.Err()}
	}
}

// waiting reports whether there is something after the line under way.
func (in *input) waiting() bool { return in.begun.Load() > in.taken }
