package sandbox

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"syscall"

	"certloop/internal/sandbox/fronts"
	"certloop/internal/sandbox/setup"
	"certloop/reconciler/api"
)

// https is a loopback address, with a service at port 443 where this process may listen there.
type https struct {
	address string
	front   *fronts.Front
}

// openHTTPS opens a service at port 443 of a loopback address that nothing else uses. It returns what a probe of it must
// see: systems let an ordinary user listen only on ports from 1024 on, and the connection is refused then.
func (b *box) openHTTPS() (https, api.ServedState) {
	b.t.Helper()
	for range 20 {
		h := https{address: fmt.Sprintf("127.%d.%d.%d", 64+rand.IntN(64), rand.IntN(256), 1+rand.IntN(254))}
		var err error
		switch h.front, err = b.Fronts.OpenAt(443, h.address); {
		case err == nil:
			return h, api.ServedCurrent
		case errors.Is(err, syscall.EACCES):
			return h, api.ServedUnreachable
		case !errors.Is(err, syscall.EADDRINUSE):
			b.t.Fatal(err)
		}
	}
	setup.Missing(b.t, "port 443 of a loopback address", syscall.EADDRINUSE)
	panic("unreachable")
}

func (h https) use(arn string) {
	if h.front != nil {
		h.front.Use(arn)
	}
}
