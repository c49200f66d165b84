package nets

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"tesuji/tensor"
)

// Blueprint is what a network computes, for what looks at it from outside: checks, summaries,
// exporters.
type Blueprint struct {
	Name  string // of the network
	Input string // name of the input
	Dims  []int  // of the input, after the batch
	// Params yields the parameters.
	Params iter.Seq[*Param]
	// Forward computes the outputs of x [N, Dims...]. It does the same operations whatever x and N
	// are.
	Forward func(t *tensor.Tape, x tensor.Var) []Output
}

// Output is a named result of a network.
type Output struct {
	Name string
	Var  tensor.Var
	// ArgMax asks an exporter for the index of the largest of each row, the first of equals.
	ArgMax bool
}

// BlueprintOf returns the blueprint of a layer whose input has the given dimensions after the
// batch.
func BlueprintOf(name string, net Layer, dims ...int) Blueprint {
	return Blueprint{
		Name: name, Input: "input", Dims: dims, Params: net.Params(),
		Forward: func(t *tensor.Tape, x tensor.Var) []Output {
			return []Output{{Name: "output", Var: net.Forward(t, x)}}
		},
	}
}

// Check runs a network once on zeros [1, dims...], as it would be used and not trained, and
// returns the shape of what it gives. Where operands do not fit, the error names the layer, the
// operation and their shapes; it wraps a *tensor.ShapeError.
func Check(net Layer, dims ...int) (tensor.Shape, error) {
	t, outputs, err := BlueprintOf("the network", net, dims...).run()
	if err != nil {
		return tensor.Shape{}, err
	}
	return t.Shape(outputs[0].Var), nil
}

// Check runs the network once on zeros, as the function Check does.
func (b Blueprint) Check() error {
	_, _, err := b.run()
	return err
}

// run records the network on zeros, for one item.
func (b Blueprint) run() (t *tensor.Tape, outputs []Output, err error) {
	t = tensor.NewTape()
	defer func() {
		if e := recover(); e != nil {
			shape, ok := e.(*tensor.ShapeError)
			if !ok {
				panic(e)
			}
			err = fmt.Errorf("%s: %s: %w", b.Name, b.place(t), shape)
		}
	}()
	dims := append([]int{1}, b.Dims...)
	outputs = b.Forward(t, t.Param(tensor.New(dims...), tensor.New(dims...)))
	if len(outputs) == 0 {
		return nil, nil, errors.New(b.Name + ": there is no output")
	}
	return t, outputs, nil
}

// place says where on the tape the network was when an operation failed. The parameters that
// were put there after the last result are that operation's.
func (b Blueprint) place(t *tensor.Tape) string {
	params, steps := t.Parameters(), t.Steps()
	last := params[len(params)-1]
	layer := b.layers()[first(last.Data)]
	switch {
	case layer == "" && len(steps) == 0:
		return "at the input"
	case layer == "":
		return "before the first layer"
	case len(steps) == 0 || last.ID > steps[len(steps)-1].Result.ID:
		return fmt.Sprintf("layer %q", layer)
	}
	return fmt.Sprintf("after layer %q", layer)
}

// layers returns the names of the layers that parameters belong to, by where these begin.
func (b Blueprint) layers() map[*float32]string {
	m := map[*float32]string{}
	for p := range b.Params {
		if len(p.Value.Data) > 0 {
			m[first(p.Value.Data)] = layerOf(p.Name)
		}
	}
	return m
}

func first(x []float32) *float32 {
	if len(x) == 0 {
		return nil
	}
	return &x[0]
}

// layerOf returns a parameter's name without its last component, unless it has no other.
func layerOf(param string) string {
	if i := strings.LastIndexByte(param, '.'); i >= 0 {
		return param[:i]
	}
	return param
}

// Blueprinter is what has a network to look at: agents' policies and models' trainers, as far as
// their networks are functions of one array.
type Blueprinter interface{ Blueprint() Blueprint }
