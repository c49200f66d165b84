package lenet

// codes is what the ten outputs of the 1998 network compare F6 with: drawings of the digits, 7
// pixels wide and 12 high, ink +1 and paper -1. The idea is the paper's, the drawings are ours.
var codes = [10][12]string{
	{"  ###  ", " ## ## ", "##   ##", "##   ##", "##   ##", "##   ##", "##   ##", "##   ##", "##   ##", " ## ## ", "  ###  ", "       "},
	{"   ##  ", "  ###  ", " ####  ", "   ##  ", "   ##  ", "   ##  ", "   ##  ", "   ##  ", "   ##  ", "   ##  ", " ######", "       "},
	{" ##### ", "##   ##", "     ##", "     ##", "    ## ", "   ##  ", "  ##   ", " ##    ", "##     ", "##     ", "#######", "       "},
	{"#######", "     ##", "    ## ", "   ##  ", "  #### ", "     ##", "     ##", "     ##", "     ##", "##   ##", " ##### ", "       "},
	{"    ## ", "   ### ", "  #### ", " ## ## ", "##  ## ", "##  ## ", "##  ## ", "#######", "    ## ", "    ## ", "    ## ", "       "},
	{"#######", "##     ", "##     ", "##     ", "###### ", "##   ##", "     ##", "     ##", "     ##", "##   ##", " ##### ", "       "},
	{"  #### ", " ##    ", "##     ", "##     ", "###### ", "##   ##", "##   ##", "##   ##", "##   ##", "##   ##", " ##### ", "       "},
	{"#######", "     ##", "     ##", "    ## ", "    ## ", "   ##  ", "   ##  ", "  ##   ", "  ##   ", " ##    ", " ##    ", "       "},
	{" ##### ", "##   ##", "##   ##", "##   ##", " ##### ", "##   ##", "##   ##", "##   ##", "##   ##", "##   ##", " ##### ", "       "},
	{" ##### ", "##   ##", "##   ##", "##   ##", "##   ##", " ######", "     ##", "     ##", "     ##", "    ## ", " ####  ", "       "},
}

// codeLength is the number of pixels of a code, and of units in F6.
const codeLength = 7 * 12

// codeMatrix returns the codes as a matrix [84, 10].
func codeMatrix() []float32 {
	m := make([]float32, codeLength*len(codes))
	for digit, rows := range codes {
		for y, row := range rows {
			for x, c := range []byte(row) {
				v := float32(-1)
				if c == '#' {
					v = 1
				}
				m[(7*y+x)*len(codes)+digit] = v
			}
		}
	}
	return m
}
