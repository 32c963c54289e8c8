package iam

import (
	"fmt"
	"slices"
	"strings"
)

// comparisons are the operators without their prefixes and suffixes
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
var comparisons = map[string]func(want, have string) bool{
	"StringEquals": func(want, have string) bool { return want == have },
	"StringLike":   glob,
	"ArnEquals":    arnLike,
	"ArnLike":      arnLike,
	"Bool":         strings.EqualFold,
}

// knownKeys are the condition keys that requests have here. A key that ends in a slash or a colon stands for all keys
// that begin with it.
var knownKeys = []string{
	"aws:RequestTag/", "aws:ResourceTag/", "aws:TagKeys", "aws:SecureTransport", "aws:SourceAccount",
	"kms:EncryptionContext:", "kms:EncryptionContextKeys", "kms:ViaService", "kms:CallerAccount",
	"route53:ChangeResourceRecordSetsActions", "route53:ChangeResourceRecordSetsRecordTypes",
	"route53:ChangeResourceRecordSetsNormalizedRecordNames",
	"dynamodb:LeadingKeys", "secretsmanager:Name", "lambda:SourceFunctionArn", "events:source",
}

func known(key string) bool {
	return slices.ContainsFunc(knownKeys, func(k string) bool {
		return k == key || (strings.HasSuffix(k, "/") || strings.HasSuffix(k, ":")) && strings.HasPrefix(key, k)
	})
}

// operator is a parsed condition operator.
type operator struct {
	// forAll and forAny are the prefixes for keys with several values, ifExists is the suffix.
	forAll, forAny, ifExists bool
	null                     bool
	compare                  func(want, have string) bool
	negated                  bool
}

func parseOperator(name string) (o operator, err error) {
	rest := name
	rest, o.forAll = cut(rest, "ForAllValues:")
	rest, o.forAny = cut(rest, "ForAnyValue:")
	if short, ok := strings.CutSuffix(rest, "IfExists"); ok {
		rest, o.ifExists = short, true
	}
	if rest == "Null" {
		o.null = true
		return o, nil
	}
	if short := strings.Replace(rest, "Not", "", 1); short != rest {
		rest, o.negated = short, true
	}
	if o.compare = comparisons[rest]; o.compare == nil {
		return o, fmt.Errorf("the condition operator %s is not known", name)
	}
	return o, nil
}

func cut(s, prefix string) (string, bool) { return strings.CutPrefix(s, prefix) }

func checkCondition(name, key string, values []scalar) error {
	if _, err := parseOperator(name); err != nil {
		return err
	}
	if !known(key) {
		return fmt.Errorf("the condition key %s is not known", key)
	}
	for _, v := range values {
		if strings.Contains(string(v), "${") {
			return fmt.Errorf("the variable in %s is not known", v)
		}
	}
	return nil
}

// holds reports whether one condition is met by the request's values for its key; nil: the request has none.
func holds(name, key string, want []scalar, have []string) (bool, error) {
	o, err := parseOperator(name)
	if err != nil {
		return false, err
	}
	matches := func(value string) bool {
		is := slices.ContainsFunc(want, func(w scalar) bool { return o.compare(string(w), value) })
		return is != o.negated
	}
	switch {
	case o.null:
		return slices.Contains(want, "true") == (have == nil), nil
	case have == nil && o.ifExists, o.forAll && have == nil:
		return true, nil
	case have == nil:
		// A missing value equals nothing, and differs from everything.
		return o.negated && !o.forAny, nil
	case o.forAll:
		return !slices.ContainsFunc(have, func(v string) bool { return !matches(v) }), nil
	case o.forAny:
		return slices.ContainsFunc(have, matches), nil
	case len(have) > 1:
		return false, fmt.Errorf("%s has %d values: it needs ForAllValues or ForAnyValue", key, len(have))
	}
	return matches(have[0]), nil
}

// glob matches a pattern, where * stands for any characters and ? for one.
func glob(pattern, s string) bool {
	for pattern != "" {
		switch pattern[0] {
		case '*':
			for i := 0; i <= len(s); i++ {
				if glob(pattern[1:], s[i:]) {
					return true
				}
			}
			return false
		case '?':
			if s == "" {
				return false
			}
		default:
			if s == "" || s[0] != pattern[0] {
				return false
			}
		}
		pattern, s = pattern[1:], s[1:]
	}
	return s == ""
}

// arnLike compares the six parts of two ARNs one by one.
func arnLike(pattern, arn string) bool {
	want, have := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(want) != 6 || len(have) != 6 {
		return false
	}
	for i := range want {
		if !glob(want[i], have[i]) {
			return false
		}
	}
	return true
}
