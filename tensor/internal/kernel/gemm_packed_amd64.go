package kernel

// Bigger products go block by block and are multiplied from copies of their operands. The order
// of k stays as it is, so that the bits do. docs/decisions/0006-products.md says what was measured.

// blocking is the size of blocks, in elements.
type blocking struct {
	k int // rows of a block of B: so many steps a tile takes without touching C
	n int // columns of a block of B, if rows of A come block by block
	m int // rows of a block of A, which is copied as a whole

	// From so many columns on, and elements of an A given by rows or by columns, A is worth a copy.
	columns, byRows, byColumns int
}

var (
	blockingAVX2   = blocking{k: 512, n: 2048, m: 512, columns: 192, byRows: 3 << 16, byColumns: 1 << 15}
	blockingAVX512 = blocking{k: 256, n: 512, m: 8, columns: 192, byRows: 3 << 17, byColumns: 1 << 15}
)

func activeBlocking() *blocking {
	if active == setAVX512 {
		return &blockingAVX512
	}
	return &blockingAVX2
}

// tileRows is the number of rows of a block of the active set's tile.
func tileRows() int {
	if active == setAVX512 {
		return 8
	}
	return 6
}

// worthBlocks reports whether copying B costs less than it saves: few rows use the copy few
// times, and a small B is no trouble in place.
func (g *product) worthBlocks() bool {
	if g.m < 2*tileRows() || g.n < 2*vectorLanes() || g.k < 8 {
		return false
	}
	return g.n*g.k > 1<<16 || g.n >= 512 || g.m >= 40 && g.n*g.k >= 1<<13
}

// worthPacking reports whether copying A costs less than it saves: few columns use the copy few
// times, and a small A given by rows stays in the second cache. The columns of a transposed A are
// far apart, and disturb each other in the first cache.
func (g *product) worthPacking() bool {
	size := activeBlocking()
	switch {
	case g.n < size.columns || g.m < tileRows():
		return false
	case g.aCol == 1:
		return g.m*g.k >= size.byRows
	}
	return g.aRow == 1 && g.m*g.k >= size.byColumns
}

// evenPart returns the size of equal parts of n: at most limit each and as few as there can be, but
// for being a multiple of unit.
func evenPart(n, limit, unit int) int {
	parts := (n + limit - 1) / limit
	each := (n + parts - 1) / parts
	return (each + unit - 1) / unit * unit
}

// blocks computes a product by blocks. Unless B is given transposed, it has two blocks of rows at
// least.
func (g *product) blocks() {
	size := activeBlocking()
	width := 2 * vectorLanes()
	depth := evenPart(g.k, size.k, 8)
	cols := (g.n + width - 1) / width * width
	rows := g.m
	packing := g.worthPacking()
	if packing || rows*depth > callWork {
		rows = evenPart(g.m, min(size.m, callWork/depth), tileRows())
	}
	kept := width // columns of B that are kept: a panel, or the block if more rows of A come
	if rows < g.m {
		cols = min(cols, size.n)
		kept = cols
	}
	spaceA := 0
	if packing {
		spaceA = (depth + packGap) * rows
	}
	s := borrow(depth*kept + spaceA)
	as, bs := s.data[:spaceA], s.data[spaceA:spaceA+depth*kept]
	h := *g // the part under way
	h.transposed = false
	for jc := 0; jc < g.n; jc += cols {
		end := min(g.n, jc+cols)
		for pc := 0; pc < g.k; pc += depth {
			h.k = min(depth, g.k-pc)
			if pc > 0 {
				h.start = FromC
			} else {
				h.start = g.start
			}
			h.relu = g.relu && pc+h.k == g.k
			for ic := 0; ic < g.m; ic += rows {
				h.m = min(rows, g.m-ic)
				h.a = g.a[ic*g.aRow+pc*g.aCol:]
				packed := 0 // rows of which there is a copy
				if packing {
					packed = h.pack(as)
				}
				for j := jc; j < end; j += width {
					h.n = min(width, end-j)
					h.c = g.c[ic*g.ldc+j:]
					if h.start == FromBias {
						h.bias = g.bias[j:]
					}
					panel := bs[:width*h.k]
					if kept > width {
						panel = bs[(j-jc)*h.k:][:width*h.k]
					}
					switch {
					case g.transposed:
						if ic == 0 {
							transposeStrided(panel, width, g.b[j*g.ldb+pc:], g.ldb, h.n, h.k)
						}
						h.b, h.ldb = panel, width
					case ic == 0 || h.n <= width/2:
						h.b, h.ldb = g.b[pc*g.ldb+j:], g.ldb
					default:
						h.b, h.ldb = panel, width
					}
					h.panel(panel, as, packed)
				}
			}
		}
	}
	giveBack(s)
}

