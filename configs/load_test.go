package configs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tesuji/agents"
	allagents "tesuji/agents/all"
	"tesuji/envs"
	allenvs "tesuji/envs/all"
	"tesuji/models"
	allmodels "tesuji/models/all"
	"tesuji/nets"
)

// toyAgent has an option of every type that options have.
type toyAgent struct {
	LearningRate nets.Schedule  `yaml:"learning_rate"`
	ClipVF       *nets.Schedule `yaml:"clip_range_vf"`
	Gamma        float64        `yaml:"gamma"`
	TargetKL     *float64       `yaml:"target_kl"`
	Steps        int            `yaml:"n_steps"`
	Batch        int            `yaml:"batch_size"`
	NetArch      []int          `yaml:"net_arch"`
	SDE          bool           `yaml:"use_sde"`
	Activation   string         `yaml:"activation_fn"`
	toyShared    `yaml:",inline"`
	hidden       int
}

type toyShared struct {
	Arch struct {
		Pi []int `yaml:"pi"`
	} `yaml:"arch"`
}

func (a *toyAgent) Validate() error {
	if a.Gamma < 0 || a.Gamma > 1 {
		return fmt.Errorf("gamma is %v: want 0 to 1", a.Gamma)
	}
	if a.Batch < a.Steps {
		return fmt.Errorf("batch_size is %d, less than n_steps, %d", a.Batch, a.Steps)
	}
	for _, n := range a.Arch.Pi {
		if n < 1 {
			return fmt.Errorf("arch.pi is %v: want widths of at least 1", a.Arch.Pi)
		}
	}
	return nil
}

type otherAgent struct {
	Tau float64 `yaml:"tau"`
}

func (*otherAgent) Validate() error { return nil }

type toyMap struct {
	Size int     `yaml:"size"`
	Prob float64 `yaml:"frozen_probability"`
}

type toyOptions struct {
	Name     string   `yaml:"map_name"`
	Rows     []string `yaml:"map,omitempty"`
	Random   *toyMap  `yaml:"random_map,omitempty"`
	Slippery bool     `yaml:"is_slippery"`
}

// toyEnv is only asked what its actions are.
type toyEnv struct {
	envs.Env
	action envs.Space
}

func (e toyEnv) Spec() *envs.Spec { return &envs.Spec{Action: e.action} }

func toys() catalog {
	return catalog{
		agents: []allagents.Entry{
			{Name: "toy", Config: func() agents.Config {
				return &toyAgent{LearningRate: nets.Constant(3e-4), Gamma: 0.99, Steps: 8, Batch: 64, NetArch: []int{64, 64}, Activation: "tanh"}
			}, CanAct: func(s envs.Space) error {
				if _, ok := s.(*envs.Discrete); !ok {
					return fmt.Errorf("actions are %v: want Discrete", s)
				}
				return nil
			}},
			{Name: "other", Config: func() agents.Config { return &otherAgent{Tau: 1} }},
		},
		envs: []allenvs.Entry{
			{ID: "Lake-v1", Options: func() any { return &toyOptions{Name: "4x4", Slippery: true} }, New: func(o any) (envs.Env, error) {
				if n := o.(*toyOptions).Name; n != "4x4" && n != "8x8" {
					return nil, fmt.Errorf("Lake-v1: map_name is %q: want 4x4 or 8x8", n)
				}
				return toyEnv{action: envs.NewDiscrete(4)}, nil
			}},
			{ID: "Pole-v1", New: func(any) (envs.Env, error) { return toyEnv{action: envs.NewDiscrete(2)}, nil }},
			{ID: "Pendulum-v1", New: func(any) (envs.Env, error) {
				return toyEnv{action: envs.NewBox(-2, 2, 1)}, nil
			}},
		},
		models: []allmodels.Entry{{
			Name: "tiny", Config: func() models.Config { return &tinyModel{Width: 8} }, Data: func() models.Config { return &tinyData{Split: .1} },
		}},
	}
}

// tinyModel and tinyData are a model's options.
type tinyModel struct {
	Width int `yaml:"width"`
}

func (m *tinyModel) Validate() error {
	if m.Width < 1 {
		return fmt.Errorf("width is %d: want 1 or more", m.Width)
	}
	return nil
}

type tinyData struct {
	Split float64 `yaml:"split"`
}

func (d *tinyData) Validate() error {
	if d.Split < 0 || d.Split > 1 {
		return fmt.Errorf("split is %v: want 0 to 1", d.Split)
	}
	return nil
}

