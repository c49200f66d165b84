package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tesuji/view"
	"tesuji/view/scene"
)

// onMain takes functions that the program's main goroutine runs: windows are to be opened there.
var onMain = make(chan func())

// serveMain runs f beside, and on this goroutine what comes through onMain, until f is done. A verb
// must not run on the main goroutine itself: Ebitengine ties that to a thread, which makes handing
// work over to other goroutines slow.
func serveMain(f func() int) int {
	code := make(chan int)
	go func() { code <- f() }()
	for {
		select {
		case c := <-code:
			return c
		case g := <-onMain:
			g()
		}
	}
}

// window shows a scene until it is closed or ctx ends. The hint says what to do without a display.
func (a *app) window(ctx context.Context, s scene.Scene, hint string) error {
	if err := view.Available(); err != nil {
		return errors.Join(fmt.Errorf("cannot open a window: %w; %s", err, hint), s.Close())
	}
	done := make(chan error)
	onMain <- func() { done <- view.Run(&interruptible{s, ctx}) }
	err := <-done
	if errors.Is(err, view.ErrNoDisplay) {
		return fmt.Errorf("cannot open a window: %w; %s", err, hint)
	}
	return err
}

// interruptible is a scene that ends with its context.
type interruptible struct {
	scene.Scene
	ctx context.Context
}

func (i *interruptible) Update(dt time.Duration, in *scene.Input) (scene.Request, error) {
	if err := i.ctx.Err(); err != nil {
		return scene.Request{}, err
	}
	return i.Scene.Update(dt, in)
}
