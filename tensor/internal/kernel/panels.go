package kernel

// Panels are a matrix [k, n] copied into strips of PanelWidth columns, each contiguous: for a
// product of few rows that is computed many times with the same matrix, such as a recurrent
// layer's. They take k*n elements. Their layout depends on the kernel set, the bits that come
// out do not.

// PanelWidth returns the columns of a panel, a multiple of which a share of PanelProduct begins at.
func PanelWidth() int {
	if active == setAVX512 {
		return 32
	}
	return 16
}

// PackPanels copies b [k, n], ldb elements from row to row, to panels.
func PackPanels(panels, b []float32, k, n, ldb int) {
	for j, width := 0, PanelWidth(); j < n; j += width {
		w := min(width, n-j)
		dst := panels[j*k : j*k+w*k]
		for p := range k {
			copy(dst[p*w:(p+1)*w], b[p*ldb+j:])
		}
	}
}

// PackPanelsTransposed copies the transpose [k, n] of b [n, k], ldb elements from row to row, to
// panels.
func PackPanelsTransposed(panels, b []float32, k, n, ldb int) {
	for j, width := 0, PanelWidth(); j < n; j += width {
		w := min(width, n-j)
		transposeStrided(panels[j*k:j*k+w*k], w, b[j*ldb:], ldb, w, k)
	}
}

// PanelProduct computes columns lo to hi of C = start + A·B for A [m, k] with aRow elements from
// row to row, and B [k, n] in panels, as Gemm does. lo is a multiple of PanelWidth, and hi another
// or n. start is FromZero or FromC.
func PanelProduct(m, lo, hi, n, k int, a []float32, aRow int, panels, c []float32, ldc int, start Start) {
	for j, width := lo, PanelWidth(); j < hi; j += width {
		w := min(width, n-j)
		Gemm(m, w, k, a, aRow, 1, panels[j*k:j*k+w*k], w, c[j:], ldc, start, nil, false)
	}
}
