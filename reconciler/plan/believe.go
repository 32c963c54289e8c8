package plan

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// A stored status is read through Believe, a stored issuance through BelieveIssuance, and nothing else reads them: what
// the controller cannot have written itself is dropped. So a forged, damaged or newer item can neither stop a record for
// ever nor speak for another one, and after the next write the item is in order again. Ownership is not decided here
// (ownership.go).
//
//   - Texts, lists and maps are in the bounds of api.CertificateStatus.Bound.
//   - A time at which something happened does not lie ahead of now; a time until which something waits lies at most
//     longestPause ahead of now. Any other is dropped, as if it had never been written.
//   - A counter is at least 0 and at most mostCounted. The version is the table's, and stays.
//   - A lease is at most as long as the longest that there is. Without its time a claim is none.
//   - A target's key, location and ARN go together, and no two targets have one key.
//   - A certificate has one entry of its revocation, in a state that there is.
//   - A notice speaks of this record, and is of a type that a certificate has.
//   - The fields of a held chain are those of the chain itself.

// longestPause is longer than any pause: a CA's Retry-After is a week at most.
const longestPause = longestRetryAfter + day

// mostCounted bounds every counter: a failure a second for a week.
const mostCounted = 1 << 20

// happened are the times at which something happened, by their names in JSON; free are those that may lie anywhere. All
// others are times until which something waits.
var (
	happened = names("last_transition_time not_ready_since not_served_since time last_attempt_at deleting_since dropped_since imported_at " +
		"waiting_since withheld_since last created_at finalized_at order_denied_at certificate_denied_at slow_since servers_since servers_wrong_at accepted_at imports " +
		"policy_full_at last_forced_at reserved_at checked_at revoked_at rolled_back_at")
	free = names("not_before not_after renew_at window_start window_end")
)

func names(list string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(list) {
		set[name] = true
	}
	return set
}

// Believe returns what is believed of a stored status of the record.
func Believe(stored api.CertificateStatus, name string, now time.Time, c Config) api.CertificateStatus {
	s := cloneStatus(stored)
	s.Bound()
	b := believer{now: now, config: c}
	b.walk(reflect.ValueOf(&s).Elem(), "")
	s.Version = stored.Version
	s.Generation = min(s.Generation, mostCounted)
	s.ObservedGeneration = min(s.ObservedGeneration, s.Generation)
	s.DueAt = min(max(s.DueAt, 0), maxDue)
	if s.LeaseUntil.After(now.Add(c.longestLease())) || s.ClaimID == "" || s.LeaseUntil.IsZero() {
		s.ClaimID, s.LeaseUntil = "", time.Time{}
	}
	if s.QueuedFor.After(now.Add(longestQueued + c.longestLease())) {
		s.QueuedFor = time.Time{}
	}
	if s.DeletionPolicy != api.Delete && s.DeletionPolicy != "" {
		s.DeletionPolicy = api.Retain
	}
	s.Conditions = believeConditions(s.Conditions)
	s.Targets = believeTargets(s.Targets)
	s.Revocations = believeRevocations(s.Revocations)
	s.Outbox = believeOutbox(s.Outbox, name)
	return s
}

// BelievePolicies returns the set of all policies as a record of that status is judged by it. A set that is missing, where
// the record was judged by policies before, is not a set without policies: the item stays when the last policy goes, so
// somebody deleted it, or the table was restored without it. It allows nothing until a resync makes it anew.
func BelievePolicies(stored api.PolicySet, s api.CertificateStatus) api.PolicySet {
	if stored.Version == 0 && len(stored.Policies) == 0 && s.PolicyDigest != "" {
		return api.UnreadablePolicySet()
	}
	return stored
}

// maxDue is the end of the year 9999.
const maxDue = 253402300799

