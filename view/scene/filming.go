package scene

import (
	"fmt"
	"image"
	"time"
)

// filmRate is the pictures a second of recordings.
const filmRate = 30

// filming writes a recording in the background, so that what is recorded goes on.
type filming struct {
	film   Film
	due    float64 // seconds that the recording is behind
	begun  time.Time
	size   image.Point
	frames chan *image.RGBA
	free   chan *image.RGBA
	done   chan error
	failed chan error // receives the first error
}

func newFilming(f Film) *filming {
	const ahead = 8
	r := &filming{
		film: f, begun: time.Now(), due: 1. / filmRate, frames: make(chan *image.RGBA, ahead), free: make(chan *image.RGBA, ahead+2),
		done: make(chan error, 1), failed: make(chan error, 1),
	}
	go r.write()
	return r
}

func (r *filming) write() {
	var first error
	for frame := range r.frames {
		if first == nil {
			if first = r.film.Add(frame); first != nil {
				r.failed <- first
			}
		}
		select {
		case r.free <- frame:
		default:
		}
	}
	if err := r.film.Close(); first == nil {
		first = err
	}
	r.done <- first
}

// add appends a copy of the picture.
func (r *filming) add(p *image.RGBA) {
	var frame *image.RGBA
	select {
	case frame = <-r.free:
	default:
	}
	if frame == nil || frame.Rect.Size() != p.Rect.Size() {
		frame = image.NewRGBA(image.Rectangle{Max: p.Rect.Size()})
	}
	copy(frame.Pix, p.Pix)
	r.frames <- frame
}

// record begins a recording, or completes it.
func (w *Watch) record() error {
	if w.film != nil {
		name := w.film.film.Name()
		if err := w.stopFilm(); err != nil {
			w.say(coral, "%v", err)
		} else {
			w.say(green, "recorded %s", name)
		}
		return nil
	}
	if w.options.Film == nil {
		w.say(soft, "nothing to record to")
		return nil
	}
	film, err := w.options.Film(filmRate)
	if err != nil {
		w.say(coral, "cannot record: %v", err)
		return nil
	}
	w.film = newFilming(film)
	return nil
}

// stopFilm completes the recording, if there is one.
func (w *Watch) stopFilm() error {
	if w.film == nil {
		return nil
	}
	f := w.film
	w.film = nil
	close(f.frames)
	if err := <-f.done; err != nil {
		return fmt.Errorf("recording %s: %w", f.film.Name(), err)
	}
	return nil
}

// shoot gives the recording the picture as often as is due.
func (w *Watch) shoot(picture *image.RGBA) {
	if w.film == nil {
		return
	}
	select {
	case err := <-w.film.failed:
		w.stopFilm()
		w.say(coral, "the recording failed: %v", err)
		return
	default:
	}
	if size := picture.Rect.Size(); w.film.size != size && w.film.size != (image.Point{}) {
		w.record() // completes it: all frames of a film are of one size
		return
	} else {
		w.film.size = size
	}
	for ; w.film.due >= 1./filmRate; w.film.due -= 1. / filmRate {
		w.film.add(picture)
	}
}
