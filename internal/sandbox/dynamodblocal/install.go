package dynamodblocal

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// DynamoDB Local comes in the package amplify-dynamodb-simulator of the npm registry, libraries included. Version and
// digest are fixed together: what runs is what was looked at.
const (
	version   = "2.9.30"
	integrity = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
)

// install returns the folder of DynamoDBLocal.jar, fetching the package where it is not in the cache yet.
func install(ctx context.Context) (string, error) {
	root, err := repositoryRoot()
	if err != nil {
		return "", err
	}
	cache := filepath.Join(root, ".cache", "dynamodb-local")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(cache, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	dir := filepath.Join(cache, version)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		err = fetch(ctx, cache, dir)
		if err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "package", "emulator"), nil
}

// fetch downloads and unpacks into a folder of its own and renames it to dir in the end, so that a run that was
// interrupted leaves nothing that looks complete.
func fetch(ctx context.Context, cache, dir string) error {
	work, err := os.MkdirTemp(cache, "fetch-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := run(ctx, work, "npm", "pack", "--ignore-scripts", "amplify-dynamodb-simulator@"+version); err != nil {
		return err
	}
	archive := "amplify-dynamodb-simulator-" + version + ".tgz"
	if err := verify(filepath.Join(work, archive)); err != nil {
		return err
	}
	if err := run(ctx, work, "tar", "-xzf", archive); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(work, archive)); err != nil {
		return err
	}
	return os.Rename(work, dir)
}

func verify(archive string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := sha512.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if got := base64.StdEncoding.EncodeToString(h.Sum(nil)); got != integrity {
		return fmt.Errorf("%s has SHA-512 %s, expected %s", filepath.Base(archive), got, integrity)
	}
	return nil
}

// lock keeps packages that are tested at the same time from fetching twice; the kernel gives it up when its holder
// ends, however it ends.
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

func run(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

// repositoryRoot is the nearest folder above the working one with a go.mod: tests run in their package's folder.
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