const good = `# A comment.
agent: toy
env: Lake-v1
env_kwargs:
  map_name: 8x8 # another
n_envs: 4
n_timesteps: 1e3
normalize: {obs: true}
toy:
  learning_rate: lin_0.001
  clip_range_vf: 0.2
  target_kl: 0.01
  net_arch: [32, 16]
  arch:
    pi: [8]
eval:
  freq: 0
`

func loadText(text string, set, environ []string) (*Run, error) {
	return load(toys(), "test", "test.yaml", []byte(text), set, environ)
}

func TestLoad(t *testing.T) {
	r, err := loadText(good, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, e := r.Options.(*toyAgent), r.EnvOptions.(*toyOptions)
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"name", r.Name, "test"},
		{"agent", r.Agent, "toy"},
		{"env", r.Env, "Lake-v1"},
		{"n_envs", r.NEnvs, 4},
		{"n_timesteps", r.NTimesteps, int64(1000)},
		{"normalize", r.Normalize, Normalize{Obs: true, ClipObs: 10, ClipReward: 10}},
		{"eval", r.Eval, Eval{Freq: 0, Episodes: 5, Deterministic: true}},
		{"final_eval_episodes", r.FinalEvalEpisodes, 20},
		{"learning_rate", a.LearningRate.String(), "lin_0.001"},
		{"clip_range_vf", a.ClipVF.String(), "0.2"},
		{"target_kl", *a.TargetKL, 0.01},
		{"gamma", r.Gamma(), 0.99},
		{"net_arch", fmt.Sprint(a.NetArch), "[32 16]"},
		{"arch.pi", fmt.Sprint(a.Arch.Pi), "[8]"},
		{"map_name", e.Name, "8x8"},
		{"is_slippery", e.Slippery, true},
		{"random_map", e.Random == nil, true},
	} {
		if c.got != c.want {
			t.Errorf("%s is %v, want %v", c.what, c.got, c.want)
		}
	}
}

