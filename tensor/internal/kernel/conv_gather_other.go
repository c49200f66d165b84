//go:build !amd64

package kernel

func panelWidth() int { return 16 }

func (g *gather) productVec([]gatherRow, []gatherRun, int) bool   { return false }
func (g *gather) depthwiseVec([]gatherRow, []gatherRun, int) bool { return false }

func poolSumVec([]gatherRow, []gatherRun, []float32, []float32, Start, float32, int) bool {
	return false
}

func poolMaxVec([]gatherRow, []gatherRun, []float32, []float32, []float32, int) bool { return false }

func poolPickVec([]gatherRow, []gatherRun, []float32, []float32, []float32, Start, int) bool {
	return false
}
