package classic

import "tesuji/envs"

// NewCartPoleNoVelocity returns CartPole-v1 of which only the cart's position and the pole's angle
// are seen. The best return is 500 as there, but an agent has to remember how both have changed.
func NewCartPoleNoVelocity(o CartPoleOptions) (*envs.Select, error) {
	return envs.NewSelect(NewCartPole(o), "CartPoleNoVelocity-v1", 0, 2)
}
