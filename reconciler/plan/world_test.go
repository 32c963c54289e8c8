package plan

import (
	"time"

	"certloop/reconciler/api"
)

// The world of these tests: record www, account default, a certificate of 90 days of which 30 are over.
const (
	life     = 90 * day
	table    = "arn:aws:dynamodb:us-east-1:123456789012:table/certloop"
	owner    = table + "/www"
	dir      = "https://ca.test/dir"
	ownARN   = "arn:aws:acm:us-east-1:123456789012:certificate/own"
	otherARN = "arn:aws:acm:us-east-1:123456789012:certificate/other"
	orderURL = "https://ca.test/order/1"
	place    = "us-east-1"
	// current stands for the issuance digest of the finished Input, wherever a digest is expected.
	current = "the present digest"
)

var (
	now   = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	began = now.Add(-30 * day)
	ends  = began.Add(life)
	times = Config{Lease: 3 * time.Minute, ImportGrace: 5 * time.Minute}
)

// option changes one thing about what a pass sees.
type option func(*Input)

// leaf is a certificate of ours, distinguished from others by its serial.
func leaf(serial string, from, to time.Time) api.Leaf {
	return api.Leaf{
		Domains: []string{"www.example.com"}, Serial: serial, FingerprintSHA256: "fingerprint of " + serial, Issuer: "Test CA",
		KeyType: api.EC256, NotBefore: from, NotAfter: to, CertID: "aki." + serial,
		KeyUsages: []string{"DIGITAL_SIGNATURE"}, ExtendedKeyUsages: []string{"TLS_WEB_SERVER_AUTHENTICATION"},
	}
}

func installed(arn string, l api.Leaf, key string) *api.Installed {
	return &api.Installed{ARN: arn, Type: "IMPORTED", Leaf: l, ImportedAt: l.NotBefore.Add(time.Hour),
		Tags: map[string]string{api.TagOwner: owner, api.TagTarget: key}}
}

// fresh is a record that was put just now: nothing is known, nothing is there, the account is ready.
func fresh(options ...option) Input {
	in := Input{
		Now: now, Name: "www", Owner: owner, HasRecord: true, SpecDigest: "spec 1", Config: times,
		Spec: &api.Certificate{
			Name: "www", Domains: []string{"www.example.com"}, Account: "default", KeyType: api.EC256,
			Targets: []api.Target{{Location: api.Location{Region: place}}}, DeletionPolicy: api.Retain,
		},
		Account: Account{Name: "default", Spec: &api.Account{Name: "default", Directory: dir}, Found: true, Ready: true, URI: "https://ca.test/acct/1"},
		Targets: []Target{{Target: api.Target{Location: api.Location{Region: place}}, Wanted: true, Stored: api.TargetStatus{Key: place}}},
	}
	return in.with(options...)
}

// kept is a record whose certificate is in place, and on which nothing is due.
func kept(options ...option) Input {
	in := fresh(func(in *Input) {
		in.HasStatus = true
		in.Stored = api.CertificateStatus{
			Version: 7, Generation: 1, ObservedGeneration: 1, SpecDigest: "spec 1", IssuanceDigest: current,
			Account: "default", Directory: dir, Serial: "a1", FingerprintSHA256: "fingerprint of a1",
			Targets: []api.TargetStatus{{Key: place, Location: api.Location{Region: place}, ARN: ownARN, Imported: true, Claimed: true}},
		}
		in.Targets[0].Found, in.Targets[0].Stored = installed(ownARN, leaf("a1", began, ends), place), in.Stored.Targets[0]
	})
	earlier := in
	earlier.Now = began.Add(2 * time.Hour)
	in.Stored = Settle(earlier, Decide(earlier), Outcome{}).Status
	in.Stored.Outbox = nil
	in.Targets[0].Stored = in.Stored.Targets[0]
	return in.with(options...)
}

// with applies the options, and then fills the digest in where one stands for it.
func (in Input) with(options ...option) Input {
	for _, o := range options {
		o(&in)
	}
	if in.Issuance != nil && in.Issuance.Digest == current {
		iss := *in.Issuance
		iss.Digest = newDraft(in).digest
		in.Issuance = &iss
	}
	for _, digest := range []*string{&in.Stored.IssuanceDigest, &in.Stored.FailedDigest, &in.Stored.RejectedDigest} {
		if *digest == current {
			*digest = newDraft(in).digest
		}
	}
	return in
}

func at(t time.Time) option { return func(in *Input) { in.Now = t } }

// spec changes the record; the user's item changes with it.
func spec(change func(*api.Certificate)) option {
	return func(in *Input) {
		c := *in.Spec
		change(&c)
		in.Spec, in.SpecDigest = &c, in.SpecDigest+"+"
	}
}

// seen is for an option that changes the record: it was seen so before.
func seen(o option) option {
	return func(in *Input) {
		o(in)
		in.Stored.SpecDigest = in.SpecDigest
	}
}

func status(change func(*api.CertificateStatus)) option {
	return func(in *Input) {
		in.HasStatus = true
		in.Stored = cloneStatus(in.Stored)
		change(&in.Stored)
	}
}

func account(change func(*Account)) option {
	return func(in *Input) { change(&in.Account) }
}

func noAccount(a *Account) { *a = Account{Name: a.Name, Message: "there is no Account record"} }

func notReady(a *Account) { a.Ready, a.URI, a.Message = false, "", "not registered yet" }

// target changes the first target; its status in the record follows.
func target(change func(*Target)) option { return nthTarget(0, change) }

func nthTarget(i int, change func(*Target)) option {
	return func(in *Input) {
		targets := append([]Target(nil), in.Targets...)
		if f := targets[i].Found; f != nil {
			found := *f
			targets[i].Found = &found
		}
		change(&targets[i])
		in.Targets = targets
		in.Stored.Targets = nil
		for _, t := range targets {
			in.Stored.Targets = append(in.Stored.Targets, t.Stored)
		}
	}
}

// missing is a target whose certificate was taken away.
func missing(t *Target) { t.Found = nil }

// blind is a target that cannot be observed.
func blind(t *Target) {
	t.Found, t.Err = nil, &api.Error{Kind: api.Terminal, Reason: api.ReasonTargetAccessDenied, Message: "access denied"}
}

// named is a target whose ARN the record names; it is claimed already.
func named(t *Target) {
	t.ACMARN, t.Stored.ARN, t.Stored.Key, t.Stored.Claimed, t.Stored.Imported = ownARN, ownARN, ownARN, true, false
	if t.Found != nil {
		t.Found.Tags = map[string]string{api.TagOwner: owner, api.TagTarget: ownARN, api.TagAdopted: "true"}
	}
}

func holds(l api.Leaf) func(*Target) {
	return func(t *Target) { t.Found = installed(ownARN, l, t.Stored.Key) }
}

// another adds a second target, in Tokyo, that has what the first one has.
func another(change func(*Target)) option {
	return func(in *Input) {
		t := in.Targets[0]
		t.Region, t.Stored.Key, t.Stored.Region = "ap-northeast-1", "ap-northeast-1", "ap-northeast-1"
		if t.Found != nil {
			t.Found, t.Stored.ARN = installed(otherARN, t.Found.Leaf, t.Stored.Key), otherARN
		}
		in.Targets = append(append([]Target(nil), in.Targets...), t)
		nthTarget(len(in.Targets)-1, change)(in)
	}
}

func asIs(*Target) {}
