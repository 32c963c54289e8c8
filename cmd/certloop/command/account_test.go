package command

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// hmacKey is the HMAC key of the tests: no output may have it.
const hmacKey = "c2VjcmV0LWhtYWMta2V5LW9mLXRoZS10ZXN0"

func TestGolden_Account(t *testing.T) {
	const create = "account create new-jprs --directory jprs --email tls@example.jp --eab-kid kid-1 --eab-hmac-file -"
	for name, c := range map[string]struct {
		terminal terminal
		code     int
		args     string
	}{
		"account-get":             {terminal{width: 100}, 0, "account get jprs"},
		"account-get-ja":          {terminal{width: 100, environ: japanese}, 0, "account get default"},
		"account-get-unknown":     {terminal{width: 100}, 1, "account get nobody"},
		"account-create":          {terminal{in: hmacKey + "\n"}, 0, create},
		"account-create-prompts":  {terminal{asked: true, in: "jprs\ntls@example.jp\nkid-1\n" + hmacKey + "\n"}, 0, "account create new-jprs"},
		"account-create-ja":       {terminal{environ: japanese, asked: true, in: "jprs\n\nkid-1\n" + hmacKey + "\n"}, 0, "account create new-jprs"},
		"account-create-no-eab":   {terminal{}, 3, "account create new-jprs --directory jprs"},
		"account-create-asks-eab": {terminal{asked: true, in: "kid-1\n" + hmacKey + "\n"}, 0, "account create new-jprs --directory jprs"},
		"account-create-no-tty":   {terminal{}, 3, "account create new"},
		"account-create-wrong":    {terminal{}, 3, "account create new --directory letsencrpt"},
		"account-create-exists":   {terminal{}, 1, "account create jprs --directory jprs"},
		"account-create-badhmac":  {terminal{in: "not/base64url+" + hmacKey}, 3, create},
		"account-create-help":     {terminal{}, 0, "account create --help"},
		"account-delete-used":     {terminal{}, 1, "account delete jprs"},
		"account-delete-forced":   {terminal{width: 100}, 0, "account delete jprs --force --yes"},
	} {
		t.Run(name, func(t *testing.T) {
			w := sample()
			// The controller registers the account as soon as there is a record.
			w.before = func(key api.Key) error {
				if key.Name == "new-jprs" {
					status := account().AccountStatus
					w.records = append(w.records, api.Listed{Key: key, AccountStatus: status})
				}
				return nil
			}
			c.terminal.world = w
			c.terminal.golden(t, name, c.code, strings.Fields(c.args)...)
			if stored := w.moving.stored; c.code == 0 && strings.Contains(c.args, "create") && !strings.Contains(c.args, "help") &&
				(len(stored) != 1 || stored[0].KID != "kid-1" || string(stored[0].HMACKey.Reveal()) != hmacKey) {
				t.Errorf("%d credentials were stored", len(stored))
			}
		})
	}
}

// The HMAC key is in no output, whatever goes wrong, and there is no flag for it.
func TestAccountCreate_NeverShowsTheHMACKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hmac")
	if err := os.WriteFile(file, []byte(hmacKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	create := []string{"account", "create", "x", "--directory", "jprs", "--eab-kid", "kid-1", "--no-wait"}
	for sentence, c := range map[string]struct {
		terminal terminal
		args     []string
		refuses  error
	}{
		"from standard input":           {terminal{in: hmacKey}, []string{"--eab-hmac-file", "-"}, nil},
		"from a file":                   {terminal{}, []string{"--eab-hmac-file", file}, nil},
		"from a prompt":                 {terminal{asked: true, in: hmacKey + "\n"}, nil, nil},
		"which is wrong":                {terminal{in: hmacKey + "\nmore " + hmacKey}, []string{"--eab-hmac-file", "-"}, nil},
		"which AWS refuses":             {terminal{in: hmacKey}, []string{"--eab-hmac-file", "-"}, io.ErrUnexpectedEOF},
		"an account with a wrong field": {terminal{in: hmacKey}, []string{"--eab-hmac-file", "-", "--email", "nobody"}, nil},
		"as the value of a flag":        {terminal{}, []string{"--eab-hmac", "x"}, nil},
	} {
		c.terminal.world = sample()
		c.terminal.world.moving.refuses = c.refuses
		output, code := c.terminal.run(t, append(create, c.args...)...)
		if strings.Contains(output, hmacKey) || strings.Contains(output, hmacKey[4:12]) {
			t.Errorf("%s: the output has the HMAC key", sentence)
		}
		if stored := len(c.terminal.world.moving.stored); (stored == 1) != (code == 0) {
			t.Errorf("%s: exit code %d, and %d credentials were stored: %s", sentence, code, stored, output)
		}
		for _, l := range c.terminal.world.records {
			if l.Key.Name == "x" && strings.Contains(strings.Join(strings.Fields(toText(l.Record)), ""), hmacKey) {
				t.Errorf("%s: the record has the HMAC key", sentence)
			}
		}
	}
}

func toText(record map[string]any) string {
	var all strings.Builder
	for name, value := range record {
		all.WriteString(name)
		if s, ok := value.(string); ok {
			all.WriteString(s)
		}
	}
	return all.String()
}
