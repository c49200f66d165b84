//go:build !headless

package view

import (
	"errors"
	"fmt"
	"image"
	"os"
	"runtime"
	"slices"
	"time"

	"tesuji/view/scene"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"
)

// Run opens a window, shows the scene until it wants to quit, is closed or fails, and closes the
// scene. It must be called on the program's main goroutine, once.
func Run(s scene.Scene) error {
	if err := Available(); err != nil {
		return errors.Join(err, s.Close())
	}
	w := &window{scene: s, last: time.Now()}
	width, height := s.Size()
	ebiten.SetWindowSize(width, height)
	ebiten.SetWindowTitle(s.Title())
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
	ebiten.SetWindowSizeLimits(360, 280, -1, -1)
	ebiten.SetScreenClearedEveryFrame(false)
	ebiten.SetRunnableOnUnfocused(true)
	err := ebiten.RunGameWithOptions(w, &ebiten.RunGameOptions{X11ClassName: "Tesuji", X11InstanceName: "rl"})
	if w.err != nil {
		err = w.err // ours, as it was
	} else if err != nil {
		err = fmt.Errorf("%w: %w", ErrNoDisplay, err)
	}
	return errors.Join(err, s.Close())
}

// Available returns an error where windows come from an X server and none is named. (Ebitengine would
// take the console's screen instead.) It touches no display: Run may still fail.
func Available() error {
	switch runtime.GOOS {
	case "linux", "freebsd", "netbsd", "openbsd":
		if os.Getenv("DISPLAY") == "" {
			return fmt.Errorf("%w: the variable DISPLAY is not set", ErrNoDisplay)
		}
	}
	return nil
}

// window is a scene in Ebitengine's hands.
type window struct {
	scene   scene.Scene
	scale   float64
	picture *image.RGBA
	texture *ebiten.Image
	part    []byte // pixels of a part, side by side
	keys    []ebiten.Key
	input   scene.Input
	last    time.Time
	err     error
}

// Layout implements ebiten.Game, in whole device-independent pixels.
func (w *window) Layout(width, height int) (int, int) { return width, height }

// LayoutF implements ebiten.LayoutFer: a pixel of the picture is one of the display.
func (w *window) LayoutF(width, height float64) (float64, float64) {
	w.scale = ebiten.Monitor().DeviceScaleFactor()
	return float64(int(width * w.scale)), float64(int(height * w.scale))
}

// Update implements ebiten.Game.
func (w *window) Update() error {
	now := time.Now()
	dt := min(now.Sub(w.last), time.Second/4)
	w.last = now
	in := &w.input
	in.Pressed = in.Pressed[:0]
	in.Held = [scene.Keys]bool{}
	// A key that was down for less than a tick was pressed, too.
	w.keys = inpututil.AppendJustPressedKeys(w.keys[:0])
	for _, k := range w.keys {
		w.press(keys[k])
	}
	w.keys = inpututil.AppendPressedKeys(w.keys[:0])
	for _, k := range w.keys {
		key := keys[k]
		in.Held[key] = true
		if repeats(key, inpututil.KeyPressDuration(k)) {
			in.Pressed = append(in.Pressed, key)
		}
	}
	in.Pointer = image.Pt(ebiten.CursorPosition())
	in.Down = ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft)
	in.Clicked = inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft)
	in.Rate = ebiten.ActualFPS()
	if w.err != nil {
		return w.err
	}
	r, err := w.scene.Update(dt, in)
	if err != nil {
		w.err = err
		return err
	}
	if r.Fullscreen {
		ebiten.SetFullscreen(!ebiten.IsFullscreen())
	}
	if r.Quit {
		return ebiten.Termination
	}
	return nil
}

// press notes a key that went down.
func (w *window) press(k scene.Key) {
	if k != scene.None {
		w.input.Held[k] = true
		w.input.Pressed = append(w.input.Pressed, k)
	}
}

// repeats tells whether a key that has been down for so many ticks counts as pressed again. Those
// that go through time do.
func repeats(k scene.Key, ticks int) bool {
	const first, every = 24, 3
	return (k == scene.Left || k == scene.Right) && ticks >= first && (ticks-first)%every == 0
}

// Draw implements ebiten.Game.
func (w *window) Draw(screen *ebiten.Image) {
	size := screen.Bounds().Size()
	if w.picture == nil || w.picture.Rect.Size() != size {
		w.picture = image.NewRGBA(image.Rectangle{Max: size})
		if w.texture != nil {
			w.texture.Deallocate()
		}
		w.texture = ebiten.NewImageWithOptions(image.Rectangle{Max: size}, &ebiten.NewImageOptions{Unmanaged: true})
	}
	dirty, err := w.scene.Draw(w.picture, w.scale)
	if err != nil {
		w.err = err // ends the window at the next Update
		return
	}
	for _, r := range dirty {
		w.upload(r)
	}
	screen.DrawImage(w.texture, nil)
}

// upload brings a part of the picture to the texture.
func (w *window) upload(r image.Rectangle) {
	r = r.Intersect(w.picture.Rect)
	if r.Empty() {
		return
	}
	if r == w.picture.Rect {
		w.texture.WritePixels(w.picture.Pix)
		return
	}
	row := 4 * r.Dx()
	w.part = slices.Grow(w.part[:0], row*r.Dy())[:row*r.Dy()]
	for y := range r.Dy() {
		copy(w.part[y*row:(y+1)*row], w.picture.Pix[w.picture.PixOffset(r.Min.X, r.Min.Y+y):])
	}
	w.texture.SubImage(r).(*ebiten.Image).WritePixels(w.part)
}

// keys are Ebitengine's as scenes know them.
var keys = map[ebiten.Key]scene.Key{
	ebiten.KeyArrowLeft: scene.Left, ebiten.KeyArrowRight: scene.Right, ebiten.KeyArrowUp: scene.Up, ebiten.KeyArrowDown: scene.Down,
	ebiten.KeySpace: scene.Space, ebiten.KeyEnter: scene.Enter, ebiten.KeyNumpadEnter: scene.Enter, ebiten.KeyEscape: scene.Escape,
	ebiten.KeyHome: scene.Home, ebiten.KeyEnd: scene.End,
	ebiten.KeyEqual: scene.Plus, ebiten.KeyNumpadAdd: scene.Plus, ebiten.KeyMinus: scene.Minus, ebiten.KeyNumpadSubtract: scene.Minus,
	ebiten.KeySlash:  scene.Question,
	ebiten.KeyDigit0: scene.Digit0, ebiten.KeyDigit1: scene.Digit1, ebiten.KeyDigit2: scene.Digit2, ebiten.KeyDigit3: scene.Digit3,
	ebiten.KeyDigit4: scene.Digit4, ebiten.KeyDigit5: scene.Digit5, ebiten.KeyDigit6: scene.Digit6, ebiten.KeyDigit7: scene.Digit7,
	ebiten.KeyDigit8: scene.Digit8, ebiten.KeyDigit9: scene.Digit9,
	ebiten.KeyA: scene.A, ebiten.KeyD: scene.D, ebiten.KeyF: scene.F, ebiten.KeyG: scene.G, ebiten.KeyH: scene.H, ebiten.KeyN: scene.N,
	ebiten.KeyP: scene.P, ebiten.KeyQ: scene.Q, ebiten.KeyR: scene.R, ebiten.KeyS: scene.S, ebiten.KeyT: scene.T, ebiten.KeyU: scene.U, ebiten.KeyW: scene.W,
}
