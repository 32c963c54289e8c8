package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// issuing is an issuance for the present record: its key is made. Each step after it is a change.
func issuing(changes ...func(*api.Issuance)) option {
	return func(in *Input) {
		iss := api.Issuance{
			Version: 3, Digest: current, Account: "default", Directory: dir, Domains: []string{"www.example.com"},
			CommonName: "www.example.com", KeyType: api.EC256, CreatedAt: now.Add(-time.Minute), SealedKey: []byte("sealed"),
			PublicKeySHA256: "spki",
		}
		for _, c := range changes {
			c(&iss)
		}
		in.Issuance = &iss
	}
}

var wwwZone = api.ChallengeZone{Domain: "www.example.com", FQDN: "_acme-challenge.www.example.com", Zone: "ZCOM"}

func ordered(i *api.Issuance) { i.OrderURL, i.Zones = orderURL, []api.ChallengeZone{wwwZone} }

func wwwTXT(value string) api.TXT { return api.TXT{FQDN: wwwZone.FQDN, Value: value} }

func published(i *api.Issuance) {
	i.Published = append(i.Published, api.PublishedTXT{TXT: wwwTXT("txt"), Zone: "ZCOM", Submitted: true, ChangeID: "C1"})
}

// held returns the chain of a certificate of ours, on hold for import.
func held(l api.Leaf) func(*api.Issuance) {
	return func(i *api.Issuance) {
		ordered(i)
		i.Chain, i.Serial, i.FingerprintSHA256, i.Issuer, i.CertID = "chain of "+l.Serial, l.Serial, l.FingerprintSHA256, l.Issuer, l.CertID
		i.NotBefore, i.NotAfter, i.KeyType, i.KeyUsages, i.ExtendedKeyUsages = l.NotBefore, l.NotAfter, l.KeyType, l.KeyUsages, l.ExtendedKeyUsages
	}
}

// successor is the certificate after a1: an hour old.
var successor = leaf("b2", now.Add(-time.Hour), now.Add(-time.Hour).Add(life))

func imports(begun time.Time) func(*api.Issuance) {
	return func(i *api.Issuance) { i.Imports = map[string]time.Time{place: begun} }
}

// order returns the CA's answer about the order in flight.
func order(s api.OrderStatus, changes ...func(*api.Order)) option {
	return func(in *Input) {
		o := api.Order{URL: orderURL, Status: s, FinalizeURL: orderURL + "/finalize", Authorizations: []api.Authorization{{
			Domain: "www.example.com", Status: "pending", ChallengeURL: orderURL + "/chall", ChallengeStatus: "pending", TXTValue: "txt",
		}}}
		for _, c := range changes {
			c(&o)
		}
		in.Order = &o
	}
}

func orderFails(err error) option { return func(in *Input) { in.OrderErr = err } }

func zones(in *Input) { in.Zones = []api.ChallengeZone{wwwZone} }

func served(id string) option { return func(in *Input) { in.Synced = map[string]bool{id: true} } }

// recordGone returns what is left when a user deletes the record.
func recordGone(policy api.DeletionPolicy) option {
	return func(in *Input) {
		in.HasRecord, in.Spec, in.SpecDigest, in.Account = false, nil, "", Account{}
		in.Stored.DeletionPolicy = policy
		in.Targets = append([]Target(nil), in.Targets...)
		for i := range in.Targets {
			in.Targets[i].Wanted = false
		}
	}
}

// dropped is a target that left the spec.
func dropped(t *Target) { t.Wanted = false }

func failing(kind api.ErrorKind, reason api.Reason, message string) error {
	return fmt.Errorf("operation: %w", &api.Error{Kind: kind, Reason: reason, Message: message, Err: fmt.Errorf("request id 4711")})
}
