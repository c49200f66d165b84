package scene

import (
	"context"
	"image"
	"time"
)

// Record plays whole episodes of a watch and gives the film a picture of every moment, as the window
// would show them, of the watch's size. No time passes but the environment's. It stops after
// maxFrames if that is above 0.
func Record(ctx context.Context, w *Watch, film Film, episodes, maxFrames int) (frames int, err error) {
	w.patience = time.Hour // each picture has its own map
	width, height := w.Size()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for played := 0; ; {
		if err := ctx.Err(); err != nil {
			return frames, err
		}
		w.fps, w.resting = meter{}, 0
		if _, err := w.Draw(picture, 1); err != nil {
			return frames, err
		}
		if err := film.Add(picture); err != nil {
			return frames, err
		}
		if frames++; frames == maxFrames {
			return frames, nil
		}
		if s := w.session; !s.Over() {
			err = s.Forward()
		} else if played++; played < episodes {
			err = w.next()
		} else {
			return frames, nil
		}
		if err != nil {
			return frames, err
		}
	}
}

// Rate returns the steps a second that the watch plays at its usual speed.
func (w *Watch) Rate() float64 { return w.rate }
