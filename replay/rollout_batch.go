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
	// One array after the other: each loop is short, and nothing in it waits for memory.
	n, stride := uint32(r.n), uint32(r.envs)
	r.places = r.places[:b]
	for i, index := range indices {
		env := uint32(index) / n
		r.places[i] = (uint32(index)-env*n)*stride + env
	}
	gatherRows(dst.Obs.F32, r.obs.F32, r.obs.Size, r.places)
	gatherRows(dst.Obs.U8, r.obs.U8, r.obs.Size, r.places)
	gatherRows(dst.Actions, r.actions, r.actionSize, r.places)
	gatherRows(dst.LogProbs, r.logProbs, 1, r.places)
	gatherRows(dst.Values, r.values, 1, r.places)
	gatherRows(dst.Advantages, r.advantages, 1, r.places)
	gatherRows(dst.Returns, r.returns, 1, r.places)
}

// gatherRows copies the rows of the given places, of size elements each. Nil is copied to nil.
func gatherRows[E float32 | uint8](dst, src []E, size int, places []uint32) {
	switch {
	case src == nil:
	case size == 1:
		for i, at := range places {
			dst[i] = src[at]
		}
	case size <= 8: // a loop is quicker than a call
		for i, at := range places {
			d, s := dst[i*size:(i+1)*size], src[int(at)*size:(int(at)+1)*size]
			for k := range d {
				d[k] = s[k]
			}
		}
	default:
		for i, at := range places {
			copy(dst[i*size:(i+1)*size], src[int(at)*size:])
		}
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
