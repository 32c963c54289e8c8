package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-multierror"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// resync is {"action":"resync"}: reconcile every record that needs it.
type resync struct{}

func (resync) serve(ctx context.Context, h *handler) (any, error) {
	return struct{}{}, failed(h.controller.Resync(ctx), "ResyncFailed")
}

// tick is {"action":"tick"}: reconcile the records that are due.
type tick struct{}

func (tick) serve(ctx context.Context, h *handler) (any, error) {
	return struct{}{}, failed(h.controller.Tick(ctx), "TickFailed")
}

// probing is {"action":"probe"}: see what the endpoints serve that are due for it.
type probing struct{}

func (probing) serve(ctx context.Context, h *handler) (any, error) {
	return struct{}{}, failed(h.controller.Probe(ctx), "ProbeFailed")
}

// invocation is {"action":"reconcile", …}: reconcile these certificates now, and return their statuses.
type invocation reconciler.Invocation

func (i invocation) serve(ctx context.Context, h *handler) (any, error) {
	answer, err := h.controller.Invoke(ctx, reconciler.Invocation(i))
	return answer, failed(err, "ReconcileFailed")
}

const (
	// longestWait keeps an invocation below Lambda's 15 minutes.
	longestWait = 14 * time.Minute
	// longestForce bounds the token, which the status stores.
	longestForce = 256
)

// reconcileFields are the fields of a reconcile event besides action.
var reconcileFields = map[string]func(*invocation, json.RawMessage) error{
	"names":   setNames,
	"wait":    setWait,
	"require": setRequire,
	"force":   setForce,
	"dry_run": func(i *invocation, raw json.RawMessage) error { return decode(raw, &i.DryRun, "true or false") },
	"records": setRecords,
	"placeholder": func(i *invocation, raw json.RawMessage) error {
		return decode(raw, &i.Placeholder, "true or false")
	},
}

// rollbackFields are the fields of a rollback event besides action.
var rollbackFields = map[string]func(*invocation, json.RawMessage) error{
	"names": setNames,
	"wait":  setWait,
	"undo":  func(i *invocation, raw json.RawMessage) error { return decode(raw, &i.RollOutAgain, "true or false") },
}

// parseRollback is {"action":"rollback", …}: put the certificate before back where a new one is being rolled out, or undo that.
func parseRollback(fields map[string]json.RawMessage) (event, error) {
	e, err := parseInvocation("rollback", fields, rollbackFields)
	if err != nil {
		return nil, err
	}
	i := e.(invocation)
	i.RollBack = !i.RollOutAgain
	return i, nil
}

// parseInvocation reports all problems of the event at once.
func parseInvocation(action string, fields map[string]json.RawMessage, known map[string]func(*invocation, json.RawMessage) error) (event, error) {
	var (
		i        invocation
		problems *multierror.Error
	)
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if field == "action" {
			continue
		}
		set, ok := known[field]
		if !ok {
			problems = multierror.Append(problems, fmt.Errorf("field %s is not known: use %s", shown(field), strings.Join(slices.Sorted(maps.Keys(known)), ", ")))
			continue
		}
		if err := set(&i, fields[field]); err != nil {
			problems = multierror.Append(problems, fmt.Errorf("%s %w", field, err))
		}
	}
	for _, err := range i.problems(fields) {
		problems = multierror.Append(problems, err)
	}
	return i, joined(action+" event", problems)
}

// problems returns what is wrong with the fields together.
func (i invocation) problems(fields map[string]json.RawMessage) []error {
	var all []error
	switch _, given := fields["names"]; {
	case len(i.Names) > 0 || i.Names == nil && given || len(i.Records) > 0:
	case given:
		all = append(all, errors.New("names is empty: list at least one Certificate record"))
	default:
		all = append(all, errors.New("names is missing: list at least one Certificate record"))
	}
	if _, given := fields["records"]; given && !i.DryRun {
		all = append(all, errors.New("records is for a dry run only: set dry_run to true, or write the records to the table"))
	}
	return all
}

// only refuses fields besides action, because they would have no effect.
func only(action string, fields map[string]json.RawMessage) error {
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if field != "action" {
			return fmt.Errorf("field %s is not known with action %q, which accepts no other field", shown(field), action)
		}
	}
	return nil
}

// decode refuses null, which encoding/json accepts for any type and which would then mean the default.
func decode(raw json.RawMessage, to any, want string) error {
	if err := json.Unmarshal(raw, to); err != nil || string(raw) == "null" {
		return fmt.Errorf("is %s: use %s", shown(string(raw)), want)
	}
	return nil
}

func setNames(i *invocation, raw json.RawMessage) error {
	if err := decode(raw, &i.Names, "a list of names"); err != nil {
		return err
	}
	var problems *multierror.Error
	for n, name := range i.Names {
		if err := api.ValidateName(name); err != nil {
			problems = multierror.Append(problems, err)
		} else if slices.Contains(i.Names[:n], name) {
			problems = multierror.Append(problems, fmt.Errorf("%q occurs twice: list it once", name))
		}
	}
	return joined("of the event", problems)
}

func setWait(i *invocation, raw json.RawMessage) error {
	var text string
	const want = `a Go duration from 0s to 14m, such as "5m"`
	if err := decode(raw, &text, want); err != nil {
		return err
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > longestWait {
		return fmt.Errorf("is %s: use %s", shown(text), want)
	}
	i.Wait = d
	return nil
}

func setRequire(i *invocation, raw json.RawMessage) error {
	var text string
	want := fmt.Sprintf("%q, %q or %q", api.ConditionAccepted, api.ConditionReady, api.ConditionServed)
	if err := decode(raw, &text, want); err != nil {
		return err
	}
	i.Require = api.ConditionType(text)
	// Issuing cannot be required: it is False before and after an issuance.
	if i.Require == api.ConditionIssuing || !slices.Contains(api.CertificateConditions, i.Require) {
		return fmt.Errorf("is %s: use %s", shown(text), want)
	}
	return nil
}

func setForce(i *invocation, raw json.RawMessage) error {
	want := fmt.Sprintf("a token of 1 to %d bytes, a new one for each new certificate", longestForce)
	if err := decode(raw, &i.Force, want); err != nil {
		return err
	}
	if len(i.Force) == 0 || len(i.Force) > longestForce {
		return fmt.Errorf("has %d bytes: use %s", len(i.Force), want)
	}
	return nil
}
