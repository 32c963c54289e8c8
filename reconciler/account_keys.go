package reconciler

import (
	"context"
	"sync"

	"certloop/reconciler/api"
)

// keyCache holds the account keys that an invocation read. An account has one key for life, and several steps and records need it.
// The next invocation reads it again.
type keyCache struct {
	mu   sync.Mutex
	keys map[string]api.Secret
}

type keyCacheKey struct{}

// withKeys returns a context whose passes share the account keys that they read.
func withKeys(ctx context.Context) context.Context {
	if _, has := ctx.Value(keyCacheKey{}).(*keyCache); has {
		return ctx
	}
	return context.WithValue(ctx, keyCacheKey{}, &keyCache{keys: map[string]api.Secret{}})
}

// cachedKey returns the key of an account as the invocation read it first.
func (r *Reconciler) cachedKey(ctx context.Context, account, directory string) (api.Secret, error) {
	cache, has := ctx.Value(keyCacheKey{}).(*keyCache)
	if !has {
		return r.accountKey(ctx, account, directory)
	}
	id := api.AccountKeyID(account, directory)
	if key, known := cache.get(id); known {
		return key, nil
	}
	key, err := r.accountKey(ctx, account, directory)
	if err == nil {
		cache.put(id, key)
	}
	return key, err
}

func (c *keyCache) get(id string) (api.Secret, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key, known := c.keys[id]
	return key, known
}

func (c *keyCache) put(id string, key api.Secret) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys[id] = key
}

// dropKeys makes the next step read account keys again. A refusal of the CA may come from a key that was changed.
func dropKeys(ctx context.Context) {
	cache, has := ctx.Value(keyCacheKey{}).(*keyCache)
	if !has {
		return
	}
	cache.mu.Lock()
	defer cache.mu.Unlock()
	clear(cache.keys)
}
