package dynamodblocal

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"certloop/internal/sandbox/setup"
)

// DynamoDB Local comes in the package amplify-dynamodb-simulator of the npm registry, with its libraries. Version and
// digest are pinned together, so only the reviewed archive runs.
const (
	version   = "2.9.30"
	integrity = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
)

// install returns the folder of DynamoDBLocal.jar. It downloads the package if it is not in the cache.
func install(ctx context.Context) (string, error) {
	dir, err := setup.Install(ctx, "dynamodb-local-"+version, fetch)
	return filepath.Join(dir, "package", "emulator"), err
}

func fetch(ctx context.Context, dir string) error {
	if err := setup.Run(ctx, dir, "npm", "pack", "--ignore-scripts", "amplify-dynamodb-simulator@"+version); err != nil {
		return err
	}
	archive := "amplify-dynamodb-simulator-" + version + ".tgz"
	if err := verify(filepath.Join(dir, archive)); err != nil {
		return err
	}
	if err := setup.Run(ctx, dir, "tar", "-xzf", archive); err != nil {
		return err
	}
	return os.Remove(filepath.Join(dir, archive))
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
