package command

import (
	"context"

	"certloop/reconciler/api"
)

// flying are the issuances in flight of a world.
type flying struct {
	flights map[string]*api.Issuance
	// denied is the error of each reading of one.
	denied error
}

func (f flying) Flight(_ context.Context, name string) (*api.Issuance, error) {
	if f.denied != nil {
		return nil, f.denied
	}
	return f.flights[name], nil
}
