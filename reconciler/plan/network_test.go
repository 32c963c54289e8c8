package plan

import (
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// The network bounds connections. Another one is neither another account nor another certificate.
func TestDigest_AnotherNetworkIsTheSameAccountAndTheSameCertificate(t *testing.T) {
	in := registered()
	got := DecideAccount(registered(accountSpec(func(a *api.Account) { a.Network = api.NetworkPrivate })))
	if want := DecideAccount(in); got.Action != want.Action || got.Action != Wait {
		t.Errorf("decided %+v, want %+v", got, want)
	}
	moved := newAccountState(registered(accountSpec(func(a *api.Account) { a.Network = api.NetworkPrivate })))
	if moved.next.URI != in.Stored.URI || moved.next.KeyID != in.Stored.KeyID || !moved.next.KeyCreated {
		t.Errorf("status %+v", moved.next)
	}
	one := fresh()
	other := one
	spec := *one.Account.Spec
	spec.Network = api.NetworkPrivate
	other.Account.Spec = &spec
	if a, b := newDraft(one).digest, newDraft(other).digest; a != b || a == "" {
		t.Errorf("digest %q, want %q", b, a)
	}
}

func TestDigest_TheHistorySaysThatTheChainIsNotThePreferredOne(t *testing.T) {
	in, issued := signed(t)
	const note = "the CA offers no chain to Old Root"
	got := next(t, in, Download, Outcome{Chain: issued.Leaf + issued.Chain, Note: note})
	if e := lastEntry(got.Status); e.Reason != api.ReasonIssued || !strings.HasSuffix(e.Message, "; "+note) {
		t.Errorf("%+v", e)
	}
	got = next(t, in, Download, Outcome{Chain: issued.Leaf + issued.Chain})
	if e := lastEntry(got.Status); strings.Contains(e.Message, ";") {
		t.Errorf("%+v", e)
	}
}
