// Package setup prepares what tests of the sandbox need on this machine: what is downloaded (in the folder .cache of
// the repository, which git ignores), the function's archive, and output that several goroutines write. Missing decides
// what a test does when a part is not on the machine.
package setup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Install returns the folder with that name, and fills it first if it does not exist. fill works in a folder that is
// renamed at the end, so an interrupted installation is never used.
func Install(ctx context.Context, name string, fill func(ctx context.Context, dir string) error) (string, error) {
	root, err := repositoryRoot()
	if err != nil {
		return "", err
	}
	return install(ctx, filepath.Join(root, ".cache"), name, fill)
}

func install(ctx context.Context, root, name string, fill func(context.Context, string) error) (string, error) {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return "", err
	}
	dir := filepath.Join(root, name)
	unlock, err := lock(dir + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		return dir, err
	}
	partial, err := os.MkdirTemp(root, name+"-")
	if err != nil {
		return "", err
	}
	if err := fill(ctx, partial); err != nil {
		return "", errors.Join(err, os.RemoveAll(partial))
	}
	return dir, os.Rename(partial, dir)
}

// lock keeps packages that are tested at the same time from installing twice. The kernel releases the lock when its
// holder ends.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return func() { _ = f.Close() }, nil
}

// Run runs a program in dir. Its error contains the program's output.
func Run(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(name), err, out)
	}
	return nil
}

// Root returns the repository's root.
func Root() (string, error) { return repositoryRoot() }

// repositoryRoot returns the nearest folder above the working directory with a go.mod. Tests run in their package's
// folder.
func repositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = up
	}
}
