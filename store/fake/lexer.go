package fake

import (
	"regexp"
	"strings"
)

// token is a word, a placeholder, a number or a sign of an expression.
type token struct {
	kind tokenKind
	text string
}

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenName  // #name
	tokenValue // :value
	tokenDigits
	tokenSign
)

var (
	tokenForms = regexp.MustCompile(`^(?:([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|([0-9]+)|(<>|<=|>=|[=<>()\[\],.+-]))`)
	kindOfForm = []tokenKind{1: tokenWord, 2: tokenName, 3: tokenValue, 4: tokenDigits, 5: tokenSign}
)

// reserved are the reserved words among the attributes of certloop's records and of its tests. DynamoDB reserves some
// 570 words (Developer Guide, "Reserved words in DynamoDB"); TestReserved_WordsAreThoseOfDynamoDBLocal compares.
var reserved = map[string]bool{"FORCE": true, "KEY": true, "NAME": true, "OWNER": true, "REGION": true, "ROLLBACK": true,
	"SELECT": true, "STATE": true, "STATUS": true, "TYPE": true, "ZONE": true}

// tokens splits an expression.
func tokens(what, text string) (all []token, err error) {
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		m := tokenForms.FindStringSubmatch(rest)
		if m == nil {
			return nil, invalid("Invalid %s: Syntax error; token: %q, near: %q", what, rest[:1], rest[:min(len(rest), 12)])
		}
		for i, kind := range kindOfForm {
			if i > 0 && m[i] != "" {
				all = append(all, token{kind, m[0]})
			}
		}
		rest = rest[len(m[0]):]
	}
	if len(all) == 0 {
		return nil, invalid("Invalid %s: The expression can not be empty;", what)
	}
	return all, nil
}
