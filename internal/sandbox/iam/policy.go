// Package iam decides what a role may do as IAM does: from the role's policies, the action, the resource and the
// condition keys. It supports what the policies of this repository use. Anything else is an error: an unknown condition
// must not seem to hold.
//
// It deliberately leaves out what no policy here uses: principals, NotAction and NotResource, policy variables,
// permissions boundaries, and resource-based policies.
package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Policy is an identity-based policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
type Policy struct {
	Version   string
	Statement list[Statement]
}

// Statement is one statement of a policy.
type Statement struct {
	Sid       string
	Effect    string
	Action    list[string]
	Resource  list[string]
	Condition map[string]map[string]list[scalar] `json:",omitempty"`
}

// list is one value or several; the grammar allows both.
type list[T any] []T

// UnmarshalJSON reads a list or a single value.
func (l *list[T]) UnmarshalJSON(body []byte) error {
	var many []T
	if strings.HasPrefix(string(body), "[") {
		err := strict(body, &many)
		*l = many
		return err
	}
	var one T
	err := strict(body, &one)
	*l = list[T]{one}
	return err
}

// scalar is a condition's value: a string, or a boolean or number, which is compared as a string.
type scalar string

// UnmarshalJSON reads a string, boolean or number.
func (s *scalar) UnmarshalJSON(body []byte) error {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	*s = scalar(fmt.Sprint(v))
	return nil
}

// strict refuses unknown fields: ignoring a NotAction would invert its statement.
func strict(body []byte, out any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	return d.Decode(out)
}

// Parse reads a policy and refuses what this package does not support.
func Parse(document string) (p Policy, err error) {
	if err := strict([]byte(document), &p); err != nil {
		return p, fmt.Errorf("policy: %w", err)
	}
	if p.Version != "2012-10-17" {
		return p, fmt.Errorf("policy: version %q is not known", p.Version)
	}
	for _, s := range p.Statement {
		if err := s.check(); err != nil {
			return p, fmt.Errorf("statement %s: %w", s.Sid, err)
		}
	}
	return p, nil
}

func (s Statement) check() error {
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return fmt.Errorf("effect %q is not known", s.Effect)
	}
	if len(s.Action) == 0 || len(s.Resource) == 0 {
		return fmt.Errorf("it has no actions or no resources")
	}
	for _, r := range s.Resource {
		if strings.Contains(r, "${") {
			return fmt.Errorf("the variable in %s is not known", r)
		}
	}
	for operator, keys := range s.Condition {
		for key, values := range keys {
			if err := checkCondition(operator, key, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// Actions returns the actions of the statements whose Sid begins with Service, or those of all others.
func (p Policy) Actions(ofServices bool) map[string]bool {
	all := map[string]bool{}
	for _, s := range p.Statement {
		if s.Effect == "Allow" && strings.HasPrefix(s.Sid, "Service") == ofServices {
			for _, a := range s.Action {
				all[a] = true
			}
		}
	}
	return all
}
