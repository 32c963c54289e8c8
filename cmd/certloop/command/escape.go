package command

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"

	"certloop/cmd/certloop/plain"
)

// jsonString matches a string in JSON, and the colon after the name of a field.
var jsonString = regexp.MustCompile(`("(?:[^"\\]|\\.)*")(:?)`)

// plainName matches the name of a field that is written without quotes.
var plainName = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// toYAML returns JSON as YAML. The library writes control characters as they are, and a name with a line end as something else
// than a name, so each such string is replaced by a token before, and the token by the string in quotes after: YAML has the
// escapes of JSON.
func toYAML(body []byte) ([]byte, error) {
	token := "certloopEscaped"
	for strings.Contains(string(body), token) {
		token += "X"
	}
	var quoted []string
	tokens := jsonString.ReplaceAllStringFunc(string(body), func(match string) string {
		text, isName := strings.CutSuffix(match, ":")
		var value string
		if err := json.Unmarshal([]byte(text), &value); err != nil || !needsQuotes(value, isName) {
			return match
		}
		quoted = append(quoted, text)
		return fmt.Sprintf(`"%s%06dY"`, token, len(quoted)-1) + strings.TrimPrefix(match, text)
	})
	converted, err := yaml.JSONToYAML([]byte(tokens))
	if err != nil {
		return nil, err
	}
	out := string(converted)
	for i, text := range quoted {
		out = strings.Replace(out, fmt.Sprintf("%s%06dY", token, i), text, 1)
	}
	return []byte(out), nil
}

func needsQuotes(value string, isName bool) bool {
	return strings.ContainsFunc(value, isEscaped) || isName && !plainName.MatchString(value)
}

// isEscaped reports whether a string with that character is written in quotes. A text of several lines is written as a block.
func isEscaped(r rune) bool { return r != '\n' && plain.IsControl(r) }