// panel computes a product of at most two vectors of columns, with B in place or in its copy,
// from which it is in its copy, and with some rows of A packed.
func (g *product) panel(copied, as []float32, packed int) {
	if g.n <= vectorLanes() {
		g.direct()
		return
	}
	if packed > 0 {
		packedTile(packed, g.k, &as[0], &g.b[0], g.ldb, &copied[0], &g.c[0], g.ldc, int(g.start), g.biasAt(0), g.relu, g.n)
		if packed == g.m {
			return
		}
		h := *g
		h.m, h.a, h.c = g.m-packed, g.a[packed*g.aRow:], g.c[packed*g.ldc:]
		h.b, h.ldb = copied, 2*vectorLanes()
		g = &h
	}
	directTile(g.m, g.k, &g.a[0], g.aRow, g.aCol, &g.b[0], g.ldb, &copied[0], &g.c[0], g.ldc, int(g.start), g.biasAt(0), g.relu, g.n)
}

func directTile(m, k int, a *float32, aRow, aCol int, b *float32, ldb int, bCopy, c *float32, ldc, start int, bias *float32, relu bool, width int) {
	if active == setAVX512 {
		directAVX512(m, k, a, aRow, aCol, b, ldb, bCopy, c, ldc, start, bias, toInt(relu), 1<<(width-16)-1)
	} else {
		directAVX2(m, k, a, aRow, aCol, b, ldb, bCopy, c, ldc, start, bias, toInt(relu), uint64(width-8))
	}
}

func packedTile(m, k int, a, b *float32, ldb int, bCopy, c *float32, ldc, start int, bias *float32, relu bool, width int) {
	if active == setAVX512 {
		packedAVX512(m, k, a, 0, 0, b, ldb, bCopy, c, ldc, start, bias, toInt(relu), 1<<(width-16)-1)
	} else {
		packedAVX2(m, k, a, 0, 0, b, ldb, bCopy, c, ldc, start, bias, toInt(relu), uint64(width-8))
	}
}

// packGap is how many elements lie between copied blocks of A, so that they do not begin at the
// same place of the cache's sets.
const packGap = 16

// pack copies A by whole blocks of rows, for packedTile, and returns how many rows that is. The
// others are few, or better halved: see the kernel's blocks.
func (g *product) pack(dst []float32) (rows int) {
	each, k := tileRows(), g.k
	rows = g.m - g.m%each
	if rest := g.m % each; each == 6 && rest > 0 && rest < 4 {
		rows = max(0, rows-each)
	}
	if rows == 0 {
		return 0
	}
	step := k*each + packGap
	if g.aCol != 1 {
		if each == 8 {
			packColumnsAVX512(&dst[0], step, &g.a[0], g.aCol, rows/each, k)
		} else {
			packColumnsAVX2(&dst[0], step, &g.a[0], g.aCol, rows/each, k)
		}
		return rows
	}
	for i := 0; i < rows; i += each {
		block, src := dst[i/each*step:][:each*k], g.a[i*g.aRow:]
		if each == 8 {
			packRowsAVX512(&block[0], &src[0], g.aRow, k/8)
		} else {
			packRowsAVX2(&block[0], &src[0], g.aRow, k/8)
		}
		for p := k &^ 7; p < k; p++ {
			for r := range each {
				block[p*each+r] = src[r*g.aRow+p]
			}
		}
	}
	return rows
}
