package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Request is one action on one resource, as IAM sees it. An API call may be several.
type Request struct {
	// Action is service:Name. Resource is an ARN, or "*" if the action has no resource.
	Action, Resource string
	// Context holds the values of the request by condition key; a key without a value is absent.
	Context map[string][]string
}

func (r Request) String() string {
	text := r.Action + " on " + r.Resource
	for _, key := range slices.Sorted(maps.Keys(r.Context)) {
		text += fmt.Sprintf(" %s=%s", key, strings.Join(r.Context[key], ","))
	}
	return text
}

// Allows reports whether the policies allow the request: one statement must allow it, and none may deny it
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html). ofServices includes the
// statements for AWS services; the code's own requests must be allowed without them.
func Allows(policies []Policy, r Request, ofServices bool) (bool, error) {
	allowed := false
	for _, p := range policies {
		for _, s := range p.Statement {
			if !ofServices && s.Effect == "Allow" && strings.HasPrefix(s.Sid, "Service") {
				continue
			}
			applies, err := s.applies(r)
			if err != nil {
				return false, fmt.Errorf("statement %s, %s: %w", s.Sid, r, err)
			}
			if applies && s.Effect == "Deny" {
				return false, nil
			}
			allowed = allowed || applies
		}
	}
	return allowed, nil
}

func (s Statement) applies(r Request) (bool, error) {
	if !slices.ContainsFunc(s.Action, func(a string) bool { return glob(strings.ToLower(a), strings.ToLower(r.Action)) }) ||
		!slices.ContainsFunc(s.Resource, func(p string) bool { return covers(p, r.Resource) }) {
		return false, nil
	}
	for name, keys := range s.Condition {
		for key, want := range keys {
			ok, err := holds(name, key, want, r.Context[key])
			if err != nil || !ok {
				return false, err
			}
		}
	}
	return true, nil
}

// covers reports whether a statement's resource covers that of a request. Only the asterisk covers an action without a
// resource (IAM User Guide, "Actions, resources, and condition keys", resource types).
func covers(pattern, resource string) bool {
	if resource == "*" {
		return pattern == "*"
	}
	return glob(pattern, resource)
}
