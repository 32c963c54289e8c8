package spec

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// Defaults are the controller's values for what a record may omit.
type Defaults struct {
	// Region is the controller's own region: that of a target that sets none.
	Region string
}

// certificateAttributes are the attributes of a Certificate record, in the order of docs/reference/records.md.
var certificateAttributes = []string{
	"name", "kind", "domains", "account", "zone", "dns", "targets", "acm_arn", "region", "key_type", "renew_before",
	"profile", "preferred_chain", "deletion_policy", "suspend", "renew_token", "tags", "probe", "rollout",
}

// DecodeCertificate decodes a record that users wrote. Its values are plain Go values: string, bool, a number
// (json.Number, int, float64), []any, []string for a string set, map[string]any, nil for NULL.
//
// It is strict: an unknown attribute is a problem. All problems are reported together, one line each, "attribute:
// problem: remedy", as an Error of kind Terminal and ReasonInvalidSpec. Its text is ready for a condition.
func DecodeCertificate(record map[string]any, d Defaults) (*api.Certificate, error) {
	f := newFields(record)
	if problem := api.RecordProblem(record); problem != "" {
		f.problems.add("record", "%s", problem)
		return nil, f.problems.err()
	}
	// The order of these calls is the order of the problems.
	c := &api.Certificate{
		Name:           f.nameOf(api.KindCertificate),
		Domains:        f.domains(),
		Account:        f.account(),
		Zone:           f.zone(),
		DNS:            f.dns(),
		Targets:        f.targets(d),
		KeyType:        f.keyType(),
		RenewBefore:    f.renewBefore(),
		Profile:        f.optional("profile"),
		PreferredChain: f.optional("preferred_chain"),
		DeletionPolicy: f.deletionPolicy(),
		Suspend:        f.flag("suspend"),
		RenewToken:     f.optional("renew_token"),
		Tags:           f.tags(),
	}
	c.Probe = f.probe(c.Domains, c.Targets)
	c.Rollout = f.rollout(c.Targets)
	f.only(certificateAttributes)
	if err := f.problems.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// nameOf reads name and kind, which must be kind.
func (f fields) nameOf(kind api.Kind) string {
	name := f.recordName("name")
	if !f.given("name") {
		f.wrong("name", "is missing: give the record a name")
	}
	f.kindIs(kind)
	return name
}

// kindIs reports a kind that is absent or different.
func (f fields) kindIs(kind api.Kind) {
	switch k, ok := f.text("kind"); {
	case !f.given("kind"):
		f.wrong("kind", "is missing: write %s", kind)
	case ok && k != string(kind):
		f.wrong("kind", "%s is another kind of record: write %s", api.Quote(k), kind)
	}
}

// recordName reads the name of a record; empty if it is absent or wrong.
func (f fields) recordName(name string) string {
	s, ok := f.text(name)
	if !ok {
		return ""
	}
	if err := api.ValidateName(s); err != nil {
		f.wrong(name, "%s", strings.TrimPrefix(err.Error(), "name "))
		return ""
	}
	return s
}

func (f fields) account() string {
	if !f.given("account") {
		return api.DefaultAccount
	}
	return f.recordName("account")
}

// optional reads a string that may be absent, and is then empty.
func (f fields) optional(name string) string {
	s, _ := f.text(name)
	return s
}

func (f fields) zone() string {
	s, ok := f.text("zone")
	if !ok {
		return ""
	}
	id, problem := zoneID(s)
	if problem != "" {
		f.wrong("zone", "%s", problem)
	}
	return id
}

// maxRenewBefore is ten years, longer than any certificate is worth ordering for: the lead time is clamped to two
// thirds of the lifetime in any case.
const maxRenewBefore = 3650 * 24 * time.Hour

func (f fields) renewBefore() time.Duration {
	return f.duration("renew_before", "a lead time", maxRenewBefore)
}

// duration reads whole days or hours, at least an hour; zero if it is absent or wrong.
func (f fields) duration(name, what string, most time.Duration) time.Duration {
	s, ok := f.text(name)
	if !ok {
		return 0
	}
	parts := leadForm().FindStringSubmatch(s)
	if parts == nil {
		f.wrong(name, "%s is not %s: write whole days or hours, such as 30d or 720h", api.Quote(s), what)
		return 0
	}
	n, _ := strconv.Atoi(parts[1]) // at most six digits
	d := time.Duration(n) * time.Hour
	if parts[2] == "d" {
		d *= 24
	}
	if d < time.Hour || d > most {
		f.wrong(name, "%s is out of range: use 1h to %dd", api.Quote(s), most/(24*time.Hour))
	}
	return d
}

func (f fields) deletionPolicy() api.DeletionPolicy {
	s, ok := f.text("deletion_policy")
	if !ok {
		return api.Retain
	}
	known := []string{string(api.Retain), string(api.Delete)}
	if !slices.Contains(known, s) {
		f.wrong("deletion_policy", "%s is not a deletion policy: write %s", api.Quote(s), strings.Join(known, " or "))
	}
	return api.DeletionPolicy(s)
}
