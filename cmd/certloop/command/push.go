package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"certloop/reconciler/api"
)

// push are invocations of the function, a series of one for each certificate. An invocation carries a certificate as far as it
// goes without a pause, so their progress is shown meanwhile, and what the series writes comes after it.
type push struct {
	a     *app
	names []string
	// sent is closed when the series has ended. outcome and text are read after that.
	sent    chan struct{}
	outcome result
	text    bytes.Buffer

	mu sync.Mutex
	// problems has why a certificate was refused, or its invocation failed.
	problems map[string]string
	// begun is how many invocations have begun.
	begun int
}

// pushed begins the invocations.
func (a *app) pushed(ctx context.Context, names []string, token string) *push {
	p := &push{a: a, names: names, sent: make(chan struct{}), problems: map[string]string{}}
	quiet := *a
	quiet.errs = a.errs.To(&p.text)
	go func() {
		defer close(p.sent)
		p.outcome = quiet.each(ctx, series{labels: labels(api.KindCertificate, names), do: func(i int) error {
			p.begin()
			err := quiet.pushOne(ctx, reconcileEvent{Action: "reconcile", Names: names[i : i+1], Force: token})
			p.note(names[i], err)
			return err
		}})
	}()
	return p
}

// settle waits until the series has ended, for a moment. Most invocations end at once: what they changed is then in the first
// reading.
func (p *push) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pollInterval)
	defer cancel()
	select {
	case <-p.sent:
	case <-ctx.Done():
	}
}

func (p *push) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun++
}

func (p *push) note(name string, err error) {
	if err == nil {
		return
	}
	text := p.a.screen.Error(err)
	var refused refusal
	if errors.As(err, &refused) {
		text = p.a.screen.F("Refused: %s", p.a.screen.Error(refused.error))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems[name] = text
}

// problem returns why the certificate is not waited for; empty: it is.
func (p *push) problem(name string) string {
	if p == nil {
		return ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if why := p.problems[name]; why != "" || !p.hasEnded() || slices.Contains(p.doneNames(), name) {
		return why
	}
	return p.a.screen.F("Not tried: %s", name)
}

// hasEnded reports whether no invocation is left.
func (p *push) hasEnded() bool {
	if p == nil {
		return true
	}
	select {
	case <-p.sent:
		return true
	default:
		return false
	}
}

// doneNames returns the certificates whose invocations succeeded, once the series has ended.
func (p *push) doneNames() (names []string) {
	for _, i := range p.outcome.done {
		names = append(names, p.names[i])
	}
	return names
}

// finish waits until no request is left that was not sent, since it would not be carried out, and shows what the series wrote.
// It returns the error of the series. After an interruption the series ends by itself.
func (p *push) finish(ctx context.Context) error {
	p.mu.Lock()
	all := p.begun == len(p.names)
	p.mu.Unlock()
	if !all || ctx.Err() != nil || p.hasEnded() {
		<-p.sent
		_, _ = fmt.Fprint(p.a.errs, p.text.String())
		return p.outcome.err
	}
	return nil
}
