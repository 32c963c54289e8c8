package pebble

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"github.com/letsencrypt/pebble/v2/core"
)

// settleTime is far more than signing takes, also on a busy machine.
const settleTime = 30 * time.Second

// settleFinalized waits until finalized orders are signed and what they replace is marked. Pebble does so in the
// background, and reads the mark without a lock at the next order.
func (f *front) settleFinalized() {
	f.settling.Lock() // callers for the same order wait for each other
	defer f.settling.Unlock()
	f.mu.Lock()
	waiting := f.finalized
	f.finalized = nil
	f.mu.Unlock()
	for _, id := range waiting {
		order := f.db.GetOrderByID(id)
		for deadline := time.Now().Add(settleTime); order != nil && !f.settled(order) && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
	}
}

func (f *front) settled(order *core.Order) bool {
	order.RLock()
	finalized, made, replaces := order.BeganProcessing, order.CertificateObject, order.Replaces
	order.RUnlock()
	if !finalized {
		return true
	}
	if made == nil {
		return false
	}
	if _, err := f.db.GetOrderByIssuedSerial(made.ID); err != nil {
		return false
	}
	return replaces == "" || f.marked(replaces)
}

func (f *front) marked(certID string) bool {
	_, encoded, _ := strings.Cut(certID, ".")
	serial, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return true
	}
	replaced, err := f.db.GetOrderByIssuedSerial(hex.EncodeToString(serial))
	if err != nil {
		return true // there is nothing to mark
	}
	replaced.RLock()
	defer replaced.RUnlock()
	return replaced.IsReplaced
}
