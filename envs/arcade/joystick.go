package arcade

// joystick is the position of a stick with one button, one bit for each contact.
type joystick uint8

const (
	up joystick = 1 << iota
	down
	left
	right
	fire

	center joystick = 0
)

// dx returns -1, 0 or 1 for a stick held to the left, upright or to the right.
func (j joystick) dx() int { return int(j>>3&1) - int(j>>2&1) }

// dy returns -1, 0 or 1 for a stick held up, upright or down.
func (j joystick) dy() int { return int(j>>1&1) - int(j&1) }

// fires reports whether the button is pressed.
func (j joystick) fires() bool { return j&fire != 0 }

// allSticks are the actions of the Arcade Learning Environment, in its order.
var allSticks = []joystick{
	center, fire, up, right, left, down,
	up | right, up | left, down | right, down | left,
	up | fire, right | fire, left | fire, down | fire,
	up | right | fire, up | left | fire, down | right | fire, down | left | fire,
}

// meaning names a position as the Arcade Learning Environment does, such as UPRIGHTFIRE.
func (j joystick) meaning() string {
	if j == center {
		return "NOOP"
	}
	name := ""
	for i, part := range []string{"UP", "DOWN", "LEFT", "RIGHT", "FIRE"} {
		if j>>i&1 == 1 {
			name += part
		}
	}
	return name
}
