package acme

import "sync"

// maxNonces bounds what is kept. It is more than there are requests under way at once: a few records, with a few of each.
const maxNonces = 32

// nonces are what a CA gave with its answers and nobody has used (RFC 8555 section 6.5). They belong to no account.
type nonces struct {
	mu   sync.Mutex
	free []string
}

func (n *nonces) push(nonce string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if nonce == "" {
		return
	}
	if len(n.free) == maxNonces {
		n.free = n.free[1:]
	}
	n.free = append(n.free, nonce)
}

// pop removes and returns the youngest nonce: older ones may have expired at the CA. Empty where there is none.
func (n *nonces) pop() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.free) == 0 {
		return ""
	}
	last := n.free[len(n.free)-1]
	n.free = n.free[:len(n.free)-1]
	return last
}
