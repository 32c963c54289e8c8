package lambdaruntime

import (
	"slices"
	"strings"
	"testing"
)

func TestLines_AreWholeHoweverTheyArrive(t *testing.T) {
	long := strings.Repeat("x", longestLine+1)
	for sentence, c := range map[string]struct {
		pieces []string
		want   []string
	}{
		"one piece is one line":                    {[]string{"a\n"}, []string{"a"}},
		"a line in two pieces":                     {[]string{"a", "b\n"}, []string{"ab"}},
		"two lines and a half, and the other half": {[]string{"a\nb\nc", "d\n"}, []string{"a", "b", "cd"}},
		"a last line without an end":               {[]string{"a\nb"}, []string{"a", "b"}},
		"an empty line is not an event of the log": {[]string{"a\n\nb\n"}, []string{"a", "b"}},
		"a line that does not end is cut":          {[]string{long, "\n"}, []string{long}},
	} {
		t.Run(sentence, func(t *testing.T) {
			var got []string
			var log strings.Builder
			l := &lines{log: &log, line: func(line []byte) { got = append(got, string(line)) }}
			for _, p := range c.pieces {
				if n, err := l.Write([]byte(p)); n != len(p) || err != nil {
					t.Errorf("wrote %d of %d bytes, %v", n, len(p), err)
				}
			}
			l.end()
			if !slices.Equal(got, c.want) {
				t.Errorf("lines %q, want %q", got, c.want)
			}
			if !strings.HasPrefix(log.String(), c.want[0]+"\n") {
				t.Errorf("the log begins with %.40q", log.String())
			}
		})
	}
}
