package sim

import (
	"context"
	"time"

	"certloop/reconciler/api"
)

// CallsOfOneIssue returns how often each call is made for one issue: one name, one target, a registered account, and everything until
// nothing is left to do. ok is false if the certificate was not issued once.
func CallsOfOneIssue() (made map[string]int, ok bool) {
	w := New(nil)
	w.calls.quiet = true
	registered(w)
	w.calls.quiet = false
	w.calls.n, w.calls.trace = 0, nil
	w.AllowedCertificates = 1
	w.certificate("www")
	w.Run(10 * time.Minute)
	made = map[string]int{}
	for _, op := range w.calls.trace {
		made[op]++
	}
	return made, w.ready("www") && len(w.CA.Issued) == 1
}

// ConvergedPass returns a function that makes one pass over a converged record.
func ConvergedPass() func() {
	w := New(nil)
	w.calls.quiet = true
	installedWith()(w)
	w.Run(time.Hour)
	return func() {
		_, err := w.Loop.Reconcile(context.Background(), api.Key{Kind: api.KindCertificate, Name: "www"})
		must(err)
	}
}