// BelieveAccount returns what is believed of a stored status of the account.
func BelieveAccount(stored api.AccountStatus, name string, now time.Time, c Config) api.AccountStatus {
	s := stored
	s.Conditions, s.Attempts = slices.Clone(s.Conditions), maps.Clone(s.Attempts)
	s.Bound()
	b := believer{now: now, config: c}
	b.walk(reflect.ValueOf(&s).Elem(), "")
	s.Version = stored.Version
	s.Generation = min(s.Generation, mostCounted)
	s.ObservedGeneration = min(s.ObservedGeneration, s.Generation)
	s.DueAt = min(max(s.DueAt, 0), maxDue)
	if s.LeaseUntil.After(now.Add(c.longestLease())) || s.ClaimID == "" || s.LeaseUntil.IsZero() {
		s.ClaimID, s.LeaseUntil = "", time.Time{}
	}
	if s.KeyID != "" && s.KeyID != api.AccountKeyID(name, s.Directory) {
		s.KeyID, s.KeyCreated, s.URI, s.AccountNotFound = "", false, "", false
		s.Directory = "" // the next pass sets directory and key anew
	}
	s.Conditions = believeConditions(s.Conditions)
	return s
}

// BelieveIssuance returns what is believed of a stored issuance. A chain that does not hold the sealed key's certificate
// is given up with everything but what has to be cleaned up.
func BelieveIssuance(stored *api.Issuance, now time.Time, c Config) *api.Issuance {
	if stored == nil {
		return nil
	}
	i := cloneIssuance(*stored)
	b := believer{now: now, config: c}
	b.walk(reflect.ValueOf(&i).Elem(), "")
	i.Version = stored.Version
	i.Published = slices.DeleteFunc(i.Published, func(v api.PublishedTXT) bool { return !challengeValue(v.Value) })
	for _, url := range []*string{&i.OrderURL, &i.GivenUpOrder} {
		if !strings.HasPrefix(*url, "https://") || len(*url) > 2048 {
			*url = ""
		}
	}
	if i.Chain != "" && !believeChain(&i) {
		i = api.Issuance{Version: i.Version, Published: i.Published, Imports: i.Imports, Kept: i.Kept}
	}
	if i.Kept != nil && !believeKept(i.Kept) {
		i.Kept, i.Rollback = nil, nil
	}
	if len(i.Published) == 0 {
		i.Published = nil
	}
	if len(i.Imports) == 0 {
		i.Imports = nil
	}
	return &i
}

