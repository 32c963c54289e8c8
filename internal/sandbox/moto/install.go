package moto

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"certloop/internal/sandbox/setup"
)

// version is the version that is installed if the machine has no moto.
const version = "5.2.1"

var (
	found    string
	foundErr error
	once     sync.Once
)

// python returns an interpreter that has moto: the one in CERTLOOP_PYTHON, or python3, or that of a virtual environment
// in the cache, which is created on first use.
func python(ctx context.Context) (string, error) {
	once.Do(func() { found, foundErr = findPython(ctx) })
	return found, foundErr
}

func findPython(ctx context.Context) (string, error) {
	if p := os.Getenv("CERTLOOP_PYTHON"); p != "" {
		return p, nil
	}
	if exec.CommandContext(ctx, "python3", "-c", "import moto.server").Run() == nil {
		return "python3", nil
	}
	dir, err := setup.Install(ctx, "moto-"+version, makeEnvironment)
	return filepath.Join(dir, "bin", "python"), err
}

// makeEnvironment creates the environment in a folder that is renamed afterwards. Its programs contain the old path, so
// only python itself is used.
func makeEnvironment(ctx context.Context, dir string) error {
	if err := setup.Run(ctx, dir, "python3", "-m", "venv", dir); err != nil {
		return err
	}
	return setup.Run(ctx, dir, filepath.Join(dir, "bin", "python"), "-m", "pip", "install", "--quiet", "moto[server]=="+version)
}
