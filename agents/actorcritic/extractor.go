package actorcritic

import (
	"iter"

	"tesuji/agents/inputs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// extractor turns images into features: convolutions and a layer of ReLU units.
type extractor struct {
	convolutions nets.Layer   // to a row
	linear       *nets.Linear // to [B, features_dim], nil for none
}

// makeEyes makes the extractors and returns the number of features: for what is no image, the
// elements of an observation.
func (n *Network) makeEyes(o *Options, init nets.Init, r *rng.Stream) (features int, err error) {
	if !n.reader.Image() {
		return n.reader.Size(), inputs.Suits(o.CNN, &n.reader)
	}
	if o.ShareFeaturesExtractor {
		n.piEyes, features, err = newExtractor("features_extractor", o, &n.reader, init, r)
		return features, err
	}
	if n.piEyes, features, err = newExtractor("pi_features_extractor", o, &n.reader, init, r); err == nil {
		n.vfEyes, features, err = newExtractor("vf_features_extractor", o, &n.reader, init, r)
	}
	return features, err
}

func newExtractor(name string, o *Options, reader *inputs.Reader, init nets.Init, r *rng.Stream) (*extractor, int, error) {
	layers, width, err := inputs.Convolutions(name+".cnn", o.CNN, reader, init, r)
	if err != nil {
		return nil, 0, err
	}
	e := &extractor{convolutions: layers}
	if o.CNN != inputs.None && o.FeaturesDim > 0 {
		e.linear = nets.NewLinear(name+".linear", width, o.FeaturesDim, tensor.ReLU, init, r)
		width = o.FeaturesDim
	}
	return e, width, nil
}

// see maps images [B, H, W, C] to features [B, features]. No extractor leaves x as it is.
func (e *extractor) see(t *tensor.Tape, x tensor.Var) tensor.Var {
	if e == nil {
		return x
	}
	x = e.convolutions.Forward(t, x)
	if e.linear != nil {
		x = e.linear.Forward(t, x)
	}
	return x
}

// Params yields the layers' parameters.
func (e *extractor) Params() iter.Seq[*nets.Param] {
	if e.linear == nil {
		return e.convolutions.Params()
	}
	return nets.Join(e.convolutions, e.linear)
}
