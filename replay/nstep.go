package replay

import "tesuji/envs"

// Batch is B transitions drawn from a buffer, each of up to n steps: an observation, the
// action taken there, and what followed. Its target value is
//
//	Reward + Discount * V(Next)
type Batch struct {
	Obs       envs.Rows // [B, size]
	Actions   []float32 // [B, action size]
	Rewards   []float32 // [B] sum of gamma^k r_k over the k = 0.. steps taken
	Discounts []float32 // [B] gamma to the number of rewards summed, or 0 if the task then ended
	Next      envs.Rows // [B, size] the observation after the last step
	Weights   []float32 // [B] importance weights, all 1 for uniform draws
	Slots     []int     // [B] which transitions were drawn, valid until the next Push
}

// NewBatch returns a batch of n transitions of the buffer's kind.
func (b *Buffer) NewBatch(n int) *Batch {
	return &Batch{
		Obs: envs.MakeRows(b.space, n), Next: envs.MakeRows(b.space, n), Actions: make([]float32, n*b.actionSize),
		Rewards: make([]float32, n), Discounts: make([]float32, n), Weights: make([]float32, n), Slots: make([]int, n),
	}
}

// gather fills the batch with the transitions that dst.Slots names.
//
// The n steps are put together here and not when they are stored, so every transition is a
// start and n costs no memory. A window ends with the episode, after n rewards, or at the
// newest transition, whichever comes first; so it never crosses the write head. Where it ends
// in anything but a terminal state the value of the next observation is added, a time limit
// included.
func (b *Buffer) gather(dst *Batch) {
	n := len(b.powers) - 1
	for i, slot := range dst.Slots {
		b.observe(dst.Obs, i, slot)
		copy(dst.Actions[i*b.actionSize:(i+1)*b.actionSize], b.actions[slot*b.actionSize:])
		head := b.head*b.envs + slot%b.envs // this environment's live slot
		sum := 0.0
		for k := 0; ; {
			sum += float64(b.powers[k] * float64(b.rewards[slot]))
			k++
			dst.Discounts[i] = float32(b.powers[k])
			if end := b.ends[slot]; end != running {
				if end == terminated {
					dst.Discounts[i] = 0
				}
				if b.stacks != nil {
					b.stacks.read(dst.Next.Row(i), slot%b.envs, b.final[slot])
				} else {
					dst.Next.Row(i).Copy(b.finals.at(b.final[slot]))
				}
				break
			}
			if slot += b.envs; slot >= len(b.ends) {
				slot -= len(b.ends)
			}
			if k == n || slot == head {
				b.observe(dst.Next, i, slot)
				break
			}
		}
		dst.Rewards[i] = float32(sum)
	}
}

// observe copies the observation of a slot to row i of dst.
func (b *Buffer) observe(dst envs.Rows, i, slot int) {
	if b.stacks != nil {
		b.stacks.read(dst.Row(i), slot%b.envs, b.stacks.oldest[slot])
		return
	}
	copyRow(dst, i, b.obs, slot)
}

// copyRow copies row j of src to row i of dst, of the same size and type.
func copyRow(dst envs.Rows, i int, src envs.Rows, j int) {
	n := dst.Size
	if dst.U8 != nil {
		copy(dst.U8[i*n:(i+1)*n], src.U8[j*n:(j+1)*n])
		return
	}
	d, s := dst.F32[i*n:(i+1)*n], src.F32[j*n:(j+1)*n]
	for k := range d { // a handful of numbers, mostly: cheaper than a call
		d[k] = s[k]
	}
}
