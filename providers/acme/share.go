package acme

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// atOnce is how many requests of one call are under way together: enough that an order of 100 names is read in twenty
// round trips, few enough for the rate at which CAs let one address ask.
const atOnce = 5

// share has do called with 0 to n-1, a few of them at a time, each on a session that nobody else uses meanwhile. The
// first error ends the others and is returned; all have ended then.
func (s *session) share(n int, do func(s *session, i int) error) error {
	workers, ctx := errgroup.WithContext(s.ctx)
	var next atomic.Int64
	for range min(n, atOnce) {
		workers.Go(func() error {
			beside, err := s.beside(ctx)
			for i := int(next.Add(1)) - 1; err == nil && i < n; i = int(next.Add(1)) - 1 {
				err = do(beside, i)
			}
			return err
		})
	}
	return workers.Wait()
}

// beside is a session that signs as s does and sends requests at the same time. It shares with s what is kept of the
// directory, and nothing else.
func (s *session) beside(ctx context.Context) (*session, error) {
	key, err := accountKey(s.account)
	if err != nil {
		return nil, err
	}
	b := &session{ctx: ctx, config: s.config, account: s.account, directory: s.directory, links: s.links}
	return b, b.sign(key, s.account.URI)
}
