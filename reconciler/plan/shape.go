package plan

import (
	"certloop/reconciler/api"
)

// ObtainedShape returns the shape of the certificate that a step obtained; false: it obtained none, or the account's status has
// that shape.
func ObtainedShape(in Input, s Settled) (api.Shape, bool) {
	if s.Issuance == nil || s.Issuance.Chain == "" || in.Issuance == nil || in.Issuance.Account != in.Account.Name {
		return api.Shape{}, false
	}
	chain, err := api.ParseChain([]byte(s.Issuance.Chain))
	if err != nil {
		return api.Shape{}, false
	}
	shape := api.ShapeOf(chain)
	shape.Profile = s.Issuance.Profile
	_, news := api.AddShape(in.Account.Shapes, shape)
	return shape, news
}

// WithShape returns the status of the account with the shape; false: it has it, or is not to be written, because the account is
// another one by now or an invocation works on it.
func WithShape(in AccountInput, shape api.Shape) (api.AccountStatus, bool) {
	if !in.HasStatus || in.Spec == nil || in.Stored.Directory != in.Spec.Directory || in.Config.leaseHolds(in.Stored.LeaseUntil, in.Now) {
		return api.AccountStatus{}, false
	}
	status := in.Stored
	shapes, changed := api.AddShape(in.Stored.Shapes, shape)
	status.Shapes = shapes
	status.Bound()
	return status, changed
}
