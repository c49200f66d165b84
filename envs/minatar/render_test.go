package minatar

import (
	"image"
	"testing"

	"tesuji/envs"
	"tesuji/envs/internal/goldentest"
)

// TestPictures holds the pictures in testdata, which people have looked at.
func TestPictures(t *testing.T) {
	for _, tt := range []struct {
		game, name string
		seed       uint64
		steps      int
		policy     func(g game, step int) move
	}{
		{"asterix", "asterix", 5, 47, wander},
		{"asterix", "asterix-ramped", 6, 900, func(g game, _ int) move {
			return hide(g.(*Asterix))
		}},
		{"breakout", "breakout", 0, 160, follow},
		{"freeway", "freeway", 5, 70, func(game, int) move { return up }},
		{"seaquest", "seaquest", 4, 165, dive},
		{"space_invaders", "space_invaders", 5, 57, func(_ game, k int) move {
			return []move{fire, left, fire, right, right}[k%5]
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGame(t, tt.game)
			goldentest.Play(t, g, tt.seed, tt.steps, func(_ []float32, k int) float32 { return float32(tt.policy(g, k)) })
			goldentest.Picture(t, g.(envs.Renderer), "testdata/"+tt.name+".png")
		})
	}
}

func wander(_ game, k int) move { return []move{left, up, none, right, up, right, down}[k/3%7] }

// hide goes to where nothing comes next.
func hide(g *Asterix) move {
	for _, m := range []move{none, up, down, left, right} {
		x, y := clamp(g.x+stepX[m], 0, edge), clamp(g.y+stepY[m], 1, laneCount)
		at, dir := g.column.get(y-1)-1, 1-2*g.left.get(y-1)
		if at < 0 || g.gold.get(y-1) == 1 || (at-x)*dir > 0 || at != x && at+dir != x && at+2*dir != x {
			return m
		}
	}
	return none
}

// follow keeps the paddle below the ball.
func follow(e game, _ int) move {
	g := e.(*Breakout)
	x := clamp(g.x+g.dx, 0, edge)
	switch {
	case g.dy > 0 && x < g.paddle:
		return left
	case g.dy > 0 && x > g.paddle:
		return right
	}
	return none
}

// dive goes under water and shoots to both sides.
func dive(e game, k int) move {
	g := e.(*Seaquest)
	if g.y < 5 {
		return down
	}
	return []move{fire, none, right, fire, none, left}[k%6]
}

func BenchmarkRender(b *testing.B) {
	for _, name := range games {
		b.Run(name, func(b *testing.B) {
			g := newGame(b, name).(envs.Renderer)
			w, h := g.RenderSize()
			img := image.NewRGBA(image.Rect(0, 0, w, h))
			for b.Loop() {
				g.Render(img)
			}
		})
	}
}
