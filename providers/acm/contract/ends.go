package contract

import (
	"context"
	"strings"
	"testing"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

const balancer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/0123456789abcdef"

var ends = map[string]part{
	"a deleted certificate is gone":                              deleted,
	"a certificate that is gone is deleted without an error":     deletedTwice,
	"a certificate in use is not deleted, and its users named":   deleteUsed,
	"a certificate is deleted once nobody uses it":               deleteUnused,
	"an ended context is a transient error, and nothing is lost": endedContext,
}

func (s Subject) deleted(t *testing.T, arn string) {
	t.Helper()
	if err := s.Delete(t.Context(), s.At, arn); err != nil {
		t.Fatal(err)
	}
}

func deleted(t *testing.T, s Subject) {
	arn, other := s.imported(t, leaf(testca.Leaf{})), s.imported(t, leaf(testca.Leaf{}))
	s.deleted(t, arn)
	_, err := s.Describe(t.Context(), s.At, arn)
	wantKind(t, err, api.NotFound, "")
	s.described(t, other)
}

func deletedTwice(t *testing.T, s Subject) {
	arn := s.imported(t, leaf(testca.Leaf{}))
	s.deleted(t, arn)
	s.deleted(t, arn)
}

func deleteUsed(t *testing.T, s Subject) {
	arn := s.imported(t, leaf(testca.Leaf{}))
	s.UseBy(arn, balancer)
	err := s.Delete(t.Context(), s.At, arn)
	wantKind(t, err, api.Terminal, api.ReasonInUse)
	if message := api.MessageOf(err); !strings.Contains(message, balancer) || !strings.Contains(message, arn) {
		t.Errorf("certificate and user are not named: %s", message)
	}
	if found := s.described(t, arn); len(found.InUseBy) != 1 || found.InUseBy[0] != balancer {
		t.Errorf("it is in use by %v", found.InUseBy)
	}
}

func deleteUnused(t *testing.T, s Subject) {
	arn := s.imported(t, leaf(testca.Leaf{}))
	s.UseBy(arn, balancer)
	s.UseBy(arn)
	s.deleted(t, arn)
}

func endedContext(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	arn := s.imported(t, leaf(testca.Leaf{}))
	before := swept(t, s)
	for name, call := range map[string]func() error{
		"Describe": func() error { _, err := s.Describe(ctx, s.At, arn); return err },
		"Find":     func() error { _, err := s.Find(ctx, s.At, "owner", "target"); return err },
		"Import":   func() error { _, err := s.Import(ctx, s.At, leaf(testca.Leaf{})); return err },
		"Tag":      func() error { return s.Tag(ctx, s.At, arn, map[string]string{"a": "1"}, nil) },
		"Delete":   func() error { return s.Delete(ctx, s.At, arn) },
		"Sweep":    func() error { _, err := s.Sweep(ctx, s.At); return err },
	} {
		if err := call(); api.KindOf(err) != api.Transient {
			t.Errorf("%s: error of kind %q: %v", name, api.KindOf(err), err)
		}
	}
	if after := swept(t, s); len(after) != len(before) {
		t.Errorf("%d certificates before, %d after", len(before), len(after))
	}
}
