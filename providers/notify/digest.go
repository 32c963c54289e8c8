package notify

import (
	"fmt"
	"strings"

	"certloop/reconciler/api"
)

// longestLine is where a line of names ends. SMTP allows 998 bytes (RFC 5321, section 4.5.3.1.6); readers read fewer.
const longestLine = 100

// digestLines is one group of a digest: how many notices of which type and reason, and the names.
func digestLines(w api.Withheld) string {
	reason := oneLine(string(w.Reason))
	if reason == "" {
		reason = "several reasons"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s (%s):\n", w.Count, oneLine(w.Type), reason)
	line := ""
	for i, name := range w.Names {
		name = oneLine(name)
		if i < len(w.Names)-1 {
			name += ","
		}
		if line != "" && len(line)+len(name) >= longestLine {
			b.WriteString(line + "\n")
			line = ""
		}
		line += " " + name
	}
	if more := w.Count - len(w.Names); more > 0 {
		line += fmt.Sprintf(" and %d more notices", more)
	}
	b.WriteString(line + "\n")
	return b.String()
}
