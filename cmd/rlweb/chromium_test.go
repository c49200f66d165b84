//go:build !js

package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"testing"
	"time"
)

// browser is a Chromium without a window, told what to do through pipes: messages in JSON, a zero
// byte after each (the DevTools protocol).
type browser struct {
	t       *testing.T
	in      *os.File
	answers chan message
	last    int
	session string // of the page
}

type message struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// launch starts Chromium, or skips the test where there is none.
func launch(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless_shell"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium here: the page is not tested")
	}
	theirs, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--remote-debugging-pipe",
		"--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--window-size=1440,860", "--user-data-dir="+t.TempDir())
	c.ExtraFiles = []*os.File{theirs, theirOut} // 3 and 4
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	theirOut.Close()
	b := &browser{t: t, in: in, answers: make(chan message, 64)}
	t.Cleanup(func() {
		b.session = ""
		b.send("Browser.close", nil)
		over := time.AfterFunc(5*time.Second, func() { c.Process.Kill() })
		c.Wait()
		over.Stop()
		in.Close()
		out.Close()
	})
	go func() {
		defer close(b.answers)
		r := bufio.NewReader(out)
		for {
			line, err := r.ReadBytes(0)
			if err != nil {
				return
			}
			var m message
			if json.Unmarshal(bytes.TrimSuffix(line, []byte{0}), &m) == nil && m.ID != 0 {
				b.answers <- m
			}
		}
	}()
	return b
}

// send gives an order and returns its number.
func (b *browser) send(method string, params any) int {
	b.last++
	order := map[string]any{"id": b.last, "method": method}
	if params != nil {
		order["params"] = params
	}
	if b.session != "" {
		order["sessionId"] = b.session
	}
	line, err := json.Marshal(order)
	if err != nil {
		b.t.Fatal(err)
	}
	b.in.Write(append(line, 0))
	return b.last
}

// do gives an order and reads its answer into result, if that is not nil.
func (b *browser) do(method string, params, result any) {
	b.t.Helper()
	id := b.send(method, params)
	late := time.After(60 * time.Second)
	for {
		select {
		case m, ok := <-b.answers:
			switch {
			case !ok:
				b.t.Fatalf("%s: Chromium has ended", method)
			case m.ID != id:
				continue
			case m.Error != nil:
				b.t.Fatalf("%s: %s", method, m.Error)
			}
			if result != nil {
				if err := json.Unmarshal(m.Result, result); err != nil {
					b.t.Fatal(err)
				}
			}
			return
		case <-late:
			b.t.Fatalf("%s: no answer", method)
		}
	}
}

// open shows an address on a page of its own.
func (b *browser) open(url string) {
	b.t.Helper()
	b.session = ""
	var target struct{ TargetID, SessionID string }
	b.do("Target.createTarget", map[string]any{"url": url}, &target)
	b.do("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
}

// eval returns the value of an expression as text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	var r struct{ Result struct{ Value any } }
	b.do("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &r)
	return fmt.Sprint(r.Result.Value)
}

// key presses a key, for as long as hold says.
func (b *browser) key(code, key string, hold time.Duration) {
	b.t.Helper()
	b.do("Input.dispatchKeyEvent", map[string]any{"type": "rawKeyDown", "code": code, "key": key}, nil)
	time.Sleep(hold)
	b.do("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "code": code, "key": key}, nil)
}

// click presses the mouse's button at a pixel of the page.
func (b *browser) click(x, y int) {
	b.t.Helper()
	for _, what := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		b.do("Input.dispatchMouseEvent", map[string]any{"type": what, "x": x, "y": y, "button": "left", "clickCount": 1}, nil)
		time.Sleep(100 * time.Millisecond)
	}
}

// screenshot returns what the page shows, and the file.
func (b *browser) screenshot() (image.Image, []byte) {
	b.t.Helper()
	var shot struct{ Data string }
	b.do("Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	file, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		b.t.Fatal(err)
	}
	return m, file
}
