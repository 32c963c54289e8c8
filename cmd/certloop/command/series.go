package command

import (
	"context"
	"errors"

	"certloop/cmd/certloop/deployment"
)

// series is what a command does to several records, one after another. Each command that changes more than one record uses it
// (docs/reference/cli.md, Several records):
//
//   - The failure of one record is shown at once, and the next one is tried. It is not tried if it depends on the one that
//     failed, or if it would fail too, as without a right, a session or a table, or if the command is interrupted.
//   - If one of several failed, the command shows last which are done, which failed, and which were not tried. The exit code
//     is 1. Without a failure it is 2 if one was refused.
type series struct {
	// labels are how the records are called.
	labels []string
	// do handles one record and shows that it is done. It returns a refusal where the controller decided against it.
	do func(i int) error
	// blocks reports whether the failure of one record keeps a later one from being tried; nil: it never does.
	blocks func(failed, next int) bool
	// failure and blocked return what is shown about a record that failed, or that another one blocks; nil: the rule's own.
	failure func(label string, err error) string
	blocked func(label string) string
	// readOnly is true if nothing is changed yet, so that the summary has only what was not tried.
	readOnly bool
}

// refusal is a decision against what the operator asked for.
type refusal struct{ error }

// result is how a series ended.
type result struct {
	// done are the indexes of the records that are done.
	done []int
	// err is nil, errDiffers or errFailed; of one record alone its own error.
	err error
}

func (a *app) each(ctx context.Context, s series) result {
	var done, refused, failed, untried []int
	var last error
	for i, label := range s.labels {
		if ctx.Err() != nil || deployment.ConcernsAll(last) {
			untried = append(untried, i)
			continue
		}
		if s.isBlocked(failed, untried, i) {
			a.errs.Line(s.blockedText(a, label))
			untried = append(untried, i)
			continue
		}
		err := s.do(i)
		var why refusal
		isRefusal := errors.As(err, &why)
		switch {
		case err == nil:
			done = append(done, i)
		case isRefusal:
			a.errs.Line(a.errs.F("Refused: %s", a.errs.Error(why.error)))
			refused = append(refused, i)
		case len(s.labels) == 1 && s.failure == nil:
			return result{err: err}
		default:
			last, failed = err, append(failed, i)
			a.errs.Line(s.failureText(a, label, err))
		}
	}
	switch {
	case len(failed)+len(untried) > 0:
		s.summarize(a, done, refused, failed, untried)
		return result{done, errFailed}
	case len(refused) > 0:
		return result{done, errDiffers}
	}
	return result{done, nil}
}

func (s series) isBlocked(failed, untried []int, next int) bool {
	if s.blocks == nil {
		return false
	}
	for _, list := range [][]int{failed, untried} {
		for _, i := range list {
			if s.blocks(i, next) {
				return true
			}
		}
	}
	return false
}

func (s series) failureText(a *app, label string, err error) string {
	if s.failure != nil {
		return s.failure(label, err)
	}
	return a.errs.F("%s failed: %s", label, a.errs.Error(err))
}

func (s series) blockedText(a *app, label string) string {
	if s.blocked != nil {
		return s.blocked(label)
	}
	return a.errs.F("%s was not tried: a record that depends on it failed", label)
}

// summarize shows what became of each record.
func (s series) summarize(a *app, done, refused, failed, untried []int) {
	if len(s.labels) == 1 || s.readOnly && len(untried) == 0 {
		return
	}
	names := func(indexes []int) string {
		var labels []string
		for _, i := range indexes {
			labels = append(labels, s.labels[i])
		}
		if len(labels) == 0 {
			return a.errs.T("none")
		}
		return list(labels)
	}
	if !s.readOnly {
		a.errs.Wrapped(a.errs.F("Done: %s", names(done)), 0)
		if len(refused) > 0 {
			a.errs.Wrapped(a.errs.F("Refused: %s", names(refused)), 0)
		}
		a.errs.Wrapped(a.errs.F("Failed: %s", names(failed)), 0)
	}
	a.errs.Wrapped(a.errs.F("Not tried: %s", names(untried)), 0)
}

// worse returns the error with the higher rank: a failure, then what differs.
func worse(x, y error) error {
	if x == nil || errors.Is(x, errDiffers) && y != nil {
		return y
	}
	return x
}
