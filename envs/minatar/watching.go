package minatar

import "image"

// Rate returns the steps a second at which people can follow.
func (p *play) Rate() float64 { return 12 }

// Observed returns the board without the bar above it.
func (p *play) Observed() image.Rectangle { return image.Rect(0, barSize, width, height) }

var moveNames = [moves]string{none: "NOOP", left: "LEFT", up: "UP", right: "RIGHT", down: "DOWN", fire: "FIRE"}

// Meanings names the actions.
func (p *play) Meanings() []string {
	names := make([]string, p.known)
	for i, m := range p.actions[:p.known] {
		names[i] = moveNames[m]
	}
	return names
}
