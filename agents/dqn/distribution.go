package dqn

import "tesuji/tensor"

// support returns the returns z_i = v_min + i (v_max - v_min)/(atoms - 1) of c51's atoms [atoms, 1].
func support(c *Config) *tensor.Tensor {
	z := tensor.New(c.Atoms, 1)
	for i := range z.Data {
		z.Data[i] = float32(c.VMin + float64(float64(i)*c.gap()))
	}
	return z
}

// gap returns the distance of c51's atoms.
func (c *Config) gap() float64 { return (c.VMax - c.VMin) / float64(c.Atoms-1) }

// project writes to dst the distribution, on c51's atoms, of reward + discount*Z for Z with
// probabilities p on them: each return of its own gives its probability to the two atoms around it,
// in proportion to its nearness, or all of it to the one that it hits; returns beyond the atoms
// are the outermost ones. (Bellemare et al., "A Distributional Perspective on Reinforcement
// Learning", 2017, algorithm 1.)
func (c *Config) project(dst, p []float32, reward, discount float32) {
	clear(dst)
	gap := c.gap()
	for i, mass := range p {
		z := float64(reward) + float64(float64(discount)*(c.VMin+float64(float64(i)*gap)))
		at := (min(max(z, c.VMin), c.VMax) - c.VMin) / gap
		low := min(int(at), len(dst)-1)
		up := float32(at - float64(low))
		dst[low] += mass - float32(mass*up)
		if up > 0 && low+1 < len(dst) {
			dst[low+1] += float32(mass * up)
		}
	}
}

// entropy returns -Σ p ln p of each row of p [rows, cols] in dst, with scratch [cols].
func entropy(dst, p, scratch []float32) {
	cols := len(scratch)
	for i := range dst {
		row := p[i*cols : (i+1)*cols]
		for j, v := range row {
			scratch[j] = max(v, 0x1p-126) // 0 ln 0 is 0; the least normal number
		}
		tensor.Log(scratch, scratch)
		sum := float32(0)
		for j, v := range row {
			sum -= float32(v * scratch[j])
		}
		dst[i] = sum
	}
}
