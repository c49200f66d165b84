package kernel

// Random numbers, counted rather than drawn (R12): the block of 1024 elements that begins at i has
// the counters i/4 to i/4+255, and element e of it is word e/256 of counter e%256. So any part of
// an array can be computed alone.

const (
	randomBlock = 1024
	randomLane  = randomBlock / 4 // elements of one word
)

// Stream names a sequence of random words: a key, and what is not counted of the counters.
type Stream struct {
	Seed, Step uint64
	Draw       uint32
}

// philoxState is the two words of the key for each of ten rounds, Weyl sequences from the seed, and
// the four of the first counter.
type philoxState [24]uint32

func (s Stream) state() (p philoxState) {
	a, b := uint32(s.Seed), uint32(s.Seed>>32)
	for i := 0; i < 20; i += 2 {
		p[i], p[i+1] = a, b
		a, b = a+0x9e3779b9, b+0xbb67ae85
	}
	p[21], p[22], p[23] = s.Draw, uint32(s.Step), uint32(s.Step>>32)
	return p
}

// block writes block number i of the stream: the words' bits, which are no numbers. Only so many
// elements of it need be right.
func (p *philoxState) block(dst *[randomBlock]float32, i, elements int) {
	p[20] = uint32(i * randomLane)
	n := min(elements, randomLane)
	if philoxVec(dst, p, n) {
		return
	}
	for c := range n {
		w := [4]uint32{p[20] + uint32(c), p[21], p[22], p[23]}
		for r := 0; r < 20; r += 2 {
			a, b := uint64(w[0])*0xd2511f53, uint64(w[2])*0xcd9e8d57
			w = [4]uint32{uint32(b>>32) ^ w[1] ^ p[r], uint32(b), uint32(a>>32) ^ w[3] ^ p[r+1], uint32(a)}
		}
		for j, v := range w {
			dst[j*randomLane+c] = f32(v)
		}
	}
}

// randomKind is what is made of random words.
type randomKind uint8

const (
	dropsOut randomKind = iota
	isUniform
	isNormal
)

// randomTask fills blocks of an array from a stream.
type randomTask struct {
	kind randomKind
	Stream
	dst, x []float32
	scale  float32
	limit  uint32
}

// Run computes the blocks lo to hi.
func (t *randomTask) Run(lo, hi int) {
	var words [randomBlock]float32
	state := t.state()
	for b := lo; b < hi; b++ {
		from, to := b*randomBlock, min((b+1)*randomBlock, len(t.dst))
		state.block(&words, b, to-from)
		switch dst := t.dst[from:to]; t.kind {
		case dropsOut:
			dropout(dst, t.x[from:to], words[:], t.scale, t.limit)
		case isUniform:
			uniform(dst, words[:])
		case isNormal:
			normal(dst, words[:])
		}
	}
}

var freeRandomTasks = make(chan *randomTask, 16)

func (t randomTask) start() {
	var task *randomTask
	select {
	case task = <-freeRandomTasks:
	default:
		task = new(randomTask)
	}
	*task = t
	const grain = splitRows / randomBlock / 2
	Parallel((len(t.dst)+randomBlock-1)/randomBlock, grain, task)
	*task = randomTask{}
	select {
	case freeRandomTasks <- task:
	default:
	}
}

// Dropout sets each element of dst to 0 with the given chance, in [0, 1), and to x*scale otherwise.
// The same stream drops the same elements.
func Dropout(dst, x []float32, s Stream, chance float64, scale float32) {
	// A word, as a signed integer, below the limit drops.
	limit := uint32(int64(chance*(1<<32)) - 1<<31)
	randomTask{Stream: s, dst: dst, x: x[:len(dst)], scale: scale, limit: limit}.start()
}

func dropout(dst, x, words []float32, scale float32, limit uint32) {
	if dropoutVec(dst, x, words, scale, f32(limit)) {
		return
	}
	for i, v := range x {
		v *= scale
		if int32(bitsOf(words[i])) < int32(limit) {
			v = 0
		}
		dst[i] = v
	}
}

// Uniform fills dst with multiples of 2^-24 in [0, 1).
func Uniform(dst []float32, s Stream) { randomTask{kind: isUniform, Stream: s, dst: dst}.start() }

func uniform(dst, words []float32) {
	if uniformVec(dst, words) {
		return
	}
	for i := range dst {
		dst[i] = float32(int32(bitsOf(words[i])>>8)) * 0x1p-24
	}
}

// Normal fills dst with normal deviates of mean 0 and standard deviation 1, at most 6.7 in
// magnitude, by Box and Muller's method (1958): of the words u and v of one counter
//
//	√(-2 ln (u+1)/2^32) * (cos, sin)(2πv/2^32)
func Normal(dst []float32, s Stream) { randomTask{kind: isNormal, Stream: s, dst: dst}.start() }

func normal(dst, words []float32) {
	var z [randomBlock]float32
	n := min(len(dst), randomLane)
	for half := 0; half < len(dst); half += 2 * randomLane {
		u, v := words[half:half+n], words[half+randomLane:half+randomLane+n]
		cosine, sine := z[half:half+n], z[half+randomLane:half+randomLane+n]
		if normalVec(cosine, sine, u, v) {
			continue
		}
		for i := range u {
			cosine[i], sine[i] = boxMuller(bitsOf(u[i]), bitsOf(v[i]))
		}
	}
	copy(dst, z[:])
}

// turn is 2π/2^32.
var turn = f32(0x30c90fdb)

// boxMuller takes the angle as a signed part of a turn: less its nearest quarter it is exact.
func boxMuller(u, v uint32) (cosine, sine float32) {
	length := sqrtOf(float32(logOf(fma(float32(int32(u>>1)), 0x1p-31, 0x1p-32)) * -2))
	quarter := int32(v+1<<29) >> 30
	sin, cos := circle(float32(int32(v)-quarter<<30) * turn)
	return length * quadrant(quarter+1, sin, cos), length * quadrant(quarter, sin, cos)
}
