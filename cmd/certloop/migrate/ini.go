package migrate

import (
	"strings"

	"certloop/cmd/certloop/lang"
)

// option is an option of a configuration file with its place.
type option struct {
	// section is "" at the top, renewalparams, or renewalparams.webroot_map below it.
	section, name string
	// values has one entry, or those of a list.
	values []string
	line   int
}

// value returns the option as one text.
func (o option) value() string { return strings.Join(o.values, ", ") }

// iniProblem is a line that cannot be read.
type iniProblem struct {
	line int
	err  error
}

// parseINI reads the form of configuration files that certbot uses (the Python library configobj): sections in brackets,
// nested ones in more of them, quoted values, lists with commas, comments after #.
func parseINI(body string) (options []option, problems []iniProblem) {
	var path []string
	seen := map[string]bool{}
	number := 0
	for text := range strings.Lines(strings.TrimPrefix(body, "\ufeff")) {
		number++
		text = strings.TrimSpace(text)
		switch {
		case text == "" || text[0] == '#':
			continue
		case text[0] == '[':
			var err error
			if path, err = section(path, text); err != nil {
				problems = append(problems, iniProblem{number, err})
			}
			continue
		}
		o, err := parseOption(text)
		o.line, o.section = number, strings.Join(path, ".")
		if key := o.section + "\x00" + o.name; err == nil && seen[key] {
			err = lang.Errorf("%s is there twice", bounded(o.name))
		} else {
			seen[key] = true
		}
		if err != nil {
			problems = append(problems, iniProblem{number, err})
			continue
		}
		options = append(options, o)
	}
	return options, problems
}

// section returns the path of the sections after a heading such as [[webroot_map]].
func section(path []string, text string) ([]string, error) {
	depth := len(text) - len(strings.TrimLeft(text, "["))
	head, rest, closed := strings.Cut(text[depth:], strings.Repeat("]", depth))
	rest = strings.TrimSpace(rest)
	name := strings.Trim(strings.TrimSpace(head), `"'`)
	if !closed || name == "" || strings.ContainsAny(name, "[]") || rest != "" && rest[0] != '#' {
		return path, lang.Errorf("%s is not the heading of a section", bounded(text))
	}
	if depth > len(path)+1 {
		return path, lang.Errorf("section %s is nested too deeply", bounded(name))
	}
	return append(path[:depth-1:depth-1], name), nil
}

// parseOption reads name = value.
func parseOption(text string) (option, error) {
	name, value, ok := strings.Cut(text, "=")
	name = strings.Trim(strings.TrimSpace(name), `"'`)
	if !ok || name == "" {
		return option{}, lang.Errorf("%s is neither a section nor an option with a value", bounded(text))
	}
	values, err := parseValues(strings.TrimSpace(value))
	if err != nil {
		return option{}, lang.Errorf("%s: %w", bounded(name), err)
	}
	return option{name: name, values: values}, nil
}

// parseValues reads a value, or a list of values with commas between them. Each may have quotes. A comma at the end makes
// a list of one.
func parseValues(text string) (values []string, err error) {
	for {
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			return values, nil
		}
		var value string
		if quote := text[0]; quote == '"' || quote == '\'' {
			if strings.HasPrefix(text, strings.Repeat(string(quote), 3)) {
				return nil, lang.Errorf("a value of several lines is not supported")
			}
			end := strings.IndexByte(text[1:], quote)
			if end < 0 {
				return nil, lang.Errorf("the value has no quote at its end")
			}
			value, text = text[1:1+end], strings.TrimSpace(text[end+2:])
			if text != "" && text[0] != ',' && text[0] != '#' {
				return nil, lang.Errorf("there is more after the value in quotes")
			}
		} else {
			end := strings.IndexAny(text, ",#")
			if end < 0 {
				end = len(text)
			}
			value, text = strings.TrimSpace(text[:end]), text[end:]
		}
		values = append(values, value)
		text = strings.TrimPrefix(text, ",")
	}
}
