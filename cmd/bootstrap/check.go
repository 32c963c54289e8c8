package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"github.com/hashicorp/go-multierror"

	"certloop/reconciler"
)

// check is {"action":"check", …}: return what the function sees, and change nothing.
type check struct{ names []string }

// checkAnswer is the answer to a check.
type checkAnswer struct {
	Version string `json:"version"`
	// Variables are the variables of the function that are set. None holds a secret.
	Variables map[string]string `json:"variables"`
	reconciler.Checks
}

func (c check) serve(ctx context.Context, h *handler) (any, error) {
	checks, err := h.controller.Check(ctx, c.names)
	return checkAnswer{Version: version, Variables: h.variables, Checks: checks}, failed(err, "CheckFailed")
}

// parseCheck accepts names besides action.
func parseCheck(fields map[string]json.RawMessage) (event, error) {
	var problems *multierror.Error
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if field != "action" && field != "names" {
			problems = multierror.Append(problems, fmt.Errorf("field %s is not known with action \"check\": use names, or no other field", shown(field)))
		}
	}
	var i invocation
	if raw, given := fields["names"]; given {
		err := setNames(&i, raw)
		if err == nil && len(i.Names) == 0 {
			err = errors.New("is empty: list at least one Certificate record, or leave it out")
		}
		if err != nil {
			problems = multierror.Append(problems, fmt.Errorf("names %w", err))
		}
	}
	return check{i.Names}, joined("check event", problems)
}

// setVariables returns the function's own variables in environ, without the password of a URL.
func setVariables(environ []string) map[string]string {
	env, set := environment(environ), map[string]string{}
	for _, v := range variables {
		value := env[v.name]
		if u, err := url.Parse(value); err == nil && u.User != nil {
			value = u.Redacted()
		}
		if value != "" {
			set[v.name] = value
		}
	}
	return set
}
