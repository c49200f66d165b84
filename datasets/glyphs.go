package datasets

// glyph is one way to write a digit: the strokes of a pen, in a box in which x and y go from 0
// (left, top) to 1.
type glyph []stroke

type stroke struct {
	curved bool // a smooth curve through the points, not straight lines from one to the next
	points []point
}

type point struct{ x, y float64 }

func curve(points ...point) stroke { return stroke{true, points} }
func lines(points ...point) stroke { return stroke{false, points} }

// glyphs is the ways to write each digit.
var glyphs = [10][]glyph{
	{
		{curve(point{.5, 0}, point{.1, .2}, point{0, .5}, point{.1, .8}, point{.5, 1}, point{.9, .8}, point{1, .5}, point{.9, .2}, point{.5, 0})},
		{curve(point{.65, .02}, point{.2, .15}, point{.08, .55}, point{.25, .92}, point{.6, .98}, point{.92, .7}, point{.9, .25}, point{.6, .02}, point{.35, .1})},
	},
	{
		{lines(point{.5, 0}, point{.5, 1})},
		{lines(point{.2, .24}, point{.56, 0}, point{.56, 1})},
		{lines(point{.22, .22}, point{.52, 0}, point{.52, 1}), lines(point{.15, 1}, point{.88, 1})},
	},
	{
		{curve(point{.05, .25}, point{.22, .06}, point{.5, 0}, point{.85, .1}, point{.9, .32}, point{.7, .57}, point{.35, .82}, point{0, 1}), lines(point{0, 1}, point{1, 1})},
		{curve(point{.05, .22}, point{.4, 0}, point{.83, .13}, point{.83, .4}, point{.5, .75}, point{.17, .96}, point{.05, .82}, point{.25, .76}, point{.6, .95}, point{1, .93})},
		{curve(point{.08, .12}, point{.5, 0}, point{.85, .15}, point{.8, .45}, point{.1, 1}), curve(point{.1, 1}, point{.5, .94}, point{.98, .98})},
	},
	{
		{curve(point{.05, .12}, point{.45, 0}, point{.88, .12}, point{.84, .36}, point{.4, .47}), curve(point{.4, .47}, point{.88, .58}, point{.95, .82}, point{.5, 1}, point{0, .88})},
		{lines(point{.05, 0}, point{.9, 0}, point{.42, .4}), curve(point{.42, .4}, point{.85, .5}, point{.95, .75}, point{.6, 1}, point{.05, .9})},
		{curve(point{.1, .05}, point{.6, 0}, point{.85, .2}, point{.6, .42}, point{.35, .48}, point{.7, .52}, point{.92, .72}, point{.6, .97}, point{.1, .97})},
	},
	{
		{lines(point{.25, 0}, point{.05, .55}, point{1, .55}), lines(point{.75, .08}, point{.7, 1})},
		{lines(point{.7, 1}, point{.7, 0}, point{0, .68}, point{1, .68})},
		{curve(point{.12, .02}, point{.05, .35}, point{.25, .52}, point{.85, .45}), lines(point{.88, 0}, point{.8, 1})},
	},
	{
		{lines(point{.9, 0}, point{.2, 0}, point{.13, .42}), curve(point{.13, .42}, point{.5, .34}, point{.92, .5}, point{.92, .8}, point{.5, 1}, point{.03, .9})},
		{curve(point{.18, .05}, point{.15, .3}, point{.2, .45}, point{.65, .45}, point{.9, .7}, point{.6, .97}, point{.05, .95}), lines(point{.18, .04}, point{.92, .02})},
	},
	{
		{curve(point{.8, .02}, point{.4, .2}, point{.1, .55}, point{.1, .85}, point{.45, 1}, point{.88, .85}, point{.85, .6}, point{.5, .5}, point{.12, .7})},
		{curve(point{.5, 0}, point{.2, .4}, point{.08, .75}, point{.3, 1}, point{.75, .95}, point{.85, .72}, point{.6, .58}, point{.2, .75})},
	},
	{
		{lines(point{0, .02}, point{.95, .02}, point{.35, 1})},
		{lines(point{0, .02}, point{.95, .02}, point{.4, 1}), lines(point{.3, .5}, point{.88, .5})},
		{lines(point{.02, .16}, point{.02, .02}), curve(point{.02, .02}, point{.5, .05}, point{.93, .02}), curve(point{.93, .02}, point{.62, .42}, point{.5, 1})},
	},
	{
		{curve(point{.5, .48}, point{.16, .3}, point{.2, .07}, point{.5, 0}, point{.82, .08}, point{.85, .28}, point{.5, .48}, point{.1, .68}, point{.08, .9}, point{.5, 1}, point{.92, .9}, point{.9, .68}, point{.5, .48})},
		{curve(point{.85, .1}, point{.45, 0}, point{.15, .2}, point{.5, .45}, point{.88, .75}, point{.5, 1}, point{.12, .78}, point{.5, .47}, point{.82, .25}, point{.8, .08})},
	},
	{
		{curve(point{.85, .25}, point{.5, 0}, point{.12, .12}, point{.1, .38}, point{.45, .52}, point{.8, .4}, point{.85, .25}), lines(point{.85, .2}, point{.78, 1})},
		{curve(point{.84, .2}, point{.5, .02}, point{.15, .2}, point{.3, .48}, point{.7, .42}, point{.86, .18}, point{.85, .6}, point{.6, .93}, point{.2, 1})},
	},
}
