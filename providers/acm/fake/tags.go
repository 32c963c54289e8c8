package fake

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

type tag struct {
	Key   string
	Value *string `json:",omitempty"`
}

type taggedInput struct {
	CertificateArn string
	Tags           []tag
}

func (s *Service) listTags(c *request, in named) (any, *Refusal) {
	cert, err := s.find(c, in.CertificateArn)
	if err != nil {
		return nil, err
	}
	return map[string]any{"Tags": tagList(cert.Tags)}, nil
}

func (s *Service) addTags(c *request, in taggedInput) (any, *Refusal) {
	cert, err := s.find(c, in.CertificateArn)
	if err != nil {
		return nil, err
	}
	all, err := merged(cert.Tags, in.Tags)
	if err != nil {
		return nil, err
	}
	cert.Tags = all
	s.reindex(cert)
	return none{}, nil
}

// removeTags removes by key, and where a value is given only the tag of that value.
func (s *Service) removeTags(c *request, in taggedInput) (any, *Refusal) {
	cert, err := s.find(c, in.CertificateArn)
	if err != nil {
		return nil, err
	}
	for _, t := range in.Tags {
		if t.Value == nil || cert.Tags[t.Key] == *t.Value {
			delete(cert.Tags, t.Key)
		}
	}
	s.reindex(cert)
	return none{}, nil
}

// tagText are the characters of tags (ACM User Guide, "Tag restrictions").
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// merged are the tags after more were added: at most 50, keys of 1 to 128 characters, values of up to 256.
func merged(tags map[string]string, more []tag) (map[string]string, *Refusal) {
	all := maps.Clone(tags)
	if all == nil {
		all = map[string]string{}
	}
	for i, t := range more {
		value := ""
		if t.Value != nil {
			value = *t.Value
		}
		switch n := utf8.RuneCountInString(t.Key); {
		case n == 0 || n > 128 || utf8.RuneCountInString(value) > 256:
			return nil, refuse("InvalidTagException", "Tag %q: keys have 1 to 128 characters, values up to 256.", t.Key)
		case !tagText.MatchString(t.Key) || !tagText.MatchString(value):
			return nil, refuse("InvalidTagException", "Tag %q holds characters that tags cannot have.", t.Key)
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return nil, refuse("InvalidTagException", "Tag %q: the prefix aws: is reserved.", t.Key)
		case slices.ContainsFunc(more[:i], func(o tag) bool { return o.Key == t.Key }):
			return nil, refuse("InvalidTagException", "Tag %q is given twice.", t.Key)
		}
		all[t.Key] = value
	}
	if len(all) > 50 {
		return nil, refuse("TooManyTagsException", "A certificate can have at most 50 tags.")
	}
	return all, nil
}

func tagList(tags map[string]string) []tag {
	list := []tag{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value := tags[key]
		list = append(list, tag{Key: key, Value: &value})
	}
	return list
}
