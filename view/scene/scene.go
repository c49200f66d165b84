// Package scene paints what the windows of package view show, in software and in units that a
// scale turns into pixels: the same pictures serve a window, a browser, a film and a test.
package scene

import (
	"image"
	"time"
)

// Scene is what a window shows. It is told of time and of keys, and paints itself.
type Scene interface {
	// Title is that of the window.
	Title() string
	// Size returns the width and height that suit the scene, in units.
	Size() (w, h int)
	// Update moves on by the time since the last call. An error ends the window.
	Update(dt time.Duration, in *Input) (Request, error)
	// Draw paints what changed since the last call, or all if that was onto another picture or at
	// another scale, and returns the parts that it painted, valid until the next call. Scale is
	// the number of pixels of a unit.
	Draw(dst *image.RGBA, scale float64) ([]image.Rectangle, error)
	// Close ends what is under way, such as a recording.
	Close() error
}

// Request is what a scene wants of its window.
type Request struct {
	Quit       bool
	Fullscreen bool // switch it on or off
}

// Key is a key of the keyboard.
type Key uint8

// The keys that scenes know. Letters and digits are as on an English keyboard.
const (
	None Key = iota
	Left
	Right
	Up
	Down
	Space
	Enter
	Escape
	Home
	End
	Plus
	Minus
	Question
	Digit0
	Digit1
	Digit2
	Digit3
	Digit4
	Digit5
	Digit6
	Digit7
	Digit8
	Digit9
	A
	D
	F
	G
	H
	N
	P
	Q
	R
	S
	T
	U
	W
	Keys // their number
)

// Input is what came from a person since the last Update.
type Input struct {
	Pressed []Key      // that went down, or repeat
	Held    [Keys]bool // that are down
	// Pointer is where the mouse is, in pixels. Down tells that its button is held, Clicked that it
	// went down.
	Pointer image.Point
	Down    bool
	Clicked bool
	// Rate is the pictures a second that the window shows, 0 if it is not known yet.
	Rate float64
}
