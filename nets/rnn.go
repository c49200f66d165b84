package nets

import (
	"fmt"
	"iter"
	"math"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// RecurrentConfig is the shape of a Recurrent.
type RecurrentConfig struct {
	In, Hidden    int               // elements of an input, units of a layer and direction
	Layers        int               // each gets the outputs of the one before; 0 means 1
	Bidirectional bool              // a second set of units goes from each sequence's end to its start
	Act           tensor.Activation // of NewRNN: Tanh or ReLU; None means Tanh
	// ForgetBias is added to the bias of the forget gates of NewLSTM at first. 1 helps tasks with
	// long gaps (Gers et al., 2000; Jozefowicz et al., 2015).
	ForgetBias float32
	Dropout    float32 // in training, of the outputs of all layers but the last, in [0, 1)
}

// Recurrent is a stack of recurrent layers: NewRNN, NewLSTM or NewGRU makes one.
type Recurrent struct {
	cfg   RecurrentConfig
	kind  recurrentKind
	cells []*recurrentCell // layer by layer, both directions of a layer next to each other
}

type recurrentKind uint8

const (
	kindRNN recurrentKind = iota
	kindLSTM
	kindGRU
)

// recurrentCell is the parameters of one layer in one direction.
type recurrentCell struct{ weightInput, weightHidden, biasInput, biasHidden *Param }

// MaxRecurrent is the greatest number of layers times directions of a Recurrent.
const MaxRecurrent = 16

// State is the states of a Recurrent's layers, [B, Hidden] each, layer by layer and both
// directions of a layer next to each other. The zero Var, and so the zero State, means zeros.
// It is valid until the tape's Reset; Memory carries states further.
type State struct {
	H [MaxRecurrent]tensor.Var
	C [MaxRecurrent]tensor.Var // cell states, of an LSTM only
}

// NewRNN returns layers of simple units, h' = act(x·W + b + h·V + c).
func NewRNN(name string, c RecurrentConfig, r *rng.Stream) *Recurrent {
	if c.Act == tensor.None {
		c.Act = tensor.Tanh
	}
	return newRecurrent(name, kindRNN, 1, c, r)
}

// newRecurrent makes the parameters, named and drawn from U(±1/√Hidden) as PyTorch does, but with
// weights laid out [in, gates*Hidden]: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, those
// of the other direction with the ending _reverse, then layer l1, ...
func newRecurrent(name string, kind recurrentKind, gates int, c RecurrentConfig, r *rng.Stream) *Recurrent {
	c.Layers = max(1, c.Layers)
	n := &Recurrent{cfg: c, kind: kind}
	if c.Layers*n.directions() > MaxRecurrent || c.In <= 0 || c.Hidden <= 0 {
		panic(fmt.Sprintf("nets: %s of %d layers in %d directions, %d inputs and %d units: want positive sizes and at most %d layers times directions",
			name, c.Layers, n.directions(), c.In, c.Hidden, MaxRecurrent))
	}
	bound, in := 1/math.Sqrt(float64(c.Hidden)), c.In
	for layer := range c.Layers {
		for direction := range n.directions() {
			end := fmt.Sprintf("_l%d", layer)
			if direction == 1 {
				end += "_reverse"
			}
			cell := &recurrentCell{
				NewParam(name+".weight_ih"+end, in, gates*c.Hidden), NewParam(name+".weight_hh"+end, c.Hidden, gates*c.Hidden),
				NewParam(name+".bias_ih"+end, gates*c.Hidden), NewParam(name+".bias_hh"+end, gates*c.Hidden),
			}
			for _, p := range cell.all() {
				uniform(p.Value, bound, r)
			}
			n.cells = append(n.cells, cell)
		}
		in = c.Hidden * n.directions()
	}
	return n
}

func (c *recurrentCell) all() [4]*Param {
	return [...]*Param{c.weightInput, c.weightHidden, c.biasInput, c.biasHidden}
}

func (n *Recurrent) directions() int {
	if n.cfg.Bidirectional {
		return 2
	}
	return 1
}

// Outputs returns the number of elements of an output: Hidden in each direction.
func (n *Recurrent) Outputs() int { return n.cfg.Hidden * n.directions() }

// Params yields the parameters, layer by layer.
func (n *Recurrent) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) {
		for _, c := range n.cells {
			for _, p := range c.all() {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// Forward maps whole sequences x [B, T, In] to their outputs [B, T, Outputs], from states of zero.
func (n *Recurrent) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	y, _ := n.Run(t, x, State{}, tensor.Sequence{})
	return y
}

// Run takes sequences x [B, T, In] through the layers, from the state from, and returns the
// outputs [B, T, Outputs] and the state after each sequence's last step. seq holds the sequences'
// lengths and where their states start anew; its Reverse is not for here.
func (n *Recurrent) Run(t *tensor.Tape, x tensor.Var, from State, seq tensor.Sequence) (tensor.Var, State) {
	var to State
	for layer := range n.cfg.Layers {
		if layer > 0 {
			x = t.Dropout(x, n.cfg.Dropout)
		}
		y := n.step(t, layer*n.directions(), x, &from, &to, seq)
		if n.cfg.Bidirectional {
			back := seq
			back.Reverse = true
			y = t.Concat(y, n.step(t, 2*layer+1, x, &from, &to, back))
		}
		x = y
	}
	return x, to
}

// step takes x through cell i.
func (n *Recurrent) step(t *tensor.Tape, i int, x tensor.Var, from, to *State, seq tensor.Sequence) (y tensor.Var) {
	c := n.cells[i]
	w := tensor.RecurrentWeights{X: c.weightInput.Var(t), H: c.weightHidden.Var(t), BX: c.biasInput.Var(t), BH: c.biasHidden.Var(t)}
	switch n.kind {
	case kindRNN:
		y, to.H[i] = t.RNN(x, w, from.H[i], n.cfg.Act, seq)
	case kindLSTM:
		y, to.H[i], to.C[i] = t.LSTM(x, w, from.H[i], from.C[i], seq)
	case kindGRU:
		y, to.H[i] = t.GRU(x, w, from.H[i], seq)
	}
	return y
}