// challengeValue reports whether a TXT value is one that answers a dns-01 challenge (RFC 8555 section 8.4): the base64url
// of a SHA-256. We publish no other, so we remove no other.
func challengeValue(v string) bool {
	if len(v) != 43 {
		return false
	}
	for _, c := range v {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// believeChain reads from the held chain what the issuance says of it.
func believeChain(i *api.Issuance) bool {
	certs, err := api.ParseChain([]byte(i.Chain))
	if err != nil {
		return false
	}
	leaf, err := api.ParseLeaf(certs[0])
	if err != nil || spkiDigest(certs[0]) != i.PublicKeySHA256 {
		return false
	}
	i.Domains, i.KeyType = ownNames(i.Domains, leaf.Domains), leaf.KeyType
	i.Serial, i.FingerprintSHA256, i.Issuer = leaf.Serial, leaf.FingerprintSHA256, api.Message(leaf.Issuer)
	i.NotBefore, i.NotAfter, i.CertID = leaf.NotBefore.UTC(), leaf.NotAfter.UTC(), leaf.CertID
	i.KeyUsages, i.ExtendedKeyUsages = leaf.KeyUsages, leaf.ExtendedKeyUsages
	return true
}

// ownNames keeps the order of the names where they are the same.
func ownNames(stored, leaf []string) []string {
	if api.SameNames(stored, leaf) {
		return stored
	}
	return leaf
}

func believeConditions(list []api.Condition) []api.Condition {
	var out []api.Condition
	for _, c := range list {
		_, twice := api.GetCondition(out, c.Type)
		known := slices.Contains(api.CertificateConditions, c.Type)
		valued := c.Status == api.ConditionTrue || c.Status == api.ConditionFalse || c.Status == api.ConditionUnknown
		if known && valued && !twice {
			out = append(out, c)
		}
	}
	return out
}

func believeTargets(list []api.TargetStatus) []api.TargetStatus {
	var out []api.TargetStatus
	for _, t := range list {
		twice := slices.ContainsFunc(out, func(o api.TargetStatus) bool { return o.Key == t.Key })
		if twice || !believeTarget(&t) {
			continue
		}
		out = append(out, t)
	}
	return out
}

// believeTarget reports whether key and location go together, and drops an ARN that does not go with them.
func believeTarget(t *api.TargetStatus) bool {
	named := api.Target{Location: t.Location}
	if strings.HasPrefix(t.Key, "arn:") {
		named.ACMARN = t.Key
		if t.ARN != "" && t.ARN != t.Key {
			t.ARN = ""
		}
		if !api.IsCertificateARN(t.Key, t.Region) {
			return false
		}
	}
	if named.Key() != t.Key || t.Region == "" {
		return false
	}
	for _, arn := range []*string{&t.ARN, &t.RetiredARN} {
		if *arn != "" && !api.IsCertificateARN(*arn, t.Region) {
			*arn = ""
		}
	}
	return true
}

// believeRevocations drops what is about no certificate, or about one that has an entry, and states that do not exist.
func believeRevocations(list []api.RevocationStatus) []api.RevocationStatus {
	var out []api.RevocationStatus
	for _, r := range list {
		twice := slices.ContainsFunc(out, func(o api.RevocationStatus) bool { return o.FingerprintSHA256 == r.FingerprintSHA256 })
		if r.FingerprintSHA256 == "" || twice {
			continue
		}
		if r.State != api.RevocationGood && r.State != api.RevocationRevoked && r.State != api.RevocationUnknown {
			r.State = ""
		}
		out = append(out, r)
	}
	return out
}

func believeOutbox(list []api.OutboxEntry, name string) []api.OutboxEntry {
	var out []api.OutboxEntry
	for _, e := range list {
		if e.Name == name && slices.Contains(api.CertificateNotices, e.Type) && e.ID != "" && len(e.ID) <= 64 {
			out = append(out, e)
		}
	}
	return out
}

type believer struct {
	now    time.Time
	config Config
}

// walk goes through everything that is stored.
func (b believer) walk(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(b.time(name, v.Interface().(time.Time))))
			return
		}
		for i := range v.NumField() {
			field, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			b.walk(v.Field(i), field)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			b.walk(v.Elem(), name)
		}
	case reflect.Slice:
		for i := range v.Len() {
			b.walk(v.Index(i), name)
		}
	case reflect.Map:
		b.walkMap(v, name)
	case reflect.Int:
		v.SetInt(min(max(v.Int(), 0), mostCounted))
	case reflect.Int64:
		v.SetInt(min(max(v.Int(), 0), math.MaxInt64-1))
	}
}

// walkMap keeps the entries whose time is believed.
func (b believer) walkMap(m reflect.Value, name string) {
	for iter := m.MapRange(); iter.Next(); {
		value := reflect.New(m.Type().Elem()).Elem()
		value.Set(iter.Value())
		b.walk(value, name)
		if m.Len() > 4*mostNamed || value.IsZero() {
			m.SetMapIndex(iter.Key(), reflect.Value{})
			continue
		}
		m.SetMapIndex(iter.Key(), value)
	}
}

// mostNamed is how many targets a status may name.
const mostNamed = 40

func (b believer) time(name string, at time.Time) time.Time {
	ahead := longestPause
	switch {
	case free[name]:
		return at
	case happened[name]:
		ahead = b.config.longestLease()
	}
	if at.After(b.now.Add(ahead)) {
		return time.Time{}
	}
	return at
}
