package acme_test

import (
	"certloop/providers/acme"
	"certloop/reconciler"
)

var (
	_ reconciler.CA              = (*acme.Client)(nil)
	_ reconciler.RenewalInformer = (*acme.Client)(nil)
	_ reconciler.Registrar       = (*acme.Client)(nil)
)
