package experiments

import (
	"tesuji/agents"
	allagents "tesuji/agents/all"
	"tesuji/configs"
	"tesuji/envs"
	"tesuji/models"
	allmodels "tesuji/models/all"
)

// factory makes the parts of a run. Tests put other parts in.
type factory struct {
	env   func(cfg *configs.Run) (envs.Env, error)
	agent func(cfg *configs.Run, s agents.Setup) (agents.Agent, error)
	model func(cfg *configs.Run, s models.Setup) (models.Trainer, error)
}

var realParts = factory{
	env: (*configs.Run).NewEnv,
	agent: func(cfg *configs.Run, s agents.Setup) (agents.Agent, error) {
		entry, err := allagents.Find(cfg.Agent)
		if err != nil {
			return nil, err
		}
		return entry.New(cfg.Options, s)
	},
	model: func(cfg *configs.Run, s models.Setup) (models.Trainer, error) {
		entry, err := allmodels.Find(cfg.Model)
		if err != nil {
			return nil, err
		}
		return entry.New(cfg.ModelOptions, cfg.Data, s)
	},
}

// world is environments, normalised if the config says so.
type world struct {
	vec  envs.Vec
	norm *envs.Normalize // vec itself, or nil
}

// world makes n environments. Each is passed through wrap, if that is not nil. More options of
// the vectorised environment may be given.
func (f factory) world(cfg *configs.Run, n int, wrap func(envs.Env) envs.Env, o ...envs.VecOption) (world, error) {
	vec, err := envs.MakeSyncVec(n, func() (envs.Env, error) {
		e, err := f.env(cfg)
		if err == nil && wrap != nil {
			e = wrap(e)
		}
		return e, err
	}, o...)
	if err != nil {
		return world{}, err
	}
	if !cfg.Normalize.Obs && !cfg.Normalize.Reward {
		return world{vec: vec}, nil
	}
	options := envs.DefaultNormalizeOptions()
	options.Obs, options.Reward = cfg.Normalize.Obs, cfg.Normalize.Reward
	options.ClipObs, options.ClipReward = cfg.Normalize.ClipObs, cfg.Normalize.ClipReward
	options.Gamma = cfg.Gamma()
	norm, err := envs.NewNormalize(vec, options)
	if err != nil {
		return world{}, err
	}
	return world{norm, norm}, nil
}
