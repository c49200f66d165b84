// Package trained holds what runs of `rl train --config alphazero-NAME` have learned, for the engines that
// come with the program.
package trained

import "embed"

//go:embed *.safetensors
var files embed.FS

// Weights returns the weights file of the engine of that name, such as go5, and false if there is none.
func Weights(name string) ([]byte, bool) {
	b, err := files.ReadFile(name + ".safetensors")
	return b, err == nil
}
