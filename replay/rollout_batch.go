package replay

import "tesuji/envs"

// Minibatch is transitions of a Rollout, B of them.
type Minibatch struct {
	Obs        envs.Rows // [B, size]
	Actions    []float32 // [B, action size]
	LogProbs   []float32 // [B] of the actions, before the update
	Values     []float32 // [B] of the observations, before the update
	Advantages []float32 // [B]
	Returns    []float32 // [B]
}

// NewMinibatch returns room for n transitions of the rollout.
func (r *Rollout) NewMinibatch(n int) *Minibatch {
	obs := envs.Rows{N: n, Size: r.obs.Size}
	if r.obs.U8 != nil {
		obs.U8 = make([]uint8, n*obs.Size)
	} else {
		obs.F32 = make([]float32, n*obs.Size)
	}
	return &Minibatch{
		Obs: obs, Actions: make([]float32, n*r.actionSize), LogProbs: make([]float32, n),
		Values: make([]float32, n), Advantages: make([]float32, n), Returns: make([]float32, n),
	}
}

// Len returns B.
func (m *Minibatch) Len() int { return m.Obs.N }

// Gather copies the transitions of the given indices to dst, which must have room for them.
// Indices count through the first environment's steps, then through the second's: those of
// Stable-Baselines3's flattened buffer.
func (r *Rollout) Gather(indices []int32, dst *Minibatch) {
	b := len(indices)
	dst.Obs = resized(dst.Obs, b)
	dst.Actions = dst.Actions[:b*r.actionSize]
	dst.LogProbs, dst.Values = dst.LogProbs[:b], dst.Values[:b]
	dst.Advantages, dst.Returns = dst.Advantages[:b], dst.Returns[:b]
	for i, index := range indices {
		env, step := int(index)/r.n, int(index)%r.n
		at := step*r.envs + env
		dst.Obs.Row(i).Copy(r.obs.Row(at))
		copy(dst.Actions[i*r.actionSize:(i+1)*r.actionSize], r.actions[at*r.actionSize:])
		dst.LogProbs[i], dst.Values[i] = r.logProbs[at], r.values[at]
		dst.Advantages[i], dst.Returns[i] = r.advantages[at], r.returns[at]
	}
}

// resized returns the first n rows of the storage that r was made with.
func resized(r envs.Rows, n int) envs.Rows {
	r.N = n
	if r.U8 != nil {
		r.U8 = r.U8[:n*r.Size]
	} else {
		r.F32 = r.F32[:n*r.Size]
	}
	return r
}

// Whole returns everything pushed, step after step, sharing the rollout's storage.
func (r *Rollout) Whole() Minibatch {
	return Minibatch{
		Obs: r.obs.Slice(0, r.Len()), Actions: r.Actions(), LogProbs: r.LogProbs(),
		Values: r.values[:r.Len()], Advantages: r.AdvantageEstimates(), Returns: r.Returns(),
	}
}
