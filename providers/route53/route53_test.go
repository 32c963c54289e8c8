package route53_test

import (
	"certloop/providers/route53"
	"certloop/reconciler"
)

var _ reconciler.DNS = (*route53.Client)(nil)
