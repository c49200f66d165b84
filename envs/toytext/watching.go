package toytext

// Meanings names the actions.
func (e *FrozenLake) Meanings() []string { return []string{"LEFT", "DOWN", "RIGHT", "UP"} }

// Meanings names the actions.
func (e *CliffWalking) Meanings() []string { return []string{"UP", "RIGHT", "DOWN", "LEFT"} }

// Meanings names the actions.
func (e *Taxi) Meanings() []string {
	return []string{"DOWN", "UP", "RIGHT", "LEFT", "PICK UP", "DROP OFF"}
}

// Meanings names the actions.
func (e *Blackjack) Meanings() []string { return []string{"STICK", "HIT"} }
