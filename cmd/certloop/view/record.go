package view

import (
	"encoding/json"
	"fmt"
	"strings"
)

// text returns a string attribute of a record, or "".
func text(record map[string]any, attribute string) string {
	value, _ := record[attribute].(string)
	return value
}

// entries returns a list attribute of a record, its entries separated by commas.
func entries(record map[string]any, attribute string) string {
	switch list := record[attribute].(type) {
	case []string:
		return strings.Join(list, ",")
	case []any:
		texts := make([]string, len(list))
		for i, entry := range list {
			texts[i] = fmt.Sprint(entry)
		}
		return strings.Join(texts, ",")
	}
	return text(record, attribute)
}

// shown returns a value of a record on one line: a list as its entries, a map as JSON.
func shown(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, ", ")
	case []any:
		texts := make([]string, len(v))
		for i, entry := range v {
			texts[i] = shown(entry)
		}
		return strings.Join(texts, ", ")
	}
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(body)
}
