package kernel

// rowAdd is a sum of rows under way, over columns.
type rowAdd struct {
	dst, src   []float32
	index      []int32
	whole      []float32
	rows, cols int
}

var freeRowAdds = make(chan *rowAdd, 4)

// AddRows adds row i of src [rows, cols] to a row of dst [.., cols], for i in order: row index[i]
// or, if index is nil, whole[i], a whole number. Several may go to one row.
func AddRows(dst, src []float32, index []int32, whole []float32, rows, cols int) {
	var a *rowAdd
	select {
	case a = <-freeRowAdds:
	default:
		a = new(rowAdd)
	}
	*a = rowAdd{dst, src, index, whole, rows, cols}
	const share = 1 << 16 // elements
	grain := max(1, share/max(1, rows))
	Parallel(cols, (grain+15)/16*16, a)
	*a = rowAdd{}
	select {
	case freeRowAdds <- a:
	default:
	}
}

// Run adds columns lo to hi.
func (a *rowAdd) Run(lo, hi int) {
	for i := range a.rows {
		var to int
		if a.index != nil {
			to = int(a.index[i])
		} else {
			to = int(a.whole[i])
		}
		AddTo(a.dst[to*a.cols+lo:to*a.cols+hi], a.src[i*a.cols+lo:])
	}
}
