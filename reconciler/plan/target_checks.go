package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// A check returns what is wrong with one installed certificate; an empty reason: nothing.
type check func(f *facts, t *Target) (api.Reason, string)

// accepts are the reasons why a target can never take the record's certificate, whatever is issued. The first one
// that applies is the target's.
var accepts = []check{
	checkExists,     // a named ARN must exist: ACM gives an ARN only once
	checkImported,   // ACM re-imports only what was imported
	checkOwner,      // what another record keeps is not ours
	checkTakeover,   // what may not be tagged as ours may not be replaced either
	checkNamedKey,   // ACM never lets the key type of an ARN change
	checkNamedAlike, // one certificate cannot have two key types
}

// satisfies are the reasons why an installed certificate is not the one wanted.
var satisfies = []check{
	checkPresent,     // there is one
	checkPlaceholder, // it is not our own stand-in
	checkSelfSigned,  // nor anybody's
	checkValidity,    // it is valid now
	checkNames,       // it has the names, no more and no fewer
	checkKeyType,     // and the key type
	checkIssuer,      // and comes from the account and profile, where we know
	checkRevoked,     // and its CA did not revoke it
}

// first runs the checks until one fails.
func first(checks []check, f *facts, t *Target) (api.Reason, string) {
	for _, c := range checks {
		if reason, message := c(f, t); reason != "" {
			return reason, message
		}
	}
	return "", ""
}

func checkExists(_ *facts, t *Target) (api.Reason, string) {
	if t.named() && t.Found == nil {
		return api.ReasonTargetNotFound, fmt.Sprintf("acm_arn %s does not exist: name an imported certificate that does, or remove acm_arn", t.ACMARN)
	}
	return "", ""
}

func checkImported(_ *facts, t *Target) (api.Reason, string) {
	if t.named() && t.Found.Type != "IMPORTED" {
		return api.ReasonTargetNotImported, fmt.Sprintf("acm_arn %s is of type %s and takes no import: name a certificate of type IMPORTED, or remove acm_arn", t.ACMARN, t.Found.Type)
	}
	return "", ""
}

func checkOwner(f *facts, t *Target) (api.Reason, string) {
	if owner := otherOwner(f, t); owner != "" {
		return api.ReasonOwnedByAnother, ownedBy(t.ACMARN, owner)
	}
	return "", ""
}

// otherOwner returns who keeps the certificate that the target names, by its tag or by the claim on it; empty: nobody that is
// known to exist.
func otherOwner(f *facts, t *Target) string {
	if !t.named() || t.Found == nil {
		return ""
	}
	if owner := t.Found.Tags[api.TagOwner]; owner != "" && owner != f.Owner && !t.OwnerGone {
		return ownerName(f, owner)
	}
	if t.ClaimedBy != f.Name && !t.ClaimGone {
		return t.ClaimedBy
	}
	return ""
}

// ownerName returns the name of the owner in messages: the name of a record of our table, as a claim has it; the whole tag of
// another's.
func ownerName(f *facts, owner string) string {
	ours, _, _ := api.ParseOwner(f.Owner)
	if table, name, ok := api.ParseOwner(owner); ok && table == ours {
		return name
	}
	return owner
}

func ownedBy(arn, owner string) string {
	return fmt.Sprintf("acm_arn %s is owned by %s: remove acm_arn from one of the two records", arn, owner)
}

func checkTakeover(f *facts, t *Target) (api.Reason, string) {
	if f.takeoverPauses(t) && f.entry(t).Reason == api.ReasonTakeoverRefused {
		return f.entry(t).Reason, f.entry(t).Message
	}
	return "", ""
}

// takeoverPauses reports whether the certificate which the target names could not be tagged as ours, and that it is not time
// yet to try again. The tags come before any order, so that nothing is ordered that could not be installed.
func (f *facts) takeoverPauses(t *Target) bool {
	return f.lacksOwnerTag(t) && f.entry(t).TagFailures > 0 && tagBackoff(f.entry(t)).Waiting(f.Now)
}

// lacksOwnerTag reports whether the target names a certificate that does not carry our tag.
func (f *facts) lacksOwnerTag(t *Target) bool {
	return t.named() && t.Found != nil && t.Found.Tags[api.TagOwner] != f.Owner
}

