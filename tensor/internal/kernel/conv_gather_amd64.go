package kernel

//go:generate go -C gen run ./conv -dir ..

// laneMask says to the assembly which lanes of the last vector there are.
func laneMask(lanes int) uint64 {
	if active == setAVX512 {
		return 1<<lanes - 1
	}
	return uint64(lanes)
}

// panelWidth is the number of columns of a packed panel: two vectors.
func panelWidth() int { return 2 * vectorLanes() }

// rowsPerCall bounds a call of assembly, which cannot be preempted.
func rowsPerCall(steps int) int { return max(8, callWork/max(1, steps)) }

func firstRun(runs []gatherRun) *gatherRun {
	if len(runs) == 0 {
		return nil
	}
	return &runs[0]
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// gatherFunc is a product over some vectors of columns.
type gatherFunc func(rows int, row *gatherRow, a *float32, aStep, runs int, run *gatherRun, length int, b *float32, ldb int, c *float32, start int, bias *float32, relu int, mask uint64)

// columns computes the columns from j on that f is for.
func (g *gather) columns(f gatherFunc, rows []gatherRow, runs []gatherRun, a []float32, j int, mask uint64) {
	var bias *float32
	if g.start == FromBias {
		bias = &g.bias[j]
	}
	each := rowsPerCall(len(runs) * g.length)
	for i := 0; i < len(rows); i += each {
		f(min(each, len(rows)-i), &rows[i], &a[0], g.aStep, len(runs), firstRun(runs), g.length,
			&g.b[j], g.ldb, &g.c[j], int(g.start), bias, bit(g.relu), mask)
	}
}

func (g *gather) productVec(rows []gatherRow, runs []gatherRun, width int) bool {
	if active == setGo {
		return false
	}
	l := vectorLanes()
	for j := 0; j < width; {
		v := 2
		switch n := width - j; {
		case n <= l:
			v = 1
		case n > 3*l && len(rows) <= 2, n > 3*l && len(rows) <= 4 && l == 16:
			v = 4
		}
		w := min(v*l, width-j)
		f := conv2AVX2
		switch {
		case active == setAVX512 && v == 1:
			f = conv1AVX512
		case active == setAVX512 && v == 2:
			f = conv2AVX512
		case active == setAVX512:
			f = conv4AVX512
		case v == 1:
			f = conv1AVX2
		case v == 4:
			f = conv4AVX2
		}
		g.columns(f, rows, runs, g.a, j, laneMask(w-(v-1)*l))
		j += w
	}
	return true
}

func (g *gather) depthwiseVec(rows []gatherRow, runs []gatherRun, width int) bool {
	if active == setGo {
		return false
	}
	l := vectorLanes()
	for j := 0; j < width; {
		v := 2
		switch n := width - j; {
		case n <= l:
			v = 1
		case n > 3*l && len(rows) <= 2:
			v = 4
		}
		w := min(v*l, width-j)
		f := depth2AVX2
		switch {
		case active == setAVX512 && v == 1:
			f = depth1AVX512
		case active == setAVX512 && v == 2:
			f = depth2AVX512
		case active == setAVX512:
			f = depth4AVX512
		case v == 1:
			f = depth1AVX2
		case v == 4:
			f = depth4AVX2
		}
		g.columns(f, rows, runs, g.a[j:], j, laneMask(w-(v-1)*l))
		j += w
	}
	return true
}

func poolSumVec(rows []gatherRow, runs []gatherRun, a, c []float32, start Start, count float32, width int) bool {
	if active == setGo {
		return false
	}
	l, each := vectorLanes(), rowsPerCall(len(runs))
	for j := 0; j < width; j += l {
		mask := laneMask(min(l, width-j))
		for i := 0; i < len(rows); i += each {
			n := min(each, len(rows)-i)
			if active == setAVX512 {
				poolSumAVX512(n, &rows[i], &a[j], len(runs), firstRun(runs), &c[j], int(start), count, mask)
			} else {
				poolSumAVX2(n, &rows[i], &a[j], len(runs), firstRun(runs), &c[j], int(start), count, mask)
			}
		}
	}
	return true
}

func poolMaxVec(rows []gatherRow, runs []gatherRun, a, c, index []float32, width int) bool {
	if active == setGo {
		return false
	}
	l, each := vectorLanes(), rowsPerCall(len(runs))
	for j := 0; j < width; j += l {
		mask := laneMask(min(l, width-j))
		for i := 0; i < len(rows); i += each {
			n := min(each, len(rows)-i)
			if active == setAVX512 {
				poolMaxAVX512(n, &rows[i], &a[j], len(runs), firstRun(runs), &c[j], &index[j], mask)
			} else {
				poolMaxAVX2(n, &rows[i], &a[j], len(runs), firstRun(runs), &c[j], &index[j], mask)
			}
		}
	}
	return true
}

func poolPickVec(rows []gatherRow, runs []gatherRun, a, index, c []float32, start Start, width int) bool {
	if active == setGo {
		return false
	}
	l, each := vectorLanes(), rowsPerCall(len(runs))
	for j := 0; j < width; j += l {
		mask := laneMask(min(l, width-j))
		for i := 0; i < len(rows); i += each {
			n := min(each, len(rows)-i)
			if active == setAVX512 {
				poolPickAVX512(n, &rows[i], &a[j], &index[j], len(runs), firstRun(runs), &c[j], int(start), mask)
			} else {
				poolPickAVX2(n, &rows[i], &a[j], &index[j], len(runs), firstRun(runs), &c[j], int(start), mask)
			}
		}
	}
	return true
}
