package command

import (
	"errors"
	"os"
	"slices"
	"strings"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/manifest"
	"certloop/reconciler/api"
)

// session is one edit of a record.
type session struct {
	*app
	key  api.Key
	read map[string]any
	// path is the file in the editor. original is the text at first, and shown the record that the text has at first.
	path     string
	original string
	shown    map[string]any
}

func (a *app) newSession(l api.Listed) (*session, error) {
	s := &session{app: a, key: l.Key, read: l.Record, original: string(manifest.Encode([]map[string]any{l.Record}))}
	// A record may have what a file cannot have, such as binary values. They stay as they are while their text is not edited.
	docs, _ := manifest.Decode([]manifest.File{{Body: []byte(s.original)}}, a.defaults())
	if len(docs) != 1 {
		return nil, lang.Errorf("%s cannot be edited as text: use certloop apply", label(l.Key))
	}
	s.shown = docs[0].Attributes
	name := l.Key.Name
	if api.ValidateName(name) != nil {
		name = "record"
	}
	file, err := os.CreateTemp("", "certloop-"+name+"-*.yaml")
	if err != nil {
		return nil, lang.Errorf("create a file for the editor: %w", err)
	}
	s.path = file.Name()
	return s, file.Close()
}

// change opens the editor until the text has no problem, and returns what it changes. Without a change it is empty.
func (s *session) change() (manifest.Change, error) {
	text, last := s.original, ""
	var problems error
	for {
		if err := s.open(s.header(problems) + text); err != nil {
			return manifest.Change{}, err
		}
		edited, err := s.text()
		switch {
		case err != nil:
			return manifest.Change{}, err
		case strings.TrimSpace(edited) == "", edited == s.original:
			return manifest.Change{}, nil
		case edited == last:
			// The problems were seen, and nothing was corrected.
			return manifest.Change{}, lang.Errorf("nothing was written, because the text still has problems: %w", problems)
		}
		text, last = edited, edited
		change, found := s.judge(edited)
		if found == nil {
			return change, nil
		}
		problems = found
	}
}

// judge returns the change that a text makes, or its problems. Their lines are those of the file with the header.
func (s *session) judge(text string) (manifest.Change, error) {
	file := manifest.File{Name: s.path, Body: []byte(text)}
	docs, err := manifest.Decode([]manifest.File{file}, s.defaults())
	var problems manifest.Problems
	errors.As(err, &problems)
	switch {
	case len(docs) == 1 && docs[0].Key == s.key:
	case err != nil:
		return manifest.Change{}, err
	default:
		return manifest.Change{}, lang.Errorf("the text must have this record alone, with its name and kind: %s", label(s.key))
	}
	change := manifest.Merge(s.read, s.edited(docs[0].Attributes))
	problems = append(problems, docs[0].Removals(s.read, s.defaults())...)
	// The document is the whole record, so what it lacks is a problem too.
	for _, p := range docs[0].Check(change.Record, s.defaults()) {
		if !slices.ContainsFunc(problems, func(q manifest.Problem) bool { return p.Field == q.Field }) {
			problems = append(problems, p)
		}
	}
	if len(problems) > 0 {
		return manifest.Change{}, problems
	}
	return change, nil
}

// edited returns the attributes that differ from those that the text had at first; nil is one whose lines were deleted.
func (s *session) edited(after map[string]any) map[string]any {
	edited := map[string]any{}
	for name, value := range after {
		if !manifest.Equal(s.shown[name], value) {
			edited[name] = value
		}
	}
	for name := range s.shown {
		if _, ok := after[name]; !ok {
			edited[name] = nil
		}
	}
	return edited
}
