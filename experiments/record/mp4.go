package record

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrNoFFmpeg is returned when an MP4 is asked for and ffmpeg is not installed.
var ErrNoFFmpeg = errors.New("MP4 needs ffmpeg, which is not installed or not in PATH: install it, or record .gif or .png (animated)")

// mp4Encoder pipes raw frames to ffmpeg, which is started with the first, when the size is known.
type mp4Encoder struct {
	sized
	ffmpeg, out string
	fps         float64
	cmd         *exec.Cmd
	stdin       io.WriteCloser
	stderr      bytes.Buffer
	frame       *image.RGBA
}

func createMP4(path string, fps float64) (*File, error) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, fmt.Errorf("record: %s: %w", path, ErrNoFFmpeg)
	}
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".tmp.mp4")
	return &File{path: path, temp: temp, enc: &mp4Encoder{ffmpeg: ffmpeg, out: temp, fps: fps}}, nil
}

func (e *mp4Encoder) Add(frame *image.RGBA) error {
	if err := e.check(frame); err != nil {
		return err
	}
	if e.cmd == nil {
		if err := e.start(); err != nil {
			return err
		}
	}
	e.frame = opaque(e.frame, frame)
	if _, err := e.stdin.Write(e.frame.Pix); err != nil {
		return e.explain(errors.Join(err, e.wait()))
	}
	return nil
}

func (e *mp4Encoder) start() error {
	cmd := exec.Command(e.ffmpeg, "-hide_banner", "-loglevel", "error", "-y",
		"-f", "rawvideo", "-pix_fmt", "rgba", "-s", fmt.Sprintf("%dx%d", e.w, e.h),
		"-r", strconv.FormatFloat(e.fps, 'g', -1, 64), "-i", "-", "-an",
		// H.264 in the form that every player takes wants even sides.
		"-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-crf", "18",
		"-movflags", "+faststart", "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
		"-f", "mp4", e.out)
	cmd.Stderr = &e.stderr
	var err error
	if e.stdin, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return e.explain(err)
	}
	e.cmd = cmd
	return nil
}

func (e *mp4Encoder) Close() error {
	if e.cmd == nil {
		return ErrNoFrames
	}
	if err := e.wait(); err != nil {
		return e.explain(err)
	}
	return nil
}

// wait ends the input and waits for ffmpeg, once.
func (e *mp4Encoder) wait() error {
	if e.stdin == nil {
		return nil
	}
	err := e.stdin.Close()
	e.stdin = nil
	return errors.Join(err, e.cmd.Wait())
}

func (e *mp4Encoder) abort() {
	if e.cmd != nil && e.stdin != nil {
		e.cmd.Process.Kill()
		e.wait()
	}
}

func (e *mp4Encoder) explain(err error) error {
	if said := strings.TrimSpace(e.stderr.String()); said != "" {
		return fmt.Errorf("ffmpeg: %w: %s", err, said)
	}
	return fmt.Errorf("ffmpeg: %w", err)
}
