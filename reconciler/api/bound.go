package api

import (
	"reflect"
	"strings"
	"sync"
)

// Bound makes the status fit into the table, whatever a service or a forger put into it. It returns how many targets
// were dropped. A status within bounds is unchanged. These are the rules:
//
//   - A message is what Message returns. Any other text has at most maxText bytes and no control characters; otherwise
//     it is dropped, because half an ARN or URL is useless.
//   - No notice has a digest: only the controller's own status has those.
//   - Lists and maps have at most the entries that mostOf allows. Of history, outbox and attempts the latest entries stay, of others
//     the first.
//   - The whole has at most MaxStatus bytes. To fit, Bound drops in this order, oldest entries first: history,
//     the names in notices, notices, messages of targets and of revocation, tag keys, targets from the end of the list
//     (those that left the record), attempts.
func (s *CertificateStatus) Bound() (forgotten int) {
	targets := len(s.Targets)
	withoutDigests(s.Outbox)
	boundAll(reflect.ValueOf(s).Elem(), "")
	for _, shed := range sheds {
		for !fits(s) && shed(s) {
		}
	}
	if !fits(s) {
		s.Attempts = nil
	}
	return targets - len(s.Targets)
}

// Bound is CertificateStatus.Bound for an account. It drops shapes, history, the names in notices, notices, and attempts.
func (s *AccountStatus) Bound() {
	withoutDigests(s.Outbox)
	boundAll(reflect.ValueOf(s).Elem(), "")
	for !fits(s) {
		if len(s.Shapes) > 0 {
			if s.Shapes = s.Shapes[1:]; len(s.Shapes) == 0 { // they only warn
				s.Shapes = nil
			}
			continue
		}
		part := CertificateStatus{History: s.History, Outbox: s.Outbox}
		if !shedHistory(&part) && !shedNoticeNames(&part) && !shedNotice(&part) {
			s.Attempts = nil
			return
		}
		s.History, s.Outbox = part.History, part.Outbox
	}
}

// MaxStatus is the most bytes of a status: DynamoDB accepts 400 KB, and users cannot add to a status.
const MaxStatus = 300 << 10

// maxStored is the most bytes of a stored text that is not a message: the longest are URLs and the ARNs of roles.
const maxStored = 2048

// messages are the JSON names of the fields that hold messages.
var messages = map[string]bool{"message": true, "last_error": true, "issuer": true, "frontends_message": true}

// mostOf maps a list's JSON name to its most entries; latest keeps the last ones.
var mostOf = map[string]struct {
	most   int
	latest bool
}{
	"conditions":      {8, false},
	"targets":         {2 * MaxTargets, false},
	"domains":         {MaxDomains + 1, false},
	"revocation":      {2 * MaxTargets, false},
	"tag_keys":        {MaxTags, false},
	"caa_identities":  {maxIdentities, false},
	"shapes":          {MostShapes, true},
	"issuers":         {mostIssuers, false},
	"key_usages":      {maxUsages, false},
	"delivered_to":    {8, false},
	"history":         {20, true},
	"outbox":          {20, true},
	"reported_causes": {20, true},
	// This is the list in a digest: see plan's mail.go.
	"names":        {500, false},
	"withheld_ids": {800, false},
	"endpoints":    {maxServed, false},
	// These are maps: an entry a target, or an action on a target or a zone.
	"installed": {MaxTargets, false},
	"imports":   {2 * MaxTargets, false},
	"attempts":  {mostAttempts, true},
}

// mostAttempts is more than the effects that one record has in an hour: six on each of 40 targets, two in each of a hundred zones.
const mostAttempts = 500

// mostOthers is the most entries of a list or map that mostOf does not have.
const mostOthers = 100

// boundAll bounds every text and list in v. It does not write to what is within bounds, because that may be shared.
func boundAll(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == timeType {
			return
		}
		for _, f := range fieldsOf(v.Type()) {
			boundAll(v.Field(f.index), f.name)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			boundAll(v.Elem(), name)
		}
	case reflect.String:
		if s := boundText(name, v.String()); s != v.String() {
			v.SetString(s)
		}
	case reflect.Slice:
		boundList(v, name)
	case reflect.Map:
		boundMap(v, name)
	}
}

func boundText(name, s string) string {
	switch {
	case messages[name]:
		return Message(s)
	case len(s) > maxStored || !Clean(s):
		return ""
	}
	return s
}

func boundList(v reflect.Value, name string) {
	limit, known := mostOf[name]
	if !known {
		limit.most = mostOthers
	}
	if n := v.Len(); n > limit.most && limit.latest {
		v.Set(v.Slice(n-limit.most, n))
	} else if n > limit.most {
		v.Set(v.Slice3(0, limit.most, limit.most))
	}
	if v.Type().Elem().Kind() == reflect.String {
		boundTexts(v, name)
		return
	}
	for i := range v.Len() {
		boundAll(v.Index(i), name)
	}
}

// boundTexts copies a list of texts before it changes one.
func boundTexts(v reflect.Value, name string) {
	copied := false
	for i := range v.Len() {
		s := v.Index(i).String()
		bound := boundText(name, s)
		if bound == s {
			continue
		}
		if !copied {
			list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(list, v)
			v.Set(list)
			copied = true
		}
		v.Index(i).SetString(bound)
	}
}

// A field is an exported field of a struct: its index and its JSON name.
type field struct {
	index int
	name  string
}

// knownFields caches the fields by type: reading tags is the most expensive part.
var knownFields sync.Map

func fieldsOf(t reflect.Type) []field {
	if known, ok := knownFields.Load(t); ok {
		return known.([]field)
	}
	var fields []field
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			fields = append(fields, field{i, jsonName(f)})
		}
	}
	knownFields.Store(t, fields)
	return fields
}

// jsonName returns the JSON name of a field; empty for an embedded struct.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
