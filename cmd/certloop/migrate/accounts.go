package migrate

import (
	"net/url"
	"slices"

	"certloop/reconciler/api"
)

// accountKey is what makes one Account record differ from another.
type accountKey struct{ directory, email string }

// accounts are the Account records so far.
type accounts struct {
	byKey   map[accountKey]string
	names   Namer
	records []Record
}

// bindingAliases are the directories that require an external account binding.
var bindingAliases = []string{"jprs", "google", "zerossl", "digicert-jp", "sectigo-dv", "sslcom-rsa", "sslcom-ecc"}

// account returns the name of the Account record for a directory, an alias or URL, and a contact. It makes one, and
// reports what that needs, where there is none yet.
func (b *builder) account(directory, email string, line int, path string) string {
	directory = aliasOf(directory)
	key := accountKey{directory, email}
	if name, ok := b.accounts.byKey[key]; ok {
		return name
	}
	name := b.accounts.names.Name(nameOfDirectory(directory))
	r := Record{"name": name, "kind": string(api.KindAccount), "directory": directory}
	if email != "" {
		r["email"] = email
	}
	b.accounts.byKey[key] = name
	b.accounts.records = append(b.accounts.records, r)
	b.check(r, func(string) (int, string) { return line, path })
	if slices.Contains(bindingAliases, directory) {
		b.note(Lost, line, path, b.F("account %[1]s: the EAB credential is usually spent by the registration of the other tool: get a fresh one from the CA or reseller and run certloop account create %[1]s, which stores it", name))
	} else if api.DirectoryAliases[directory] == "" {
		b.note(Info, line, path, b.F("account %[1]s: if this CA requires EAB, get a fresh credential and run certloop account create %[1]s", name))
	}
	return name
}

// aliasOf returns the alias of a directory that has one, else the directory itself.
func aliasOf(directory string) string {
	for alias, known := range api.DirectoryAliases {
		if directory == known {
			return alias
		}
	}
	return directory
}

func nameOfDirectory(directory string) string {
	if api.DirectoryAliases[directory] != "" {
		return directory
	}
	if u, err := url.Parse(directory); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "account"
}
