package acm_test

import (
	"certloop/providers/acm"
	"certloop/reconciler"
)

var (
	_ reconciler.ACM     = (*acm.Client)(nil)
	_ reconciler.Sweeper = (*acm.Client)(nil)
)
