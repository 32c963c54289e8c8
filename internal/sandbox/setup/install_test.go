package setup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestInstall(t *testing.T) {
	write := func(_ context.Context, dir string) error {
		return os.WriteFile(filepath.Join(dir, "file"), []byte("whole"), 0o644)
	}
	t.Run("many at once fill once", func(t *testing.T) {
		root := t.TempDir()
		var filled atomic.Int32
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				dir, err := install(t.Context(), root, "part", func(ctx context.Context, dir string) error {
					filled.Add(1)
					return write(ctx, dir)
				})
				if body, readErr := os.ReadFile(filepath.Join(dir, "file")); err != nil || readErr != nil || string(body) != "whole" {
					t.Errorf("%q, %v, %v", body, err, readErr)
				}
			})
		}
		group.Wait()
		if filled.Load() != 1 {
			t.Errorf("filled %d times", filled.Load())
		}
	})
	t.Run("a failed installation is retried", func(t *testing.T) {
		root := t.TempDir()
		broken := errors.New("no network")
		if _, err := install(t.Context(), root, "part", func(context.Context, string) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
		if _, err := install(t.Context(), root, "part", write); err != nil {
			t.Error(err)
		}
		if left, _ := filepath.Glob(filepath.Join(root, "part-*")); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}
