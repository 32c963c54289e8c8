package command

import (
	"errors"
	"os"
	"os/exec"
	"strings"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/manifest"
)

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
	var all manifest.Problems
	if !errors.As(problems, &all) {
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
	file, err := openOutput(s.path)
	if err == nil {
		err = file.replace([]byte(text))
	}
	if err != nil {
		return err
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
