package plan

import (
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// judgement is what the first target of an Input is found to be.
type judgement struct {
	in      Input
	state   api.TargetState
	reason  api.Reason
	message string
	blocked bool
}

func lacking(in Input, r api.Reason, message string) judgement {
	return judgement{in: in, state: api.Lacks, reason: r, message: message}
}

func refusedFor(in Input, r api.Reason, message string) judgement {
	return judgement{in, api.Lacks, r, message, true}
}

func unseen(in Input, r api.Reason, message string) judgement {
	return judgement{in: in, state: api.Unknown, reason: r, message: message}
}

func satisfying(in Input) judgement { return judgement{in: in, state: api.Satisfies} }

func nextTo(change func(*Target)) option { return another(both(named, at2, change)) }

// at2 is a second named target, at an ARN of its own.
func at2(t *Target) {
	t.ACMARN, t.Stored.ARN, t.Stored.Key = otherARN, otherARN, otherARN
	if t.Found != nil {
		t.Found.ARN, t.Found.Tags = otherARN, map[string]string{api.TagOwner: owner, api.TagTarget: otherARN, api.TagAdopted: "true"}
	}
}

func leavesKeyTypeOpen(c *api.Certificate) { c.KeyType = "" }

// claimedBy is a target on whose ARN that record has the claim.
func claimedBy(name string) func(*Target) { return func(t *Target) { t.ClaimedBy = name } }

func claimGone(t *Target) { t.ClaimGone = true }

func tagsGone(t *Target) { t.Found.Tags = nil }

func ownerGone(t *Target) { t.OwnerGone = true }

func ownedBySomebody(t *Target) { t.Found.Tags[api.TagOwner] = table + "/api" }

func asRSA(t *Target) { t.Found.KeyType = api.RSA2048 }

// untagged is a named certificate that could not be tagged as ours, for that reason, and is tried again in five minutes.
func untagged(reason api.Reason, message string) func(*Target) {
	return both(named, func(t *Target) {
		t.Found.Tags, t.ClaimedBy, t.Stored.TagFailures, t.Stored.NextTagAt = nil, "www", 1, now.Add(5*time.Minute)
		t.Stored.Reason, t.Stored.Message = reason, message
	})
}

var mayNotTag = untagged(api.ReasonTakeoverRefused, "acm_arn "+ownARN+" may not be adopted: access denied")

// refusals are the reasons why a target can never take the certificate (accepts).
var refusals = map[string]judgement{
	"a named ARN that does not exist":     refusedFor(kept(target(both(named, missing))), api.ReasonTargetNotFound, ownARN+" does not exist"),
	"one that Amazon issued":              refusedFor(kept(target(both(named, amazons))), api.ReasonTargetNotImported, "AMAZON_ISSUED"),
	"one that carries another's tag":      refusedFor(kept(target(both(named, ownedBySomebody))), api.ReasonOwnedByAnother, "owned by api:"),
	"one that may not be tagged as ours":  refusedFor(kept(target(mayNotTag)), api.ReasonTakeoverRefused, "may not be adopted: access denied"),
	"one that is another table's":         refusedFor(kept(target(both(named, func(t *Target) { t.Found.Tags[api.TagOwner] = table + "2/api" }))), api.ReasonOwnedByAnother, "owned by "+table+"2/api:"),
	"one that another record has claimed": refusedFor(kept(target(both(named, tagsGone, claimedBy("api")))), api.ReasonOwnedByAnother, "owned by api:"),
	"also where the status calls it claimed": refusedFor(
		kept(target(both(named, tagsGone, claimedBy("api"), func(t *Target) { t.Stored.Claimed = true }))), api.ReasonOwnedByAnother, "owned by api:"),
	"or another than the one in the tag that has gone": refusedFor(
		kept(target(both(named, ownedBySomebody, ownerGone, claimedBy("web")))), api.ReasonOwnedByAnother, "owned by web:"),
	"one that is ours by the claim and another's by its tag": refusedFor(
		kept(target(both(named, ownedBySomebody, claimedBy("www")))), api.ReasonOwnedByAnother, "owned by api:"),
	"one of another key type than is asked for": refusedFor(kept(target(both(named, asRSA))), api.ReasonKeyTypeIncompatible, "key type RSA_2048"),
	"one of a key type that nobody can ask for": refusedFor(
		kept(spec(leavesKeyTypeOpen), target(both(named, func(t *Target) { t.Found.KeyType = "RSA_1024" }))), api.ReasonKeyTypeIncompatible, "RSA_1024"),
	"two of different key types, where none is asked for": refusedFor(
		kept(spec(leavesKeyTypeOpen), target(named), nextTo(asRSA)), api.ReasonKeyTypeIncompatible, "different key types, EC_prime256v1 and RSA_2048"),
	"the first reason is reported": refusedFor(kept(target(both(named, amazons, asRSA, ownedBySomebody))), api.ReasonTargetNotImported, ""),
	"where it also is not what is asked for": refusedFor(
		kept(target(both(named, amazons)), at(ends)), api.ReasonTargetNotImported, ""),
}

// failings are the reasons why a certificate is not the one wanted (satisfies).
var failings = map[string]judgement{
	"there never was one":     lacking(fresh(), api.ReasonNotIssued, "no certificate yet"),
	"it is gone":              lacking(kept(target(missing)), api.ReasonMissing, "deleted from ACM in us-east-1"),
	"it is our placeholder":   lacking(kept(target(both(tagged(map[string]string{api.TagPlaceholder: "true"}), selfSigned))), api.ReasonPlaceholder, "placeholder"),
	"it is self-signed":       lacking(kept(target(selfSigned)), api.ReasonSelfSigned, "self-signed"),
	"it ends this second":     lacking(kept(at(ends)), api.ReasonExpired, "expired at 2026-04-30T09:00:00Z"),
	"it begins in a second":   lacking(kept(at(began.Add(-time.Second))), api.ReasonNotYetValid, "valid from 2026-01-30T09:00:00Z"),
	"it has other names":      lacking(kept(target(domains("api.example.com"))), api.ReasonDomainsDiffer, "is for api.example.com"),
	"it has a name too many":  lacking(kept(target(domains("www.example.com", "api.example.com"))), api.ReasonDomainsDiffer, "www.example.com, api.example.com"),
	"it has many others":      lacking(kept(target(domains("a", "b", "c", "d", "e", "f", "g"))), api.ReasonDomainsDiffer, "a, b, c, d, e and 2 more"),
	"it has a name too few":   lacking(kept(spec(func(c *api.Certificate) { c.Domains = append(c.Domains, "b.example.com") })), api.ReasonDomainsDiffer, "is for www.example.com"),
	"it has another key type": lacking(kept(target(asRSA)), api.ReasonKeyTypeDiffers, "key type RSA_2048, not EC_prime256v1"),
	"another account issued it": lacking(
		kept(account(func(a *Account) { a.Name = "other" })), api.ReasonIssuerDiffers, "by account default"),
	"it comes from another directory": lacking(
		kept(account(func(a *Account) { a.Spec = &api.Account{Directory: "https://other.test/dir"} })), api.ReasonIssuerDiffers, "by account default"),
	"its CA revoked it": lacking(kept(isRevokedAt), api.ReasonRevoked, "the CA revoked certificate a1 at 2026-03-01T09:00:00Z (superseded)"),
	"it has another profile": lacking(
		kept(spec(func(c *api.Certificate) { c.Profile = "shortlived" })), api.ReasonIssuerDiffers, `profile ""`),
	"it has another than the account's": lacking(
		kept(account(func(a *Account) { a.Spec = &api.Account{Directory: dir, Profile: "tlsserver"} })), api.ReasonIssuerDiffers, `profile ""`),
}

var unknowns = map[string]judgement{
	"it may not be seen":                            unseen(kept(target(blind)), api.ReasonTargetAccessDenied, "access denied"),
	"ACM does not answer":                           unseen(kept(target(func(t *Target) { t.Err = failing(api.Transient, "", "no answer") })), api.ReasonTargetUnknown, "no answer"),
	"its import may show up":                        unseen(fresh(issuing(imports(now))), api.ReasonImportPending, "by its tags"),
	"its tags are tried again before anything else": unseen(kept(target(untagged(api.ReasonTargetUnknown, "could not be tagged"))), api.ReasonTargetUnknown, "could not be tagged"),
	"only the status calls it ours":                 unseen(kept(target(tagsGone)), api.ReasonOwnershipUnproven, "neither its tag"),
	"also where another has claimed it":             unseen(kept(target(both(tagsGone, claimedBy("api")))), api.ReasonOwnershipUnproven, "neither its tag"),
	"or it carries another's tag":                   unseen(kept(target(both(ownedBySomebody, claimedBy("www")))), api.ReasonOwnershipUnproven, "neither its tag"),
	"nobody wants it":                               unseen(kept(another(asIs), target(dropped)), "", ""),
	"the record is gone":                            unseen(kept(recordGone(api.Retain)), "", ""),
	"the record is not valid":                       unseen(kept(invalid), "", ""),
}

var goods = map[string]judgement{
	"it is the one we made":               satisfying(kept()),
	"its names come in another order":     satisfying(kept(spec(func(c *api.Certificate) { c.Domains = []string{"b.example.com", "a.example.com"} }), target(domains("a.example.com", "B.example.com")))),
	"it begins this second":               satisfying(kept(at(began))),
	"it ends in a second":                 satisfying(kept(at(ends.Add(-time.Second)))),
	"it was marked as a placeholder":      satisfying(kept(target(tagged(map[string]string{api.TagPlaceholder: "true"})))),
	"somebody else imported it":           satisfying(kept(target(holds(leaf("z9", began, ends))), account(func(a *Account) { a.Name = "other" }))),
	"its account is gone":                 satisfying(kept(account(noAccount))),
	"its issuer is not known":             satisfying(kept(status(func(s *api.CertificateStatus) { s.Account = "" }), account(func(a *Account) { a.Name = "other" }))),
	"the record asks for no key type":     satisfying(kept(spec(leavesKeyTypeOpen), target(both(named, asRSA)))),
	"a named one whose owner is gone":     satisfying(kept(target(both(named, ownedBySomebody, ownerGone)))),
	"the one that had claimed it is gone": satisfying(kept(target(both(named, ownedBySomebody, ownerGone, claimedBy("api"), claimGone)))),
	"only the claim says that it is ours": satisfying(kept(target(both(tagsGone, claimedBy("www"))))),
	"a pause after something else":        satisfying(kept(target(both(named, refusing(now.Add(time.Hour)))))),
	"a refusal of before is asked anew":   satisfying(kept(target(both(named, func(t *Target) { t.Stored.Reason, t.Stored.NextAttemptAt = api.ReasonOwnedByAnother, now })))),
}

func selfSigned(t *Target) { t.Found.SelfSigned = true }

func domains(names ...string) func(*Target) { return func(t *Target) { t.Found.Domains = names } }

func TestVerdicts_OfEveryCheck(t *testing.T) {
	for name, table := range map[string]map[string]judgement{"refused": refusals, "lacking": failings, "unknown": unknowns, "satisfied": goods} {
		for sentence, j := range table {
			t.Run(name+"/"+sentence, func(t *testing.T) {
				got := newDraft(j.in).verdicts[0]
				if got.state != j.state || got.reason != j.reason || got.blocked != j.blocked || !strings.Contains(got.message, j.message) {
					t.Errorf("judged %+v, want %s %q %q, blocked: %v", got, j.state, j.reason, j.message, j.blocked)
				}
				if (got.reason != "") != (got.message != "") {
					t.Errorf("reason %q and message %q: there are both or none", got.reason, got.message)
				}
			})
		}
	}
}

// TestVerdicts_EveryCheckFindsFault: each check of the two chains is the first to fail in some case.
func TestVerdicts_EveryCheckFindsFault(t *testing.T) {
	for name, chain := range map[string]struct {
		checks []check
		cases  map[string]judgement
	}{"accepts": {accepts, refusals}, "satisfies": {satisfies, failings}} {
		finds := make([]bool, len(chain.checks))
		for _, j := range chain.cases {
			s := newDraft(j.in)
			for i, c := range chain.checks {
				if reason, _ := c(&s.facts, &s.Targets[0]); reason != "" {
					finds[i] = true
					break
				}
			}
		}
		for i, found := range finds {
			if !found {
				t.Errorf("no case for check %d of %s", i, name)
			}
		}
	}
}

func TestVerdicts_TheKeyTypeIsTheRecordsElseTheAdoptedOnesElseTheDefault(t *testing.T) {
	for sentence, c := range map[string]struct {
		in   Input
		want api.KeyType
	}{
		"the record's":            {kept(spec(wantsRSA)), api.RSA2048},
		"the adopted one's":       {kept(spec(leavesKeyTypeOpen), target(named)), api.EC256},
		"not that of one of ours": {kept(spec(leavesKeyTypeOpen)), api.DefaultKeyType},
		"the default":             {fresh(spec(leavesKeyTypeOpen)), api.DefaultKeyType},
		"as last seen":            {kept(spec(leavesKeyTypeOpen), target(both(named, blind))), api.EC256},
		"the other adopted one's": {kept(spec(leavesKeyTypeOpen), nextTo(asRSA), target(both(named, blind))), api.RSA2048},
		"none that can be known":  {fresh(spec(leavesKeyTypeOpen), target(both(unclaimed, blind))), ""},
		"no record's":             {kept(recordGone(api.Retain)), ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := KeyType(c.in); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestVerdicts_TheChainIsTheRecordsElseTheAccounts(t *testing.T) {
	ofAccount := account(func(a *Account) { a.Spec = &api.Account{Directory: dir, PreferredChain: "Root A"} })
	ofRecord := spec(func(c *api.Certificate) { c.PreferredChain = "Root R" })
	for want, in := range map[string]Input{"Root R": fresh(ofAccount, ofRecord), "Root A": fresh(ofAccount), "": fresh(account(noAccount))} {
		if got := PreferredChain(in); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
