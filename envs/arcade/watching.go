package arcade

// Rate returns the frames a second.
func (g *Game) Rate() float64 { return 60 }

// PixelSize returns how many pixels of a picture a pixel of the screen is wide and high.
func (g *Game) PixelSize() int { return renderScale }