func checkNamedKey(f *facts, t *Target) (api.Reason, string) {
	if t.named() && !slices.Contains(api.KeyTypes, t.Found.KeyType) {
		return api.ReasonKeyTypeIncompatible, fmt.Sprintf("acm_arn %s has key type %s. ACM does not allow a change of key type, and certloop does not issue this one: remove acm_arn", t.ACMARN, t.Found.KeyType)
	}
	if t.named() && f.keyType != "" && t.Found.KeyType != f.keyType {
		return api.ReasonKeyTypeIncompatible, fmt.Sprintf("acm_arn %s has key type %s. ACM does not allow a change to %s: set key_type to %s, or remove acm_arn", t.ACMARN, t.Found.KeyType, f.keyType, t.Found.KeyType)
	}
	return "", ""
}

func checkNamedAlike(f *facts, t *Target) (api.Reason, string) {
	if !t.named() || f.Spec == nil || f.Spec.KeyType != "" {
		return "", ""
	}
	for i := range f.Targets {
		other := &f.Targets[i]
		if other.Wanted && other.named() && other.Found != nil && other.Found.KeyType != t.Found.KeyType {
			return api.ReasonKeyTypeIncompatible, fmt.Sprintf("targets have certificates of different key types, %s and %s: set acm_arn to certificates of one key type", t.Found.KeyType, other.Found.KeyType)
		}
	}
	return "", ""
}

func checkPresent(f *facts, t *Target) (api.Reason, string) {
	switch {
	case t.Found != nil:
		return "", ""
	case f.entry(t).Serial == "":
		return api.ReasonNotIssued, "no certificate yet"
	}
	return api.ReasonMissing, fmt.Sprintf("the certificate was deleted from ACM in %s", t.Region)
}

func checkPlaceholder(_ *facts, t *Target) (api.Reason, string) {
	if t.Found.Tags[api.TagPlaceholder] != "" && t.Found.SelfSigned {
		return api.ReasonPlaceholder, "the self-signed placeholder is in place"
	}
	return "", ""
}

func checkSelfSigned(_ *facts, t *Target) (api.Reason, string) {
	if t.Found.SelfSigned {
		return api.ReasonSelfSigned, "the certificate in ACM is self-signed"
	}
	return "", ""
}

func checkValidity(f *facts, t *Target) (api.Reason, string) {
	switch {
	case !f.Now.Before(t.Found.NotAfter):
		return api.ReasonExpired, "the certificate expired at " + t.Found.NotAfter.UTC().Format(time.RFC3339)
	case f.Now.Before(t.Found.NotBefore):
		return api.ReasonNotYetValid, "the certificate is valid from " + t.Found.NotBefore.UTC().Format(time.RFC3339)
	}
	return "", ""
}

func checkNames(f *facts, t *Target) (api.Reason, string) {
	if api.SameNames(t.Found.Domains, f.Spec.Domains) {
		return "", ""
	}
	return api.ReasonDomainsDiffer, "the certificate in ACM is for " + shortNames(t.Found.Domains)
}

// shortNames keeps a message short enough for a telephone.
func shortNames(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func checkKeyType(f *facts, t *Target) (api.Reason, string) {
	if f.keyType == "" || t.Found.KeyType == f.keyType {
		return "", ""
	}
	return api.ReasonKeyTypeDiffers, fmt.Sprintf("the certificate in ACM has key type %s, not %s", t.Found.KeyType, f.keyType)
}

func checkIssuer(f *facts, t *Target) (api.Reason, string) {
	if f.next.Account == "" || f.next.FingerprintSHA256 != t.Found.FingerprintSHA256 || f.Account.Spec == nil {
		return "", ""
	}
	if f.next.Account != f.Account.Name || f.next.Directory != f.Account.Spec.Directory {
		return api.ReasonIssuerDiffers, fmt.Sprintf("the certificate was issued by account %s", f.next.Account)
	}
	if f.next.Profile != f.profile() {
		return api.ReasonIssuerDiffers, fmt.Sprintf("the certificate was issued with profile %q", f.next.Profile)
	}
	return "", ""
}
