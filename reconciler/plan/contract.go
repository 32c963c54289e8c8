package plan

import (
	"fmt"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// ContractChange is one difference between the certificate at a target and those that the account obtains now.
type ContractChange struct {
	Text string
	// Refused: ACM does not import the next certificate under the ARN of the present one.
	Refused bool
}

// CompareShapes returns what a renewal changes: present is the certificate that a target has, next what the account last
// obtained. Both chains are without a root.
func CompareShapes(present, next api.Shape) []ContractChange {
	var all []ContractChange
	add := func(refused bool, format string, args ...any) {
		all = append(all, ContractChange{fmt.Sprintf(format, args...), refused})
	}
	if present.KeyType != next.KeyType {
		add(false, "key type %s instead of %s, under a new ARN", next.KeyType, present.KeyType)
	}
	lost, gained := usageChanges(present.KeyUsages, next.KeyUsages)
	lostExtended, gainedExtended := usageChanges(present.ExtendedKeyUsages, next.ExtendedKeyUsages)
	if lost = append(lost, lostExtended...); len(lost) > 0 {
		add(false, "no %s", strings.Join(lost, ", "))
	}
	if gained = append(gained, gainedExtended...); len(gained) > 0 {
		add(false, "%s in addition", strings.Join(gained, ", "))
	}
	if missing, fit := usagesFit(usagesOf(present), usagesOf(next)); !fit && present.KeyType == next.KeyType {
		add(true, "ACM does not accept that under the same ARN (%s)", missing)
	}
	if !slices.ContainsFunc(present.Issuers, func(i string) bool { return slices.Contains(next.Issuers, i) }) {
		add(false, "issuer %s instead of %s", strings.Join(next.Issuers, " or "), strings.Join(present.Issuers, " or "))
	}
	if present.Root != next.Root {
		add(false, "a chain to %s instead of %s", next.Root, present.Root)
	}
	if present.Certificates != next.Certificates {
		add(false, "%d certificates in the chain instead of %d", next.Certificates, present.Certificates)
	}
	return all
}

func usagesOf(s api.Shape) api.Leaf {
	return api.Leaf{KeyType: s.KeyType, KeyUsages: s.KeyUsages, ExtendedKeyUsages: s.ExtendedKeyUsages}
}

// usageChanges returns what only the first list has, and what only the second has.
func usageChanges(a, b []string) (lost, gained []string) {
	return missingNames(b, a), missingNames(a, b)
}

// expectedShape returns the shape that the next certificate of the record is expected to have; false: the account obtained none
// with its profile and key type.
func expectedShape(f *facts) (api.Shape, bool) {
	want := api.Shape{Profile: f.profile(), KeyType: f.keyType}
	at := slices.IndexFunc(f.Account.Shapes, want.Same)
	if at < 0 || f.Account.Spec == nil {
		return api.Shape{}, false
	}
	return f.Account.Shapes[at], true
}

// presentShape returns the shape of the certificate at the target; false: there is none that a renewal replaces, or its chain
// could not be read.
func presentShape(f *facts, i int) (api.Shape, bool) {
	t := &f.Targets[i]
	if !t.Wanted || t.Err != nil || t.Found == nil || t.Found.SelfSigned || f.verdicts[i].blocked {
		return api.Shape{}, false
	}
	chain, err := api.ParseChain([]byte(t.Found.Chain))
	if err != nil {
		return api.Shape{}, false
	}
	return api.ShapeOf(chain), true
}

// checkContract checks what the next renewal changes at the targets: one line for all targets with the same changes.
func checkContract(f *facts) []Check {
	next, known := expectedShape(f)
	if !known {
		return nil
	}
	type group struct {
		text    string
		refused bool
		targets []string
	}
	var groups []*group
	compared := false
	for i := range f.Targets {
		present, ok := presentShape(f, i)
		if !ok {
			continue
		}
		compared = true
		text, refused := changesText(CompareShapes(present, next))
		at := slices.IndexFunc(groups, func(g *group) bool { return g.text == text })
		if at < 0 {
			at, groups = len(groups), append(groups, &group{text: text, refused: refused})
		}
		groups[at].targets = append(groups[at].targets, f.Targets[i].Stored.Key)
	}
	var checks []Check
	for _, g := range groups {
		if g.text != "" {
			checks = append(checks, contractWarning(f, g.text, g.refused, g.targets))
		}
	}
	if compared && len(checks) == 0 {
		return []Check{fine(AreaContract, f.Name, "a renewal changes neither usages, key type nor chain")}
	}
	return checks
}

func changesText(changes []ContractChange) (text string, refused bool) {
	var all []string
	for _, c := range changes {
		all, refused = append(all, c.Text), refused || c.Refused
	}
	return strings.Join(all, "; "), refused
}

func contractWarning(f *facts, text string, refused bool, targets []string) Check {
	c := Check{Area: AreaContract, Subject: f.Name, State: CheckWarning,
		Message: api.Message(fmt.Sprintf("the next certificate at %s will have: %s. That is how account %s obtained its last certificate of this kind",
			targetNames(targets), text, f.Account.Name)),
		Remedy: "Check that no client depends on what changes, before the renewal."}
	if refused {
		c.Remedy = "Set profile to one that has the key usages, or remove acm_arn so that the next certificate gets a new ARN."
	}
	return c
}

// targetNames names targets by their keys.
func targetNames(keys []string) string { return shortNames(keys) }
