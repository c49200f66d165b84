package hex

import (
	"testing"

	"tesuji/envs/internal/goldentest"
)

// TestPictures holds the pictures in testdata, which people have looked at.
func TestPictures(t *testing.T) {
	for _, c := range []struct {
		name  string
		game  *Game
		moves []int
	}{
		{"hex", New(11, true), []int{14, 121, 60, 49, 71, 59, 70, 58, 69, 80, 37}},
		{"hex-won", New(5, false), []int{12, 7, 8, 11, 16, 3, 4, 20, 21}},
	} {
		for _, m := range c.moves {
			if err := c.game.Play(m); err != nil {
				t.Fatal(err)
			}
		}
		goldentest.Picture(t, c.game, "testdata/"+c.name+".png")
	}
}