// Arguments win over variables, and variables over the file.
func TestLayers(t *testing.T) {
	r, err := loadText(good,
		[]string{"toy.gamma=0.9", "n_envs = 8", "toy.arch.pi=7,7", "toy.clip_range_vf=null", "env_kwargs.random_map.size=5", "toy.learning_rate=1e-3"},
		[]string{"PATH=/bin", "TESUJI_KERNELS=go", "TESUJI_TOY_GAMMA=0.8", "TESUJI_TOY_N_STEPS=16", "TESUJI_NAME=0123",
			"TESUJI_OTHER_TAU=0.5", "TESUJI_ENV_KWARGS_IS_SLIPPERY=false", "TESUJI_NORMALIZE_CLIP_OBS=5"})
	if err != nil {
		t.Fatal(err)
	}
	a, e := r.Options.(*toyAgent), r.EnvOptions.(*toyOptions)
	if a.Gamma != 0.9 || r.NEnvs != 8 || fmt.Sprint(a.Arch.Pi) != "[7 7]" || a.ClipVF != nil || a.LearningRate.String() != "0.001" {
		t.Errorf("--set: %+v, %d environments", a, r.NEnvs)
	}
	if a.Steps != 16 || r.Name != "0123" || e.Slippery || r.Normalize.ClipObs != 5 {
		t.Errorf("variables: %+v %+v %+v", a, e, r)
	}
	if e.Random == nil || e.Random.Size != 5 {
		t.Errorf("an optional block: %+v", e.Random)
	}

	r, err = loadText(good, []string{"agent=other"}, nil)
	if err == nil || !strings.Contains(err.Error(), "holds options of toy, but the agent is other") {
		t.Errorf("error %v", err)
	}
	r, err = loadText("n_timesteps: 4\n", []string{"agent=other"}, []string{"TESUJI_ENV=Pole-v1", "TESUJI_AGENT=toy"})
	if err != nil || r.Agent != "other" || r.Env != "Pole-v1" || r.EnvOptions != nil {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		set     []string
		environ []string
		want    string // the whole error, or with … at its end what it begins with
	}{
		"unknown key": {text: strings.Replace(good, "learning_rate", "learning_rte", 1), want: "" +
			"test.yaml:10:3: toy.learning_rte: unknown key, did you mean \"toy.learning_rate\"?\n" +
			"   10 |   learning_rte: lin_0.001\n" +
			"      |   ^^^^^^^^^^^^"},
		"unknown block": {text: "agent: toy\nenv: Pole-v1\nn_timesteps: 8\noptimizer:\n  eps: 1\n", want: "" +
			"test.yaml:4:1: optimizer: unknown key (its keys: name, agent, env, atari, n_envs, n_timesteps, seed, normalize, eval, checkpoint, final_eval_episodes, env_kwargs, toy)\n" +
			"    4 | optimizer:\n" +
			"      | ^^^^^^^^^"},
		"key of another block": {text: "agent: toy\nenv: Pole-v1\nn_timesteps: 8\ngamma: 1\n", want: "" +
			"test.yaml:4:1: gamma: unknown key, did you mean \"toy.gamma\"?\n…"},
		"capitals": {text: "Agent: toy\nagent: toy\nenv: Pole-v1\nn_timesteps: 8\n", want: "" +
			"test.yaml:1:1: Agent: unknown key, did you mean \"agent\"?\n…"},
		"key twice": {text: "agent: toy\nenv: Pole-v1\nn_timesteps: 8\ntoy:\n  gamma: 1\n  gamma: 0.5\n", want: "" +
			"test.yaml:6:3: mapping key \"gamma\" already defined at [5:3]\n" +
			"    6 |   gamma: 0.5\n" +
			"      |   ^^^^^"},
		"wrong type": {text: strings.Replace(good, "n_envs: 4", "n_envs: four", 1), want: "" +
			"test.yaml:6:9: n_envs: want a whole number, found the text \"four\"\n" +
			"    6 | n_envs: four\n" +
			"      |         ^^^^"},
		"fraction":       {text: strings.Replace(good, "n_envs: 4", "n_envs: 4.5", 1), want: "test.yaml:6:9: n_envs: want a whole number, found 4.5\n…"},
		"truth":          {text: strings.Replace(good, "{obs: true}", "{obs: yes}", 1), want: "test.yaml:8:18: normalize.obs: want true or false, found the text \"yes\"\n…"},
		"text":           {text: "agent: 5\nenv: Pole-v1\nn_timesteps: 8\n", want: "test.yaml:1:8: agent: want text, found 5 (put it in quotes if it is meant as text)\n…"},
		"list":           {text: strings.Replace(good, "[32, 16]", "32", 1), want: "test.yaml:13:13: toy.net_arch: want a list such as [64, 64], found 32\n…"},
		"item":           {text: strings.Replace(good, "[32, 16]", "[32, big]", 1), want: "test.yaml:13:13: toy.net_arch: item 2: want a whole number, found the text \"big\"\n…"},
		"schedule":       {text: strings.Replace(good, "lin_0.001", "linear", 1), want: "test.yaml:10:18: toy.learning_rate: \"linear\" is no schedule…"},
		"infinite":       {text: strings.Replace(good, "0.01\n", ".inf\n", 1), want: "test.yaml:12:14: toy.target_kl: want a finite number, found .inf\n…"},
		"negative":       {text: "agent: toy\nenv: Pole-v1\nn_timesteps: 8\nseed: -1\n", want: "test.yaml:4:7: seed: want a whole number of 0 or more, found -1\n…"},
		"too large":      {text: "agent: toy\nenv: Pole-v1\nn_timesteps: 1e30\n", want: "test.yaml:3:14: n_timesteps: 1e30 is too large\n…"},
		"value as block": {text: "agent: toy\nenv: Pole-v1\nn_timesteps:\n  x: 1\n", want: "test.yaml:3:1: n_timesteps: is a value, not a block of keys\n…"},
		"block as value": {text: "agent: toy\nenv: Pole-v1\nn_timesteps: 8\neval: 5\n", want: "test.yaml:4:1: eval: is a block of keys, not a value (its keys: freq, episodes, deterministic)\n…"},
		"no value":       {text: "agent: toy\nenv: Pole-v1\nn_timesteps:\n", want: "test.yaml:3:1: n_timesteps: want a whole number, found nothing\n…"},
		"alias":          {text: "agent: toy\nenv: Pole-v1\nn_timesteps: &n 8\n", want: "test.yaml:3:14: n_timesteps: want a whole number, found an anchor or alias, which configs do not use\n…"},
		"no options":     {text: "agent: toy\nenv: Pole-v1\nn_timesteps: 8\nenv_kwargs:\n  map_name: x\n", want: "test.yaml:5:3: env_kwargs.map_name: Pole-v1 has no options\n…"},
		"unknown agent":  {text: "agent: tyo\nenv: Pole-v1\nn_timesteps: 8\n", want: "test.yaml:1:8: agent: unknown agent \"tyo\", did you mean \"toy\"? (known: toy, other)\n…"},
		"unknown env":    {text: "agent: toy\nenv: Pole-v2\nn_timesteps: 8\n", want: "test.yaml:2:6: env: unknown environment \"Pole-v2\", did you mean \"Pole-v1\"? (rl list envs shows all)\n…"},
		"cannot act":     {text: "agent: toy\nenv: Pendulum-v1\nn_timesteps: 8\n", want: "test.yaml:2:6: env: Pendulum-v1: actions are Box…"},
		"multiple": {text: strings.Replace(good, "1e3", "1001", 1), want: "test.yaml:7:14: n_timesteps: is 1001, which is no multiple of the 4 environments (n_envs) that step together: want 1000 or 1004\n" +
			"    7 | n_timesteps: 1001\n" +
			"      |              ^^^^"},
		"small multiple":    {text: strings.Replace(good, "1e3", "3", 1), want: "test.yaml:7:14: n_timesteps: is 3, which is no multiple of the 4 environments (n_envs) that step together: want 4\n…"},
		"range":             {text: strings.Replace(good, "clip_range_vf: 0.2", "gamma: 1.5", 1), want: "test.yaml:11:10: toy.gamma: is 1.5: want 0 to 1\n…"},
		"two keys, one set": {text: good, set: []string{"toy.n_steps=100"}, want: "--set toy.n_steps=100: batch_size is 64, less than n_steps, 100"},
		"nested range":      {text: strings.Replace(good, "pi: [8]", "pi: [0]", 1), want: "test.yaml:15:9: toy.arch.pi: is [0]: want widths of at least 1\n…"},
		"env option":        {text: strings.Replace(good, "8x8", "9x9", 1), want: "test.yaml:5:13: env_kwargs.map_name: Lake-v1: map_name is \"9x9\": want 4x4 or 8x8\n…"},
		"run range":         {text: good, set: []string{"eval.episodes=0"}, want: "--set eval.episodes=0: is 0: want 1 or more"},
		"name":              {text: "name: a/b\nagent: toy\nenv: Pole-v1\nn_timesteps: 8\n", want: "test.yaml:1:7: name: \"a/b\" cannot name a directory…"},
		"missing":           {text: "# nothing\n", want: "test.yaml: agent: missing: the algorithm, such as \"ppo\" (or else model, such as \"gpt\")\ntest.yaml: env: missing: the environment's id, such as \"CartPole-v1\""},
		"missing steps":     {text: "agent: toy\nenv: Pole-v1\n", want: "test.yaml: n_timesteps: missing: the number of transitions to train for"},
		"syntax":            {text: "agent: toy\nenv: [Pole-v1\n", want: "test.yaml:…"},
		"no mapping":        {text: "ppo-cartpole", want: "test.yaml:1:1: a config is lines of \"key: value\", found the text \"ppo-cartpole\"\n…"},
		"two documents":     {text: "agent: toy\n---\nenv: Pole-v1\n", want: "test.yaml:3:1: a config is one document: remove what follows ---\n…"},
		"dotted key":        {text: "agent: toy\ntoy.gamma: 1\n", want: "test.yaml:2:1: toy.gamma: want a plain key; keys of a block are written below it, indented\n…"},
		"binary":            {text: "agent: \xff\n", want: "test.yaml: the file is not UTF-8 text"},
		"huge":              {text: strings.Repeat("#", maxFile+1), want: "test.yaml: the file has 1048577 bytes…"},
		"set unknown":       {text: good, set: []string{"toy.gama=1"}, want: "--set toy.gama=1: unknown key, did you mean \"toy.gamma\"?"},
		"set type":          {text: good, set: []string{"toy.gamma=high"}, want: "--set toy.gamma=high: want a number, found the text \"high\""},
		"set nothing":       {text: good, set: []string{"toy.gamma"}, want: "--set toy.gamma: want key=value, such as --set n_envs=16"},
		"set empty":         {text: good, set: []string{"toy.gamma="}, want: "--set toy.gamma=: has no value"},
		"set block":         {text: good, set: []string{"eval=5"}, want: "--set eval=5: is a block of keys…"},
		"variable unknown":  {text: good, environ: []string{"TESUJI_TOY_GAMA=1"}, want: "environment variable TESUJI_TOY_GAMA: stands for no key, did you mean \"TESUJI_TOY_GAMMA\"?"},
		"variable type":     {text: good, environ: []string{"TESUJI_N_ENVS=many"}, want: "environment variable TESUJI_N_ENVS: want a whole number, found the text \"many\""},
		"unknown model":     {text: "model: ty\nn_iterations: 8\n", want: "test.yaml:1:8: model: unknown model \"ty\", did you mean \"tiny\"? (known: tiny)\n…"},
		"agent and model": {text: "agent: toy\nenv: Pole-v1\nmodel: tiny\nn_iterations: 8\n", want: "" +
			"test.yaml:3:1: model: a run trains an agent or a model, and an agent is given too\n…"},
		"agent's key":     {text: "model: tiny\nn_iterations: 8\nn_envs: 4\n", want: "test.yaml:3:1: n_envs: is a key for training an agent, and this run trains the model tiny\n…"},
		"agent's group":   {text: "model: tiny\nn_iterations: 8\neval: {episodes: 4}\n", want: "test.yaml:3:8: eval.episodes: is a key for training an agent, and this run trains the model tiny\n…"},
		"model's key":     {text: "agent: toy\nenv: Pole-v1\nn_iterations: 8\n", want: "test.yaml:3:1: n_iterations: is a key for training a model, and this run trains the agent toy\n…"},
		"agent's options": {text: "model: tiny\nn_iterations: 8\ntoy:\n  gamma: 1\n", want: "test.yaml:3:1: toy: holds options of toy, but the model is tiny\n…"},
		"no iterations":   {text: "model: tiny\n", want: "test.yaml: n_iterations: missing: the number of iterations to train for"},
		"few iterations":  {text: "model: tiny\nn_iterations: 0\n", want: "test.yaml:2:15: n_iterations: is 0: want 1 or more\n…"},
		"model's option":  {text: "model: tiny\nn_iterations: 8\ntiny:\n  width: 0\n", want: "test.yaml:4:10: tiny.width: is 0: want 1 or more\n…"},
		"data's option":   {text: "model: tiny\nn_iterations: 8\ndata:\n  split: 2\n", want: "test.yaml:4:10: data.split: is 2: want 0 to 1\n…"},
		"data's key":      {text: "model: tiny\nn_iterations: 8\ndata:\n  splitt: .2\n", want: "test.yaml:4:3: data.splitt: unknown key, did you mean \"data.split\"?\n…"},
		"several": {text: "agent: toy\nenv: Pole-v1\nn_timesteps: 8\nseeds: 1\ntoy: {gama: 1}\n", want: "" +
			"test.yaml:4:1: seeds: unknown key, did you mean \"seed\"?\n    4 | seeds: 1\n      | ^^^^^\n" +
			"test.yaml:5:7: toy.gama: unknown key, did you mean \"toy.gamma\"?\n…"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := loadText(c.text, c.set, c.environ)
			if err == nil {
				t.Fatalf("accepted: %+v", r)
			}
			var list Errors
			if !errors.As(err, &list) || len(list) == 0 {
				t.Errorf("error is a %T", err)
			}
			want, begins := strings.CutSuffix(c.want, "…")
			if got := err.Error(); got != want && !(begins && strings.HasPrefix(got, want)) {
				t.Errorf("error\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// The complete config reads back as the same run, and has the same hash.
func TestYAML(t *testing.T) {
	for _, set := range [][]string{
		nil,
		{"env_kwargs.random_map.size=5", "toy.net_arch=[]", "toy.target_kl=null", "toy.gamma=1e-7", "seed=18446744073709551615"},
		{"env_kwargs.map=[SFFF, FHFG]", "name=true", "toy.activation_fn=a: \"b\" # c", "toy.learning_rate=lin_1e-5"},
	} {
		r, err := loadText(good, set, nil)
		if err != nil {
			t.Fatal(err)
		}
		text := r.YAML()
		again, err := load(toys(), "else", "again.yaml", text, nil, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if string(again.YAML()) != string(text) || again.Hash() != r.Hash() {
			t.Errorf("differs when read back:\n%s\n%s", text, again.YAML())
		}
	}
}

const resolved = `name: test
agent: toy
env: Lake-v1
n_envs: 4
n_timesteps: 1000
seed: 1
normalize:
  obs: true
  reward: false
  clip_obs: 10
  clip_reward: 10
eval:
  freq: 0
  episodes: 5
  deterministic: true
checkpoint:
  freq: 50000
  keep: 2
final_eval_episodes: 20
env_kwargs:
  map_name: "8x8"
  map: []
  random_map: null
  is_slippery: true
toy:
  learning_rate: lin_0.001
  clip_range_vf: 0.2
  gamma: 0.99
  target_kl: 0.01
  n_steps: 8
  batch_size: 64
  net_arch: [32, 16]
  use_sde: false
  activation_fn: tanh
  arch:
    pi: [8]
`

func TestYAMLText(t *testing.T) {
	r, err := loadText(good, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(r.YAML()); got != resolved {
		t.Errorf("got\n%s\nwant\n%s", got, resolved)
	}
	if got := r.Hash(); len(got) != 64 {
		t.Errorf("hash %q", got)
	}
}

const resolvedModel = `name: test
model: tiny
n_iterations: 40
seed: 3
eval:
  freq: 500
checkpoint:
  freq: 10
  keep: 2
data:
  split: 0.5
tiny:
  width: 4
`

// TestModel: the config of a model's run, by its layers, and what it is when it is written.
func TestModel(t *testing.T) {
	r, err := loadText("model: tiny\nn_iterations: 30\ntiny: {width: 2}\n",
		[]string{"n_iterations=40", "checkpoint.freq=10", "seed=3"},
		[]string{"TESUJI_TINY_WIDTH=4", "TESUJI_DATA_SPLIT=.5", "TESUJI_DATA=/data", "TESUJI_N_ENVS=8", "TESUJI_TOY_GAMMA=.5"})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(r.YAML()); got != resolvedModel {
		t.Errorf("got\n%s\nwant\n%s", got, resolvedModel)
	}
	if !r.IsModel() || r.Total() != 40 || r.NEnvs != 0 || r.Options != nil || r.ModelOptions.(*tinyModel).Width != 4 || r.Data.(*tinyData).Split != .5 {
		t.Errorf("%+v", r)
	}
	again, err := load(toys(), "else", "again.yaml", r.YAML(), nil, nil)
	if err != nil || again.Hash() != r.Hash() {
		t.Errorf("%+v, %v", again, err)
	}
	if r, err := loadText("n_iterations: 4\n", nil, []string{"TESUJI_MODEL=tiny"}); err != nil || r.Model != "tiny" {
		t.Errorf("a model by a variable: %+v, %v", r, err)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "my-run.yml")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if name, shown, text, err := find(file); name != "my-run" || shown != file || string(text) != "x" || err != nil {
		t.Errorf("%s, %s, %q, %v", name, shown, text, err)
	}
	if name, shown, _, err := find("ppo-cartpole"); name != "ppo-cartpole" || shown != "ppo-cartpole.yaml (preset)" || err != nil {
		t.Errorf("%s, %s, %v", name, shown, err)
	}
	for path, want := range map[string]string{
		"ppo-cartpol":                   `no preset and no file "ppo-cartpol", did you mean "ppo-cartpole"?`,
		filepath.Join(dir, "none.yaml"): "none.yaml\" (rl list configs shows the presets)",
		dir:                             "is a directory",
	} {
		if _, err := Load(path, nil, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", path, err, want)
		}
	}
}

// Whatever a file holds, the loader returns; what it accepts, it writes and reads back.
func FuzzLoad(f *testing.F) {
	f.Add(good, "toy.gamma=0.5", "TESUJI_N_ENVS=2")
	f.Add(resolved, "n_envs=1", "TESUJI_SEED=3")
	f.Add("agent: &a toy\nenv: *a\n", "", "")
	f.Add("{agent: toy, env: Pole-v1, n_timesteps: !!float 8}", "toy.net_arch=1,2", "")
	f.Add(resolvedModel, "tiny.width=1", "TESUJI_MODEL=tiny")
	f.Add("? [a]\n: b\n", "=", "TESUJI_=")
	f.Add("<<: {agent: toy}\n", "a.b.c=d", "TESUJI_TOY")
	f.Fuzz(func(t *testing.T, text, set, variable string) {
		r, err := loadText(text, []string{set}, []string{variable})
		if err != nil {
			var list Errors
			if !errors.As(err, &list) {
				t.Fatalf("error is a %T: %v", err, err)
			}
			return
		}
		again, err := load(toys(), "x", "again.yaml", r.YAML(), nil, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, r.YAML())
		}
		if again.Hash() != r.Hash() {
			t.Fatalf("differs when read back:\n%s\n%s", r.YAML(), again.YAML())
		}
	})
}
