package experiments

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"tesuji/configs"
	"tesuji/experiments/internal/atomicfile"
	"tesuji/internal/version"
	"tesuji/tensor"
)

// ManifestVersion is the version of run.json and of the directory around it.
const ManifestVersion = 1

// State is where a run stands.
type State string

const (
	// Running is also what the manifest of a killed run says: nobody could write anything else.
	Running     State = "running"
	Interrupted State = "interrupted" // stopped on request, after a checkpoint
	Done        State = "done"
	Failed      State = "failed" // Manifest.Error says why
)

// Manifest is run.json: what ran, where, when, and what came out.
type Manifest struct {
	Version    int    `json:"version"`
	Name       string `json:"name"`
	Agent      string `json:"agent,omitempty"`
	Env        string `json:"env,omitempty"`
	Model      string `json:"model,omitempty"`
	Seed       uint64 `json:"seed"`
	ConfigHash string `json:"config_sha256"`
	State      State  `json:"state"`
	Error      string `json:"error,omitempty"`

	Started  time.Time `json:"started"`
	Updated  time.Time `json:"updated"`
	Sessions int       `json:"sessions"` // 1 + the number of times it was resumed
	Host     Host      `json:"host"`     // of the last session

	Steps   int64   `json:"steps"`   // at the last checkpoint: transitions or iterations
	Total   int64   `json:"total"`   // to do
	Seconds float64 `json:"seconds"` // spent, in all sessions
	// PeakMemory is the most memory, in bytes, that the process of the last session had resident;
	// runs in one process share it.
	PeakMemory int64 `json:"peak_memory_bytes"`

	// WeightsSHA256 is the hash of the policy's or model's parameters at Steps: over names, shapes
	// and little-endian values.
	WeightsSHA256 string      `json:"weights_sha256,omitempty"`
	Best          *Best       `json:"best,omitempty"`
	Final         *Evaluation `json:"final,omitempty"` // of the final weights
}

// Host is where and with what a run ran. None of it changes any result.
type Host struct {
	Name       string `json:"name"`
	OS         string `json:"os"`
	CPU        string `json:"cpu"`
	Kernels    string `json:"kernels"` // the set of compute kernels: avx512, avx2 or go
	GOMAXPROCS int    `json:"gomaxprocs"`
	Tesuji     string `json:"tesuji"`
	Go         string `json:"go"`
}

func thisHost() Host {
	name, _ := os.Hostname()
	return Host{
		Name: name, OS: runtime.GOOS + "/" + runtime.GOARCH, CPU: cpuModel(), Kernels: tensor.Kernels(),
		GOMAXPROCS: runtime.GOMAXPROCS(0), Tesuji: version.String(), Go: runtime.Version(),
	}
}

func newManifest(cfg *configs.Run, now time.Time) *Manifest {
	return &Manifest{
		Version: ManifestVersion, Name: cfg.Name, Agent: cfg.Agent, Env: cfg.Env, Model: cfg.Model, Seed: cfg.Seed,
		ConfigHash: cfg.Hash(), State: Running, Started: now.UTC().Truncate(time.Millisecond), Sessions: 1,
		Host: thisHost(), Total: cfg.Total(),
	}
}

func (m *Manifest) write(dir string) error {
	m.Updated = time.Now().UTC().Truncate(time.Millisecond)
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Join(dir, manifestFile), err)
	}
	return atomicfile.WriteBytes(filepath.Join(dir, manifestFile), append(b, '\n'))
}

func readManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, manifestFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is no run: it has no %s", dir, manifestFile)
	}
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", path, err)
	}
	if m.Version > ManifestVersion {
		return nil, fmt.Errorf("%s has version %d, this program knows versions up to %d: use a newer rl", path, m.Version, ManifestVersion)
	}
	if m.Version < 1 {
		return nil, fmt.Errorf("%s is damaged: version %d", path, m.Version)
	}
	return &m, nil
}
