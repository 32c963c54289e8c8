package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

var tagging = map[string]part{
	"tags are set, changed and removed, once as often as twice": setTags,
	"a tag that is not there is removed":                        removeNothing,
	"a full set of tags is exchanged for another":               exchangeTags,
	"tags on a certificate that nobody knows are NotFound":      tagNowhere,
	"more than 50 tags are refused":                             tooManyTags,
	"a tag under aws: is refused":                               reservedTag,
	"a tag value of more than 256 characters is refused":        longTag,
	"a first import with tags that are refused makes nothing":   importBadTags,
	"a certificate is found by its owner and its target":        find,
	"a certificate of another key type is found too":            findAnyKeyType,
	"what has lost its ownership tags is not found":             findUntagged,
}

func (s Subject) tag(t *testing.T, arn string, set map[string]string, remove ...string) {
	t.Helper()
	if err := s.Tag(t.Context(), s.At, arn, set, remove); err != nil {
		t.Fatal(err)
	}
}

func (s Subject) wantTags(t *testing.T, arn string, want map[string]string) {
	t.Helper()
	if found := s.described(t, arn); !maps.Equal(found.Tags, want) {
		t.Errorf("its tags are %v, want %v", found.Tags, want)
	}
}

func setTags(t *testing.T, s Subject) {
	arn := s.imported(t, leaf(testca.Leaf{}))
	s.tag(t, arn, map[string]string{"a": "1", "b": "2", "c": ""})
	for range 2 {
		s.tag(t, arn, map[string]string{"b": "3", "d": "4"}, "a")
		s.wantTags(t, arn, map[string]string{"b": "3", "c": "", "d": "4"})
	}
}

func removeNothing(t *testing.T, s Subject) {
	arn := s.imported(t, leaf(testca.Leaf{}))
	s.tag(t, arn, map[string]string{"a": "1"})
	s.tag(t, arn, nil, "b")
	s.tag(t, arn, nil)
	s.wantTags(t, arn, map[string]string{"a": "1"})
}

func many(prefix string, n int) map[string]string {
	tags := map[string]string{}
	for i := range n {
		tags[fmt.Sprintf("%s%d", prefix, i)] = "v"
	}
	return tags
}

func exchangeTags(t *testing.T, s Subject) {
	arn := s.imported(t, leaf(testca.Leaf{}))
	old, next := many("old", 50), many("new", 50)
	s.tag(t, arn, old)
	s.tag(t, arn, next, slices.Sorted(maps.Keys(old))...)
	s.wantTags(t, arn, next)
}

func tagNowhere(t *testing.T, s Subject) {
	arn := nowhere(t, s)
	wantKind(t, s.Tag(t.Context(), s.At, arn, map[string]string{"a": "1"}, nil), api.NotFound, "")
	wantKind(t, s.Tag(t.Context(), s.At, arn, nil, []string{"a"}), api.NotFound, "")
}

func wantTagRefused(t *testing.T, s Subject, tags map[string]string) {
	t.Helper()
	arn := s.imported(t, leaf(testca.Leaf{}))
	s.tag(t, arn, map[string]string{"a": "1"})
	wantKind(t, s.Tag(t.Context(), s.At, arn, tags, nil), api.Terminal, "")
	s.wantTags(t, arn, map[string]string{"a": "1"})
}

func tooManyTags(t *testing.T, s Subject) { wantTagRefused(t, s, many("tag", 50)) }

func reservedTag(t *testing.T, s Subject) {
	wantTagRefused(t, s, map[string]string{"aws:cloudformation:stack-name": "x"})
}

func longTag(t *testing.T, s Subject) {
	wantTagRefused(t, s, map[string]string{"long": strings.Repeat("x", 257)})
}

func importBadTags(t *testing.T, s Subject) {
	r := leaf(testca.Leaf{})
	r.Tags = map[string]string{"aws:reserved": "x"}
	wantRefused(t, s, r)
}

func (s Subject) found(t *testing.T, tags map[string]string) []string {
	t.Helper()
	arns, err := s.Find(t.Context(), s.At, tags[api.TagOwner], tags[api.TagTarget])
	if err != nil {
		t.Fatal(err)
	}
	return arns
}

func find(t *testing.T, s Subject) {
	tags := ownership()
	otherTarget, otherOwner := maps.Clone(tags), ownership()
	otherTarget[api.TagTarget] = "us-east-1"
	var want []string
	for range 2 {
		r := leaf(testca.Leaf{})
		r.Tags = tags
		want = append(want, s.imported(t, r))
	}
	for _, others := range []map[string]string{otherTarget, otherOwner, nil} {
		r := leaf(testca.Leaf{})
		r.Tags = others
		s.imported(t, r)
	}
	slices.Sort(want)
	if got := s.found(t, tags); !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func findAnyKeyType(t *testing.T, s Subject) {
	tags := ownership()
	r := leaf(testca.Leaf{KeyType: api.EC384})
	r.Tags = tags
	arn := s.imported(t, r)
	if got := s.found(t, tags); !slices.Equal(got, []string{arn}) {
		t.Errorf("found %v, want %s", got, arn)
	}
}

func findUntagged(t *testing.T, s Subject) {
	tags := ownership()
	r := leaf(testca.Leaf{})
	r.Tags = tags
	arn := s.imported(t, r)
	s.tag(t, arn, nil, api.TagOwner)
	if got := s.found(t, tags); len(got) > 0 {
		t.Errorf("found %v", got)
	}
}
