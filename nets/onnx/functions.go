package onnx

import (
	"math"

	"tesuji/tensor"
)

// functions are the operations that map each element by itself, in whatever layout: they add
// nodes on the value called x and return the name of the result. c holds the operation's
// constants.
var functions = map[string]func(g *graph, x string, c [2]float32) string{
	"Neg": alone("Neg"), "Exp": alone("Exp"), "Log": alone("Log"), "Sqrt": alone("Sqrt"), "Abs": alone("Abs"), "Erf": alone("Erf"),
	"Sin": alone("Sin"), "Cos": alone("Cos"), "Tanh": alone("Tanh"), "Sigmoid": alone("Sigmoid"), "ReLU": alone("Relu"),
	"Softplus": alone("Softplus"), "Hardswish": alone("HardSwish"),
	"Scale": withConstant("Mul"), "AddScalar": withConstant("Add"), "Pow": withConstant("Pow"),
	"Clamp": func(g *graph, x string, c [2]float32) string {
		return g.add("Clip", []string{x, g.scalar(c[0]), g.scalar(c[1])}, "")
	},
	"Square": func(g *graph, x string, _ [2]float32) string { return g.add("Mul", []string{x, x}, "") },
	"Rsqrt": func(g *graph, x string, _ [2]float32) string {
		return g.add("Reciprocal", []string{g.add("Sqrt", []string{x}, "")}, "")
	},
	"Log1p": func(g *graph, x string, _ [2]float32) string {
		return g.add("Log", []string{g.add("Add", []string{x, g.scalar(1)}, "")}, "")
	},
	"Expm1": func(g *graph, x string, _ [2]float32) string {
		return g.add("Sub", []string{g.add("Exp", []string{x}, ""), g.scalar(1)}, "")
	},
	"LeakyReLU": func(g *graph, x string, c [2]float32) string {
		return g.add("LeakyRelu", []string{x}, "", attribute{"alpha", c[0]})
	},
	"ELU": func(g *graph, x string, c [2]float32) string {
		return g.add("Elu", []string{x}, "", attribute{"alpha", c[0]})
	},
	"SiLU": func(g *graph, x string, _ [2]float32) string {
		return g.add("Mul", []string{x, g.add("Sigmoid", []string{x}, "")}, "")
	},
	"Hardsigmoid": func(g *graph, x string, _ [2]float32) string {
		return g.add("HardSigmoid", []string{x}, "", attribute{"alpha", float32(1) / 6}, attribute{"beta", float32(.5)})
	},
	"SoftplusBeta": func(g *graph, x string, c [2]float32) string {
		return g.scaled(g.add("Softplus", []string{g.scaled(x, c[0])}, ""), 1/c[0])
	},
	"ScaledTanh": func(g *graph, x string, _ [2]float32) string {
		return g.scaled(g.add("Tanh", []string{g.scaled(x, 2./3)}, ""), 1.7159)
	},
	"GELU": func(g *graph, x string, _ [2]float32) string {
		erf := g.add("Erf", []string{g.scaled(x, float32(math.Sqrt2/2))}, "")
		return g.scaled(g.add("Mul", []string{x, g.add("Add", []string{erf, g.scalar(1)}, "")}, ""), .5)
	},
	"GELUTanh": func(g *graph, x string, _ [2]float32) string {
		cube := g.add("Mul", []string{x, g.add("Mul", []string{x, x}, "")}, "")
		inner := g.scaled(g.add("Add", []string{x, g.scaled(cube, .044715)}, ""), float32(math.Sqrt(2/math.Pi)))
		return g.scaled(g.add("Mul", []string{x, g.add("Add", []string{g.add("Tanh", []string{inner}, ""), g.scalar(1)}, "")}, ""), .5)
	},
}

// alone is an operator without constants.
func alone(op string) func(*graph, string, [2]float32) string {
	return func(g *graph, x string, _ [2]float32) string { return g.add(op, []string{x}, "") }
}

// withConstant is an operator on x and one number.
func withConstant(op string) func(*graph, string, [2]float32) string {
	return func(g *graph, x string, c [2]float32) string { return g.add(op, []string{x, g.scalar(c[0])}, "") }
}

func (g *graph) scaled(x string, by float32) string {
	return g.add("Mul", []string{x, g.scalar(by)}, "")
}

// elementwise converts an operation of functions, in the layout that its operand has.
func elementwise(g *graph, s tensor.Step) error {
	x, y, f := g.of(s.Operands[0]), g.of(s.Result), functions[s.Op]
	if x.isImages() {
		y.images = f(g, x.images, s.Scalars)
	} else {
		y.plain = f(g, g.rowMajor(x), s.Scalars)
	}
	return nil
}

// activate applies an activation to the value called x.
func (g *graph) activate(act tensor.Activation, x string) string {
	c := [2]float32{}
	switch act {
	case tensor.None:
		return x
	case tensor.ELU:
		c[0] = 1
	case tensor.LeakyReLU:
		c[0] = .01
	}
	return functions[act.String()](g, x, c)
}

func convertPReLU(g *graph, s tensor.Step) error {
	x, slope, y := g.of(s.Operands[0]), g.of(s.Operands[1]), g.of(s.Result)
	if x.isImages() && slope.constant {
		y.images = g.add("PRelu", []string{x.images, g.floats(g.constantName(slope)+"_channels", slope.data, len(slope.data), 1, 1)}, "")
	} else {
		y.plain = g.add("PRelu", []string{g.rowMajor(x), g.rowMajor(slope)}, "")
	}
	return nil
}
