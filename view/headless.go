//go:build headless

package view

import (
	"errors"
	"fmt"

	"tesuji/view/scene"
)

// Available returns an error: this program was built without windows.
func Available() error {
	return fmt.Errorf("%w: this program was built without windows (-tags headless)", ErrNoDisplay)
}

// Run returns Available's error and closes the scene.
func Run(s scene.Scene) error { return errors.Join(Available(), s.Close()) }
