// Package lang has the messages of the command line in English and Japanese. The English text in the source is the key of
// the catalogue; a test holds that the catalogue has each of them and no other.
package lang

import (
	"fmt"
	"strings"
	"sync"

	"certloop/reconciler/api"
)

// Language is the language of messages.
type Language string

// English is the language of the source, and the one of every locale that is not Japanese.
const (
	English  Language = "en"
	Japanese Language = "ja"
)

// FromEnvironment returns the language of the locale: the first of LC_ALL, LC_MESSAGES and LANG that is not empty, as POSIX
// has it (Base Definitions, section 8.2).
func FromEnvironment(getenv func(string) string) Language {
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(variable); locale != "" {
			return ofLocale(locale)
		}
	}
	return English
}

// ofLocale returns the language of a locale's name, such as ja_JP.UTF-8.
func ofLocale(locale string) Language {
	if language, _, _ := strings.Cut(locale, "_"); strings.HasPrefix(strings.ToLower(language), "ja") {
		return Japanese
	}
	return English
}

// T returns the text in the language. The English text is the key, and must be a string literal or a constant. A text that
// the catalogue does not have stays English.
func (l Language) T(english string) string { return l.text(english) }

// F is fmt.Sprintf with the translated format. A translation may change the order of the arguments with %[2]s. A format has
// no width for strings: fmt pads by characters, and a Japanese character has two cells on a terminal.
func (l Language) F(format string, args ...any) string {
	return fmt.Sprintf(l.text(format), args...)
}

// Remedy returns what to do about a reason; empty: no action is needed. It is api.Remedy in English.
func (l Language) Remedy(r api.Reason) string {
	if translated, ok := japaneseRemedies[r]; ok && l == Japanese {
		return translated
	}
	return api.Remedy(r)
}

// Translate returns in the language a remedy that arrives in English, as in the answers of the function. Other texts stay as
// they are.
func (l Language) Translate(remedy string) string {
	for reason := range japaneseRemedies {
		if api.Remedy(reason) == remedy {
			return l.Remedy(reason)
		}
	}
	return remedy
}

func (l Language) text(english string) string {
	if l != Japanese {
		return english
	}
	if translated, ok := japanese()[english]; ok {
		return translated
	}
	return english
}

// japanese returns the catalogue by English text.
var japanese = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, entries := range catalogue {
		for _, e := range entries {
			all[e.english] = e.japanese
		}
	}
	return all
})

// entry is one text in both languages. Entries are a list and not a map, so that gofmt does not align them and two
// changes seldom touch the same lines.
type entry struct{ english, japanese string }

// catalogue has the entries of all areas.
var catalogue = [][]entry{
	messages,
	see,
	served,
	failures,
	importing,
	changing,
	planning,
	doctor,
	forecasting,
	reporting,
	trying,
	discovering,
	accounting,
	repeating,
	progressing,
}
