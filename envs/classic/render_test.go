package classic

import (
	"image"
	"testing"

	"tesuji/envs"
	"tesuji/envs/internal/goldentest"
)

// TestPictures holds the pictures in testdata, which people have looked at.
func TestPictures(t *testing.T) {
	balance := func(o []float32, _ int) float32 {
		if o[2]+.3*o[3]+.05*o[0]+.1*o[1] > 0 {
			return 1
		}
		return 0
	}
	always := func(a float32) func([]float32, int) float32 {
		return func([]float32, int) float32 { return a }
	}
	swing := func(left, right float32) func([]float32, int) float32 {
		return func(o []float32, _ int) float32 {
			if o[1] < 0 {
				return left
			}
			return right
		}
	}
	pump := func(o []float32, _ int) float32 { // torque along the upper link's speed
		if o[4] < 0 {
			return 2
		}
		return 0
	}
	for _, tt := range []struct {
		name   string
		env    envs.Env
		seed   uint64
		steps  int
		policy func([]float32, int) float32
	}{
		{"cartpole", NewCartPole(CartPoleOptions{}), 3, 71, balance},
		{"cartpole-end", NewCartPole(CartPoleOptions{}), 3, 500, always(1)},
		{"mountaincar", NewMountainCar(), 1, 75, swing(0, 2)},
		{"mountaincar-end", NewMountainCar(), 1, 200, swing(0, 2)},
		{"mountaincar-continuous", NewMountainCarContinuous(), 2, 62, swing(-.6, .8)},
		{"acrobot", NewAcrobot(), 1, 42, pump},
		{"acrobot-end", NewAcrobot(), 1, 500, pump},
		{"pendulum", NewPendulum(), 4, 37, func(o []float32, _ int) float32 {
			if o[2] < 0 {
				return -2
			}
			return 1.4
		}},
		{"pendulum-start", NewPendulum(), 8, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			goldentest.Play(t, tt.env, tt.seed, tt.steps, tt.policy)
			goldentest.Picture(t, tt.env.(envs.Renderer), "testdata/"+tt.name+".png")
		})
	}
}

func BenchmarkRender(b *testing.B) {
	for _, e := range []interface {
		envs.Env
		envs.Renderer
	}{NewCartPole(CartPoleOptions{}), NewMountainCar(), NewAcrobot(), NewPendulum()} {
		b.Run(e.Spec().ID, func(b *testing.B) {
			img := picture(e)
			for b.Loop() {
				e.Render(img)
			}
		})
	}
}

func picture(r envs.Renderer) *image.RGBA {
	w, h := r.RenderSize()
	return image.NewRGBA(image.Rect(0, 0, w, h))
}
