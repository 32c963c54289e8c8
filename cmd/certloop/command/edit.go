package command

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/manifest"
	"certloop/reconciler/api"
)

func newEdit(a *app) *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use:     "edit NAME",
		GroupID: groupChange,
		Short:   a.screen.T("Edit a record in your editor"),
		Long: a.screen.T(`Open a record in the editor of VISUAL or EDITOR, else vi, and write the attributes that you changed, added or removed. If the text has problems, they are shown at its top and the editor opens again.

Nothing is written if the record was changed by another writer in the meantime. The text is then kept in a file.`),
		Example: "  certloop edit www\n  EDITOR='code --wait' certloop edit account/jprs",
		Args:    usage(cobra.ExactArgs(1)),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if kind, err := parseKind(kind); err == nil && len(args) == 0 {
				return a.completeNames(kind)(cmd, args, typed)
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, names []string) error { return a.edit(cmd.Context(), names, kind) },
	}
	a.kindFlag(cmd, &kind)
	return cmd
}

func (a *app) edit(ctx context.Context, names []string, kind string) error {
	keys, err := parseKeys(names, kind)
	if err != nil {
		return err
	}
	// In an editor, Ctrl-C is a command of the editor, and this process receives it too.
	ctx = context.WithoutCancel(ctx)
	found, err := a.present(ctx, keys)
	if err != nil {
		return err
	}
	s, err := a.newSession(found[0])
	if err != nil {
		return err
	}
	change, err := s.change()
	switch {
	case err != nil:
		return s.kept(err)
	case change.IsEmpty():
		s.remove()
		a.screen.Line(label(s.key) + " " + a.screen.T("unchanged"))
		return nil
	}
	err = a.opened.ChangeRecord(ctx, deployment.RecordChange{Key: s.key, Read: s.read, Set: change.Set, Remove: change.Remove, Watched: watched(s.key)})
	if isConflict(err) {
		err = lang.Errorf("%s was changed by another writer while you edited it", label(s.key))
	}
	if err != nil {
		return s.kept(err)
	}
	s.remove()
	a.screen.Line(label(s.key) + " " + a.screen.T("configured"))
	return nil
}

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
	problems, _ := err.(manifest.Problems)
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

// header returns the comment at the top of the text. With problems it has a line for each.
func (s *session) header(problems error) string {
	var lines []string
	if problems != nil {
		lines = append(lines, s.screen.T("This text has problems. Correct them, or close the editor without a change to stop."))
		count := len(strings.Split(s.screen.Error(problems), "\n")) + headLines
		lines = append(lines, strings.Split(s.screen.Error(shifted(problems, count)), "\n")...)
	} else {
		lines = append(lines, s.screen.F("Edit %s. What you save is written; an empty text, or one without a change, writes nothing.", label(s.key)))
	}
	return comment + strings.Join(lines, "\n"+comment) + "\n" + comment + "\n"
}

// comment begins the lines of the header. A comment of the operator's own begins otherwise, so it stays.
const comment = "#~ "

// headLines is how many lines the header has besides those of problems.
const headLines = 2

// shifted returns problems as their lines are below a header of so many lines, without the name of the file.
func shifted(problems error, lines int) error {
	all, ok := problems.(manifest.Problems)
	if !ok {
		return problems
	}
	var out manifest.Problems
	for _, p := range all {
		p.File, p.Line = "", p.Line+lines
		out = append(out, p)
	}
	return out
}

// text reads the file without its header.
func (s *session) text() (string, error) {
	body, err := s.readFile(s.path)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for line := range strings.Lines(string(body)) {
		if !strings.HasPrefix(line, strings.TrimSpace(comment)) {
			out.WriteString(line)
		}
	}
	return out.String(), nil
}

// open writes the text into the file and runs the editor, which a shell may split into a command and its arguments.
func (s *session) open(text string) error {
	if err := os.WriteFile(s.path, []byte(text), 0o600); err != nil {
		return lang.Errorf("write the file for the editor: %w", err)
	}
	editor := "vi"
	for _, variable := range []string{"EDITOR", "VISUAL"} {
		if value := s.getenv(variable); value != "" {
			editor = value
		}
	}
	cmd := exec.Command("sh", "-c", editor+` "$0"`, s.path)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.config.In, s.config.Out, s.config.Err
	if err := cmd.Run(); err != nil {
		return lang.Errorf("the editor %s failed: %w. Set EDITOR to another command", editor, err)
	}
	return nil
}

// kept returns an error with the path of the text, so that nothing that was written by hand is lost. Without a change there
// is nothing to keep.
func (s *session) kept(err error) error {
	if text, readErr := s.text(); readErr != nil || strings.TrimSpace(text) == "" || text == s.original {
		s.remove()
		return err
	}
	return lang.Errorf("%w\nYour text is in %s", err, s.path)
}

func (s *session) remove() { _ = os.Remove(s.path) }
