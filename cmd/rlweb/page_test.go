//go:build !js

package main

import (
	"bytes"
	"compress/gzip"
	"image"
	"image/color"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// limit is how large the page may be on its way to the browser, with the weights of one agent: 8 MB.
const limit = 8_000_000

// TestPage makes the page, opens it in a browser, watches each agent and takes over. With
// TESUJI_SCREENSHOTS the screenshots stay in that folder.
func TestPage(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the page is not built")
	}
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("no make here: the page is not tested")
	}
	dir := t.TempDir()
	if out, err := exec.Command("make", "-C", "../..", "web", "WEB="+dir).CombinedOutput(); err != nil {
		t.Fatalf("make web: %v\n%s", err, out)
	}
	program, largest := int64(0), int64(0)
	for _, size := range compressed(t, dir) {
		program += size
	}
	for _, size := range compressed(t, filepath.Join(dir, "weights")) {
		largest = max(largest, size)
	}
	t.Logf("%d bytes, compressed, and weights of up to %d", program, largest)
	if program+largest >= limit {
		t.Errorf("the page is %d bytes, compressed: want less than %d", program+largest, limit)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	b := launch(t)
	for i := range presets {
		name := presets[i].name
		t.Run(name, func(t *testing.T) {
			b.t = t
			b.open(server.URL + "/?agent=" + name)
			plays(t, b)
			keep(t, b, name)
			if i == 0 {
				takesOver(t, b)
				keep(t, b, name+"-taken-over")
			}
			t.Logf("%s pictures a second", b.eval(`new Promise(done => {
				let n = 0; const begin = performance.now();
				const count = now => { n++; now - begin < 2000 ? requestAnimationFrame(count) : done((n * 1000 / (now - begin)).toFixed(1)) };
				requestAnimationFrame(count) })`))
			if link := b.eval(`document.querySelector("nav a[aria-current]").search`); link != "?agent="+name {
				t.Errorf("the page marks %q as chosen", link)
			}
		})
	}
	goPreset := goGames[len(goGames)-1].preset
	t.Run(goPreset, func(t *testing.T) {
		b.t = t
		b.open(server.URL + "/?agent=" + goPreset)
		starts(t, b)
		wait(t, "the board", func() bool { return colors(game(b)) > 100 })
		before := game(b)
		m, _ := b.screenshot()
		b.click(m.Bounds().Dx()*7/20, m.Bounds().Dy()/2)
		wait(t, "a stone", func() bool { return differ(before, game(b)) })
		b.key("KeyA", "a", 100*time.Millisecond)
		time.Sleep(2 * time.Second) // for its reply, and for what it thinks of the next move
		keep(t, b, goPreset)
	})
	t.Run("unknown", func(t *testing.T) {
		b.t = t
		b.open(server.URL + "/?agent=ppo-cartpool")
		text := ""
		wait(t, "the page to say what is wrong", func() bool {
			text = b.eval(`state.hidden ? "" : state.textContent`)
			return strings.Contains(text, "ppo-cartpole")
		})
	})
	b.t = t
}

// starts waits until the program runs.
func starts(t *testing.T, b *browser) {
	t.Helper()
	wait(t, "the program to start", func() bool {
		if b.eval(`state.className`) == "bad" {
			t.Fatal(b.eval(`state.textContent`))
		}
		return b.eval(`state.hidden && document.querySelector("canvas") !== null`) == "true"
	})
}

// plays waits until the agent can be seen at play.
func plays(t *testing.T, b *browser) {
	t.Helper()
	starts(t, b)
	wait(t, "a picture", func() bool { return colors(game(b)) > 20 })
	before := game(b)
	wait(t, "the picture to move", func() bool { return differ(before, game(b)) })
}

// takesOver lets a person play: the game waits for a first key, then obeys.
func takesOver(t *testing.T, b *browser) {
	t.Helper()
	b.key("KeyT", "t", 100*time.Millisecond)
	wait(t, "the game to wait", func() bool {
		before := game(b)
		time.Sleep(300 * time.Millisecond)
		return !differ(before, game(b))
	})
	before := game(b)
	b.key("ArrowLeft", "ArrowLeft", 300*time.Millisecond)
	wait(t, "the game to go on", func() bool { return differ(before, game(b)) })
}

// wait waits for something to become so.
func wait(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(120 * time.Second); !so(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// game returns the part of the screenshot in which the game is, without the bars above and below.
func game(b *browser) image.Image {
	m, _ := b.screenshot()
	r := m.Bounds()
	r.Min.Y, r.Max.Y, r.Max.X = r.Min.Y+80, r.Max.Y-120, r.Min.X+r.Dx()/2
	return m.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(r)
}

// colors returns the number of colors of a picture.
func colors(m image.Image) int {
	seen := map[color.Color]bool{}
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			seen[m.At(x, y)] = true
		}
	}
	return len(seen)
}

func differ(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return true
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				return true
			}
		}
	}
	return false
}

// keep writes a screenshot to the folder that the environment names.
func keep(t *testing.T, b *browser, name string) {
	dir := os.Getenv("TESUJI_SCREENSHOTS")
	if dir == "" {
		return
	}
	_, file := b.screenshot()
	if err := os.WriteFile(filepath.Join(dir, "web-"+name+".png"), file, 0o644); err != nil {
		t.Fatal(err)
	}
}

// compressed returns the sizes of the files of a folder, each compressed with gzip.
func compressed(t *testing.T, dir string) (sizes []int64) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
		z.Write(b)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, int64(out.Len()))
	}
	return sizes
}
