package setup

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
)

// Archive builds the archive for this machine's architecture with make, once for all callers, and returns its path.
// root is the repository's root, relative to the working directory.
func Archive(root string) (string, error) {
	packed.once.Do(func() { packed.path, packed.err = pack(root) })
	return packed.path, packed.err
}

var packed struct {
	once sync.Once
	path string
	err  error
}

func pack(root string) (string, error) {
	zip := "dist/certloop-lambda-" + runtime.GOARCH + ".zip"
	cmd := exec.Command("make", "--silent", zip)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("make %s: %w: %s", zip, err, out)
	}
	return filepath.Abs(filepath.Join(root, zip))
}

// ClockArchive builds the function with a clock that can be ahead of this machine's, and packs it into dir. The program
// is not that of a release: it has the build tag sandbox. Its variable CERTLOOP_CLOCK_AHEAD is how far it is ahead.
func ClockArchive(ctx context.Context, dir string) (string, error) {
	root, err := repositoryRoot()
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "bootstrap")
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-tags", "lambda.norpc,sandbox", "-o", program, "./cmd/bootstrap")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the function with a clock that can be moved: %w: %s", err, out)
	}
	archive := filepath.Join(dir, "clock.zip")
	return archive, zipProgram(program, archive)
}

// zipProgram writes an archive with the program as its only file.
func zipProgram(program, archive string) error {
	body, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Store}
	header.SetMode(0o755)
	entry, err := w.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := entry.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(archive, out.Bytes(), 0o600)
}
