package arcade

// A player is a policy that sees a game from the inside. It is asked every fourth frame, as agents
// are.
type player func(g *Game) joystick

// steer returns stick if there is more than slack to go in the direction that is positive, other
// if there is in the negative one.
func steer(way, slack int, stick, other joystick) joystick {
	switch {
	case way > slack:
		return stick
	case way < -slack:
		return other
	}
	return center
}

// playPong meets the ball where it will come, with the end of the paddle that the other is farther
// from.
func playPong(g *Game) joystick {
	r := g.rules.(*pong)
	const middle = paddleHeight * sub / 2
	if r.dx <= 0 {
		return steer((pongTop+pongBottom)/2*sub-r.player-middle, 4*sub, down, up)
	}
	y := r.y
	if frames := ((pongRight-ballSide)*sub - r.x) / r.dx; frames > 0 {
		y += frames * r.dy
	}
	const highest, lowest = pongTop * sub, (pongBottom - ballSide) * sub
	if y < highest {
		y = 2*highest - y
	}
	if y > lowest {
		y = 2*lowest - y
	}
	end := 7 * sub
	if r.rival+middle < (pongTop+pongBottom)/2*sub {
		end = -end
	}
	return steer(y+ballSide*sub/2-r.player-middle+end, 2*sub, down, up)
}
