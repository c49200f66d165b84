package bridge

import (
	"bufio"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"

	"tesuji/envs"
)

// host is the program at the other end: it makes one environment, describes it in a line of JSON,
// and answers requests. A request is a byte and what belongs to it:
//
//	R  seeded (1 byte), seed (8)     reset               -> lives (4), observation
//	S  action (4 bytes a number)     step                -> reward (8), terminated, truncated (1 each), lives (4), observation
//	B  action                        step blind          -> the same without the observation
//	O                                last observation    -> observation
//	V                                save                -> length (4), state
//	L  length (4), state             load                -> lives (4)
//	P                                picture             -> width, height (4 each), RGB
//	Q                                quit
//
// A reply is a 0 and the above, or a 1, a length and a text that says what went wrong. Numbers are
// little-endian. At the end of its input the host ends.
//
//go:embed host.py
var host string

// child is a host process.
type child struct {
	process *exec.Cmd
	in      *bufio.Writer
	inFile  io.WriteCloser
	out     *bufio.Reader
	stderr  *tail
	head    [16]byte
}

// hello is the host's first line.
type hello struct {
	Error, Text         string
	Observation, Action spaceLine
	MaxSteps            int      `json:"max_steps"`
	Threshold           *float64 `json:"threshold"`
	Game                *gameLine
}

// gameLine describes a game of the Arcade Learning Environment.
type gameLine struct {
	Meanings  []string
	FrameSkip int     // 0 if it is random
	Sticky    float64 // probability
}

type spaceLine struct {
	Kind      string
	Shape     []int
	Uint8     bool
	Low, High []float64
	N         int
	Each      []int
}

// launch starts a host and reads what it says of the environment.
func launch(o Options) (*child, *hello, error) {
	path, err := exec.LookPath(o.Python)
	if err != nil {
		return nil, nil, fmt.Errorf("python %q was not found: install Python 3 with gymnasium, or set python to an interpreter that has it", o.Python)
	}
	kwargs := map[string]any{}
	if o.Kwargs != "" {
		if err := json.Unmarshal([]byte(o.Kwargs), &kwargs); err != nil {
			return nil, nil, fmt.Errorf("kwargs %q are no JSON object: %w", o.Kwargs, err)
		}
	}
	imports := append([]string{}, o.Imports...)
	if strings.HasPrefix(o.ID, "ALE/") && !slices.Contains(imports, "ale_py") {
		imports = append(imports, "ale_py")
	}
	arg, err := json.Marshal(map[string]any{"id": o.ID, "kwargs": kwargs, "imports": imports})
	if err != nil {
		return nil, nil, fmt.Errorf("kwargs: %w", err)
	}
	c := &child{process: exec.Command(path, "-c", host, string(arg)), stderr: &tail{}}
	c.process.Stderr = c.stderr
	c.process.Env = append(os.Environ(), "PYTHONUNBUFFERED=1", "PYGAME_HIDE_SUPPORT_PROMPT=1", "SDL_VIDEODRIVER=dummy")
	if c.inFile, err = c.process.StdinPipe(); err != nil {
		return nil, nil, err
	}
	out, err := c.process.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := c.process.Start(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	c.in, c.out = bufio.NewWriterSize(c.inFile, 1<<16), bufio.NewReaderSize(out, 1<<20)
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return nil, nil, c.ended(err)
	}
	var h hello
	if err := json.Unmarshal(line, &h); err != nil {
		c.stop()
		return nil, nil, fmt.Errorf("%s does not speak the bridge's protocol: %w", path, err)
	}
	switch h.Error {
	case "":
		return c, &h, nil
	case "import":
		err = fmt.Errorf("%s cannot import %s: install it there (%s -m pip install %s), or set python to an interpreter that has it",
			path, h.Text, path, strings.ReplaceAll(h.Text, "_", "-"))
	case "module":
		err = fmt.Errorf("%s fails when %s", path, h.Text)
	default:
		err = fmt.Errorf("gymnasium.make(%q): %s", o.ID, h.Text)
	}
	c.stop()
	return nil, nil, err
}

// stop ends the host.
func (c *child) stop() {
	c.inFile.Close()
	go c.process.Wait()
}

// ended is the error of a host that is there no longer.
func (c *child) ended(err error) error {
	c.inFile.Close()
	c.process.Wait()
	if errors.Is(err, io.EOF) || errors.Is(err, os.ErrClosed) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the Python process ended")
	}
	if text := c.stderr.String(); text != "" {
		return fmt.Errorf("%w: %s", err, text)
	}
	return err
}

// send writes a request of its byte and up to two parts.
func (c *child) send(op byte, parts ...[]byte) error {
	c.in.WriteByte(op)
	for _, p := range parts {
		c.in.Write(p)
	}
	if err := c.in.Flush(); err != nil {
		return c.ended(err)
	}
	return nil
}

// status reads the first byte of a reply, and the text of one that is an error.
func (c *child) status() error {
	b, err := c.out.ReadByte()
	if err != nil {
		return c.ended(err)
	}
	if b == 0 {
		return nil
	}
	text, err := c.block()
	if err != nil {
		return err
	}
	return errors.New(strings.TrimSpace(string(text)))
}

// read fills b.
func (c *child) read(b []byte) error {
	if _, err := io.ReadFull(c.out, b); err != nil {
		return c.ended(err)
	}
	return nil
}

// largest is the longest block that is believed, in bytes.
const largest = 1 << 30

// block reads a length and so many bytes.
func (c *child) block() ([]byte, error) {
	if err := c.read(c.head[:4]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(c.head[:])
	if n > largest {
		return nil, fmt.Errorf("the Python process announced %d bytes", n)
	}
	b := make([]byte, n)
	return b, c.read(b)
}

// space returns the space that the host described.
func (s *spaceLine) space() (envs.Space, error) {
	switch s.Kind {
	case "discrete":
		return envs.NewDiscrete(s.N), nil
	case "multi_discrete":
		return envs.NewMultiDiscrete(s.Each...), nil
	case "multi_binary":
		return envs.NewMultiBinary(s.N), nil
	case "box":
		if s.Uint8 {
			return envs.NewImage(s.Shape...), nil
		}
		return envs.NewBoxOf(bounds(s.Low), bounds(s.High)), nil
	}
	return nil, fmt.Errorf("its space %s is not supported", s.Kind)
}

func bounds(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		if math.Abs(v) >= 3.4028234e38 {
			v = math.Inf(int(math.Copysign(1, v)))
		}
		out[i] = float32(v)
	}
	return out
}

// tail keeps the end of what is written to it.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if over := len(t.b) - 4096; over > 0 {
		t.b = append(t.b[:0], t.b[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(t.b)) }
