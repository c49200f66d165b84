package gtp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Client drives another engine. It is not safe for concurrent use.
type Client struct {
	in      io.WriteCloser
	replies chan reply
	kill    func()       // ends the engine without asking
	wait    func() error // waits for the engine's process
	said    *tail        // what it wrote to its standard error
	broken  error        // why it cannot be spoken to any more
}

// reply is one, or why there are no more.
type reply struct {
	text string
	err  error
}

// Bounds of what an engine may say.
const (
	maxReply = 1 << 24 // bytes of a reply
	keptTail = 2000    // bytes of what it writes to its standard error
)

// Find returns the path of an engine. A program that is not found by its name is looked for in /usr/games,
// where Debian puts GNU Go.
func Find(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	games := filepath.Join("/usr/games", name)
	if _, e := exec.LookPath(games); e == nil && !strings.ContainsRune(name, filepath.Separator) {
		return games, nil
	}
	return "", fmt.Errorf("engine %s: %w", name, err)
}

// Start runs an engine, such as "gnugo", "--mode", "gtp", which Find finds.
func Start(name string, args ...string) (*Client, error) {
	path, err := Find(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	// A pipe of ours, so that waiting for the process does not cut off what it said last.
	out, write := io.Pipe()
	said := &tail{}
	cmd.Stdout, cmd.Stderr = write, said
	cmd.WaitDelay = time.Second // for what the engine started and left behind
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("engine %s: %w", name, err)
	}
	ended := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		write.Close()
		ended <- err
	}()
	c := NewClient(in, out)
	c.said = said
	c.kill = func() {
		cmd.Process.Kill()
		out.Close()
	}
	c.wait = sync.OnceValue(func() error { return <-ended })
	return c, nil
}

// NewClient drives the engine at the other end of two streams.
func NewClient(in io.WriteCloser, out io.Reader) *Client {
	c := &Client{in: in, replies: make(chan reply, 1), said: &tail{}, kill: func() {}, wait: func() error { return nil }}
	go c.read(bufio.NewReader(out))
	return c
}

// tail keeps the end of what is written to it.
type tail struct {
	sync.Mutex
	text []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.Lock()
	defer t.Unlock()
	t.text = append(t.text, b...)
	if n := len(t.text); n > keptTail {
		t.text = append(t.text[:0], t.text[n-keptTail:]...)
	}
	return len(b), nil
}

// last returns the last lines, on one line.
func (t *tail) last() string {
	t.Lock()
	defer t.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "; ")
}

// Refused is an engine's error reply.
type Refused struct{ Command, Reply string }

func (e *Refused) Error() string {
	return fmt.Sprintf("the engine answers %q with: %s", e.Command, e.Reply)
}

// Failed is the error of an engine that can no longer be spoken to: it ended, hangs or talks nonsense.
type Failed struct {
	Command string // that it did not answer
	Err     error
}

func (e *Failed) Error() string { return fmt.Sprintf("no reply to %q: %v", e.Command, e.Err) }

// Unwrap returns why.
func (e *Failed) Unwrap() error { return e.Err }

// read gathers replies until the engine ends.
func (c *Client) read(out *bufio.Reader) {
	var text []byte // of the reply so far
	start := 0      // of its last line
	for {
		s, err := out.ReadSlice('\n')
		text = append(text, s...)
		switch {
		case len(text) > maxReply:
			c.replies <- reply{err: fmt.Errorf("a reply has more than %d MB", maxReply>>20)}
			return
		case errors.Is(err, bufio.ErrBufferFull): // a part of a long line
			continue
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrClosedPipe):
			c.replies <- reply{err: io.ErrUnexpectedEOF}
			return
		case err != nil:
			c.replies <- reply{err: err}
			return
		}
		if len(bytes.TrimRight(text[start:], "\r\n")) > 0 {
			start = len(text)
			continue
		}
		if start > 0 { // an empty line ends a reply
			c.replies <- reply{text: strings.ReplaceAll(string(text[:start]), "\r", "")}
		}
		text, start = text[:0], 0
	}
}

// Do sends a command and returns the reply, without the space around it. An engine that has not
// answered when ctx ends is killed: there is no other way to be rid of its answer.
func (c *Client) Do(ctx context.Context, command string, args ...string) (string, error) {
	line := strings.Join(append([]string{command}, args...), " ")
	if c.broken != nil {
		return "", &Failed{line, c.broken}
	}
	sent := make(chan error, 1)
	go func() { // an engine that does not read would hold us up
		_, err := io.WriteString(c.in, line+"\n")
		sent <- err
	}()
	for {
		select {
		case err := <-sent:
			if sent = nil; err != nil {
				// Its last words say more than that the pipe is broken.
				select {
				case r := <-c.replies:
					return c.take(line, r)
				case <-ctx.Done():
				}
				return "", c.fail(line, err)
			}
		case r := <-c.replies:
			return c.take(line, r)
		case <-ctx.Done():
			c.kill()
			c.in.Close()
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return "", c.fail(line, errors.New("no answer in time"))
			}
			return "", c.fail(line, ctx.Err())
		}
	}
}

// fail makes the client unusable.
func (c *Client) fail(line string, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the engine ended: %w", err)
	}
	if said := c.said.last(); said != "" {
		err = fmt.Errorf("%w (it said: %s)", err, said)
	}
	c.broken = err
	return &Failed{line, err}
}

// take reads a reply.
func (c *Client) take(line string, r reply) (string, error) {
	if r.err != nil {
		return "", c.fail(line, r.err)
	}
	if first := r.text[0]; first != '=' && first != '?' {
		first, _, _ := strings.Cut(r.text, "\n")
		return "", c.fail(line, fmt.Errorf("it begins with %.60q: want = or ?", first))
	}
	text := strings.TrimSpace(strings.TrimLeft(r.text[1:], "0123456789"))
	if r.text[0] == '?' {
		return "", &Refused{line, text}
	}
	return text, nil
}

// Close asks the engine to quit and waits for it; when ctx ends, or if the engine has failed, it is
// killed.
func (c *Client) Close(ctx context.Context) error {
	_, err := c.Do(ctx, "quit")
	c.in.Close()
	if err != nil {
		c.kill()
	}
	stop := context.AfterFunc(ctx, c.kill)
	defer stop()
	if e := c.wait(); err == nil {
		err = e
	}
	return err
}
