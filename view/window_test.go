//go:build !headless

package view_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/view"
	"tesuji/view/scene"
	"tesuji/view/session"
)

// child makes the test binary open a window instead: windows belong to main goroutines.
const child = "TESUJI_TEST_WINDOW"

func TestMain(m *testing.M) {
	if os.Getenv(child) == "" {
		os.Exit(m.Run())
	}
	if err := show(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// show plays CartPole in a window until standard input is closed.
func show() error {
	s, err := session.New(session.Options{
		NewEnv: func() (envs.Env, error) { return classic.NewCartPole(classic.CartPoleOptions{}), nil }, Policy: pusher{},
	})
	if err != nil {
		return err
	}
	w, err := scene.NewWatch(s, scene.WatchOptions{})
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { io.Copy(io.Discard, os.Stdin); close(ended) }()
	return view.Run(&until{w, ended})
}

// pusher pushes to the side that the pole leans to.
type pusher struct{}

func (pusher) Act(obs envs.Rows, deterministic bool, actions []float32) error {
	actions[0] = 0
	if obs.F32[2] > 0 {
		actions[0] = 1
	}
	return nil
}

// until is a scene that quits.
type until struct {
	*scene.Watch
	ended chan struct{}
}

func (u *until) Update(dt time.Duration, in *scene.Input) (scene.Request, error) {
	select {
	case <-u.ended:
		return scene.Request{Quit: true}, nil
	default:
		return u.Watch.Update(dt, in)
	}
}

func TestNoDisplay(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"=1", "DISPLAY=")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "no display") {
		t.Errorf("%v: %s", err, out)
	}
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"=1", "DISPLAY=:4711")
	if out, err = cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "no display") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestWindow opens the real window on a virtual screen, and looks at that.
func TestWindow(t *testing.T) {
	display, screen := virtualScreen(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"=1", "DISPLAY="+display, "LIBGL_ALWAYS_SOFTWARE=1")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	stop, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { cmd.Process.Kill() })

	var picture *image.RGBA
	var seen look
	for deadline := time.Now().Add(40 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		select {
		case err := <-ended:
			if strings.Contains(said.String(), "libGL") || strings.Contains(said.String(), "Dlopen") {
				t.Skipf("no OpenGL to test the window with (on Debian: apt-get install libgl1 libgl1-mesa-dri): %s", &said)
			}
			t.Fatalf("the window closed by itself: %v: %s", err, &said)
		default:
		}
		if picture, err = screenshot(screen); err == nil {
			if seen = inspect(picture); seen.good() {
				break
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("no window to see: %+v, %v: %s", seen, err, &said)
		}
	}
	if path := os.Getenv("TESUJI_TEST_SCREENSHOT"); path != "" {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, picture); err != nil {
			t.Fatal(err)
		}
	}
	// What moves on the screen is an episode.
	first := picture
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if picture, err = screenshot(screen); err == nil && !bytes.Equal(picture.Pix, first.Pix) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the picture stands still")
		}
	}
	stop.Close()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("closing the window: %v: %s", err, &said)
		}
	case <-time.After(20 * time.Second):
		t.Error("the window does not close")
	}
}

// look is what a screenshot shows.
type look struct {
	colors int
	ground int // pixels of the theme's ground
	paper  int // pixels as light as CartPole's sky
}

func (l look) good() bool { return l.colors > 200 && l.ground > 20_000 && l.paper > 50_000 }

func inspect(p *image.RGBA) look {
	var l look
	seen := map[color.RGBA]bool{}
	for i := 0; i < len(p.Pix); i += 4 {
		c := color.RGBA{p.Pix[i], p.Pix[i+1], p.Pix[i+2], 255}
		seen[c] = true
		switch {
		case c == color.RGBA{0x0d, 0x10, 0x16, 255}:
			l.ground++
		case c.R > 0xd0 && c.G > 0xd8 && c.B > 0xe0:
			l.paper++
		}
	}
	l.colors = len(seen)
	return l
}

// virtualScreen starts an X server without a screen, and returns its display and the file in which
// its pixels are.
func virtualScreen(t *testing.T) (display, screen string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: no window")
	}
	path, err := exec.LookPath("Xvfb")
	if err != nil {
		t.Skip("Xvfb is not installed: the window cannot be tested (on Debian: apt-get install xvfb libgl1 libgl1-mesa-dri)")
	}
	dir := t.TempDir()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(path, "-displayfd", "3", "-screen", "0", "1280x820x24", "-fbdir", dir, "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	w.Close()
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb: %v: %s", err, &said)
	}
	return ":" + strings.TrimSpace(number), filepath.Join(dir, "Xvfb_screen0")
}

// screenshot reads an X window dump of 32 bits a pixel.
func screenshot(path string) (*image.RGBA, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	word := func(i int) int {
		if len(b) < 4*i+4 {
			return 0
		}
		return int(binary.BigEndian.Uint32(b[4*i:]))
	}
	header, width, height, bits, line, colors := word(0), word(4), word(5), word(11), word(12), word(19)
	from := header + 12*colors
	if width == 0 || bits != 32 || len(b) < from+height*line {
		return nil, errors.New("not a whole dump of 32 bits a pixel")
	}
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		row := b[from+y*line:]
		for x := range width {
			o := p.Pix[p.PixOffset(x, y):]
			o[0], o[1], o[2], o[3] = row[4*x+2], row[4*x+1], row[4*x], 255
		}
	}
	return p, nil
}
