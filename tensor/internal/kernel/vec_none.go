package kernel

// Without vector instructions nothing is done here, and the caller's loop runs.

func addVec(dst, a, b []float32) bool                                             { return false }
func subVec(dst, a, b []float32) bool                                             { return false }
func mulVec(dst, a, b []float32) bool                                             { return false }
func divVec(dst, a, b []float32) bool                                             { return false }
func minVec(dst, a, b []float32) bool                                             { return false }
func maxVec(dst, a, b []float32) bool                                             { return false }
func addScalarVec(dst, x []float32, s float32) bool                               { return false }
func scaleVec(dst, x []float32, s float32) bool                                   { return false }
func divScalarVec(dst, x []float32, s float32) bool                               { return false }
func mulAddScalarVec(dst, x, y []float32, s float32) bool                         { return false }
func mulAddVec(dst, a, b, c []float32) bool                                       { return false }
func negVec(dst, x []float32) bool                                                { return false }
func absVec(dst, x []float32) bool                                                { return false }
func sqrtVec(dst, x []float32) bool                                               { return false }
func expVec(dst, x []float32) bool                                                { return false }
func logVec(dst, x []float32) bool                                                { return false }
func tanhVec(dst, x []float32) bool                                               { return false }
func sigmoidVec(dst, x []float32) bool                                            { return false }
func softplusVec(dst, x []float32) bool                                           { return false }
func erfVec(dst, x []float32) bool                                                { return false }
func reluVec(dst, x []float32) bool                                               { return false }
func clampVec(dst, x []float32, lo, hi float32) bool                              { return false }
func huberVec(dst, x []float32, beta, half float32) bool                          { return false }
func reluBackwardVec(dst, dy, y []float32) bool                                   { return false }
func tanhBackwardVec(dst, dy, y []float32) bool                                   { return false }
func sigmoidBackwardVec(dst, dy, y []float32) bool                                { return false }
func clampBackwardVec(dst, dy, x []float32, lo, hi float32) bool                  { return false }
func huberBackwardVec(dst, dy, x []float32, beta float32) bool                    { return false }
func minBackwardVec(dst, dy, a, b []float32) bool                                 { return false }
func softmaxBackwardVec(dst, dy, y []float32, s float32) bool                     { return false }
func adamVec(p, g, m, v []float32, c1, b2, c2, r2, eps, rate, decay float32) bool { return false }
func rmspropVec(p, g, v []float32, rate, alpha, c, eps float32) bool              { return false }
func rmspropTFVec(p, g, v []float32, rate, alpha, c, eps float32) bool            { return false }
func sumBlockVec(x []float32) (float32, bool)                                     { return 0, false }
func dotBlockVec(x, y []float32) (float32, bool)                                  { return 0, false }
func maxBlockVec(x []float32) (float32, bool)                                     { return 0, false }
func allFiniteVec(x []float32) (ok, done bool)                                    { return false, false }
func columnSumsVec(dst, x []float32, rows, cols int) bool                         { return false }
