package classic

// Meanings names the actions.
func (e *CartPole) Meanings() []string { return []string{"LEFT", "RIGHT"} }

// Meanings names the actions.
func (e *MountainCar) Meanings() []string { return []string{"LEFT", "NOOP", "RIGHT"} }

// Meanings names the actions, where torques send the lower link as it hangs down.
func (e *Acrobot) Meanings() []string { return []string{"LEFT", "NOOP", "RIGHT"} }

// Labels names the elements of an observation.
func (e *CartPole) Labels() []string {
	return []string{"position", "velocity", "angle", "spin"}
}

// Labels names the elements of an observation.
func (e *MountainCar) Labels() []string { return []string{"position", "velocity"} }

// Labels names the elements of an observation.
func (e *MountainCarContinuous) Labels() []string { return []string{"position", "velocity"} }

// Labels names the elements of an observation.
func (e *Acrobot) Labels() []string {
	return []string{"cos upper", "sin upper", "cos elbow", "sin elbow", "spin upper", "spin elbow"}
}

// Labels names the elements of an observation.
func (e *Pendulum) Labels() []string { return []string{"cos angle", "sin angle", "spin"} }
