package reconciler

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// claims answers who owns a certificate, and nothing else.
type claims struct {
	ports.Certificates
	owners map[string]string
	err    error
}

func (c claims) ClaimOwner(_ context.Context, arn string) (string, error) {
	return c.owners[arn], c.err
}

// queued keeps what was queued.
type queued struct {
	names []string
	delay time.Duration
}

func (q *queued) Enqueue(_ context.Context, delay time.Duration, requests ...api.Request) error {
	q.delay = delay
	for _, r := range requests {
		q.names = append(q.names, string(r.Kind)+" "+r.Name)
	}
	return nil
}

func TestWakeOwners_QueuesTheRecordsThatOwnTheCertificates(t *testing.T) {
	owners := map[string]string{"arn:1": "www", "arn:2": "shop", "arn:3": "www"}
	for sentence, c := range map[string]struct {
		arns []string
		want []string
	}{
		"one":                        {[]string{"arn:1"}, []string{"Certificate www"}},
		"two of one record, once":    {[]string{"arn:1", "arn:3"}, []string{"Certificate www"}},
		"two records":                {[]string{"arn:1", "arn:2"}, []string{"Certificate www", "Certificate shop"}},
		"one that no record owns":    {[]string{"arn:9"}, nil},
		"one of ours beside another": {[]string{"arn:9", "arn:2"}, []string{"Certificate shop"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			q := &queued{}
			r := New(Config{Certificates: claims{owners: owners}, Queue: q, Log: slog.New(slog.DiscardHandler)})
			if err := r.WakeOwners(t.Context(), c.arns); err != nil {
				t.Fatal(err)
			}
			if len(q.names) != len(c.want) {
				t.Fatalf("queued %v, want %v", q.names, c.want)
			}
			for i := range c.want {
				if q.names[i] != c.want[i] || q.delay < time.Second || q.delay > time.Minute {
					t.Errorf("queued %v after %s, want %v within a minute", q.names, q.delay, c.want)
				}
			}
		})
	}
}

func TestWakeOwners_FailsIfTheOwnerCannotBeRead(t *testing.T) {
	q := &queued{}
	r := New(Config{Certificates: claims{err: errors.New("boom")}, Queue: q, Log: slog.New(slog.DiscardHandler)})
	if err := r.WakeOwners(t.Context(), []string{"arn:1"}); err == nil || len(q.names) > 0 {
		t.Errorf("error %v, queued %v", err, q.names)
	}
}
