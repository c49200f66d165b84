package replay

import "tesuji/envs"

// framesPerChunk is the number of frames that are allocated together, a power of two.
const framesPerChunk = 64

// framePool is chunks of frames, shared by the queues of several environments: room that one has
// left serves another.
type framePool struct {
	size   int // elements of a frame
	bytes  bool
	chunks []envs.Rows // [framesPerChunk, size] each
	free   []int32
}

// newFramePool returns a pool with room for the given number of frames.
func newFramePool(size int, bytes bool, frames int) *framePool {
	p := &framePool{size: size, bytes: bytes}
	n := (frames + framesPerChunk - 1) / framesPerChunk
	all := p.rows(n * framesPerChunk)
	for i := range n {
		p.chunks = append(p.chunks, all.Slice(i*framesPerChunk, (i+1)*framesPerChunk))
		p.free = append(p.free, int32(n-1-i))
	}
	return p
}

func (p *framePool) rows(n int) envs.Rows {
	if p.bytes {
		return envs.Rows{N: n, Size: p.size, U8: make([]uint8, n*p.size)}
	}
	return envs.Rows{N: n, Size: p.size, F32: make([]float32, n*p.size)}
}

// take returns the number of a chunk that nobody uses.
func (p *framePool) take() int32 {
	if len(p.free) == 0 {
		p.chunks = append(p.chunks, p.rows(framesPerChunk))
		return int32(len(p.chunks) - 1)
	}
	n := len(p.free) - 1
	c := p.free[n]
	p.free = p.free[:n]
	return c
}

// frameQueue is the frames of one environment in their order. A frame's ticket is its number;
// tickets count on and may wrap.
type frameQueue struct {
	pool  *framePool
	used  []int32 // chunks in use, in order, from gone on
	gone  int
	first uint32 // ticket of the oldest frame
	n     int    // frames held
}

// push makes room for a frame at the end of the queue and returns it with its ticket.
func (q *frameQueue) push() (ticket uint32, frame envs.Row) {
	ticket = q.first + uint32(q.n)
	q.n++
	if ticket%framesPerChunk == 0 || len(q.used) == q.gone {
		if q.gone > 0 && len(q.used) == cap(q.used) {
			q.used = q.used[:copy(q.used, q.used[q.gone:])]
			q.gone = 0
		}
		q.used = append(q.used, q.pool.take())
	}
	return ticket, q.at(ticket)
}

// at returns the frame of a ticket.
func (q *frameQueue) at(ticket uint32) envs.Row {
	chunk := (ticket - q.first/framesPerChunk*framesPerChunk) / framesPerChunk
	return q.pool.chunks[q.used[q.gone+int(chunk)]].Row(int(ticket % framesPerChunk))
}

// dropTo drops the frames older than a ticket.
func (q *frameQueue) dropTo(ticket uint32) {
	for q.first != ticket {
		q.first++
		q.n--
		if q.first%framesPerChunk == 0 {
			q.pool.free = append(q.pool.free, q.used[q.gone])
			q.gone++
		}
	}
}

// clear drops all frames and begins the tickets anew.
func (q *frameQueue) clear() {
	q.pool.free = append(q.pool.free, q.used[q.gone:]...)
	q.used, q.gone, q.first, q.n = q.used[:0], 0, 0, 0
}
