package command

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"certloop/cmd/certloop/deployment"
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
		"account-get":                {terminal{width: 100}, 0, "account get jprs"},
		"account-get-ja":             {terminal{width: 100, environ: japanese}, 0, "account get default"},
		"account-get-limits":         {terminal{width: 100}, 0, "account get default"},
		"account-get-limits-60":      {terminal{width: 60}, 0, "account get default"},
		"account-get-unknown":        {terminal{width: 100}, 1, "account get nobody"},
		"account-create":             {terminal{in: hmacKey + "\n"}, 0, create},
		"account-create-prompts":     {terminal{asked: true, in: "jprs\ntls@example.jp\nkid-1\n" + hmacKey + "\n"}, 0, "account create new-jprs"},
		"account-create-ja":          {terminal{environ: japanese, asked: true, in: "jprs\n\nkid-1\n" + hmacKey + "\n"}, 0, "account create new-jprs"},
		"account-create-no-eab":      {terminal{}, 3, "account create new-jprs --directory jprs"},
		"account-create-asks-eab":    {terminal{asked: true, in: "kid-1\n" + hmacKey + "\n"}, 0, "account create new-jprs --directory jprs"},
		"account-create-no-tty":      {terminal{}, 3, "account create new"},
		"account-create-wrong":       {terminal{}, 3, "account create new --directory letsencrpt"},
		"account-create-problems":    {terminal{}, 3, "account create New --directory letsencrpt --email nobody --network home --ca-certificates account_test.go"},
		"account-create-problems-ja": {terminal{environ: japanese}, 3, "account create new --directory letsencrpt --email nobody"},
		"account-create-exists":      {terminal{}, 1, "account create jprs --directory jprs"},
		"account-create-badhmac":     {terminal{in: "not/base64url+" + hmacKey}, 3, create},
		"account-create-help":        {terminal{}, 0, "account create --help"},
		"account-delete-used":        {terminal{}, 1, "account delete jprs"},
		"account-delete-forced":      {terminal{width: 100}, 0, "account delete jprs --force --yes"},
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

// unread is the error without the right to read the function's variables.
var unread = &deployment.UnreadPlace{Err: deployment.Explain(&smithy.OperationError{ServiceID: "Lambda", OperationName: "GetFunctionConfiguration",
	Err: &smithy.GenericAPIError{Code: "AccessDeniedException"}}, deployment.Place{})}

// TestAccountCreate_WhereTheCredentialIsStored: an operator who may not read the function's variables learns what that means
// before the credential is stored, and can state them.
func TestAccountCreate_WhereTheCredentialIsStored(t *testing.T) {
	const (
		prefixWarning = "set --secret-prefix"
		keyWarning    = "set --secret-kms-key"
		id            = "arn:aws:kms:ap-northeast-1:123456789012:key/1a2b"
	)
	function := deployment.SecretPlace{Prefix: "prod", KMSKey: id}
	for sentence, c := range map[string]struct {
		place deployment.SecretPlace
		err   error
		flags string
		code  int
		want  deployment.SecretPlace
		texts []string
	}{
		"as the function has it":              {function, nil, "", 0, function, nil},
		"stated as the function has it":       {function, nil, "--secret-prefix prod --secret-kms-key 1a2b", 0, function, nil},
		"a key stated by an alias":            {function, nil, "--secret-kms-key alias/certloop", 0, function, nil},
		"another prefix":                      {function, nil, "--secret-prefix other", 3, deployment.SecretPlace{}, []string{"names begin with prod/: omit the flag"}},
		"another key":                         {function, nil, "--secret-kms-key 3c4d", 3, deployment.SecretPlace{}, []string{id + " for its secrets and could not decrypt"}},
		"a key where the function has none":   {deployment.SecretPlace{Prefix: "prod"}, nil, "--secret-kms-key 3c4d", 3, deployment.SecretPlace{}, []string{"uses alias/aws/secretsmanager"}},
		"without the right":                   {deployment.SecretPlace{}, unread, "", 0, deployment.SecretPlace{Prefix: "certloop"}, []string{"AWS denies lambda:GetFunctionConfiguration", "certloop/eab/x", prefixWarning, keyWarning}},
		"without the right, with prefix":      {deployment.SecretPlace{}, unread, "--secret-prefix prod", 0, deployment.SecretPlace{Prefix: "prod"}, []string{"AWS denies lambda:GetFunctionConfiguration", keyWarning}},
		"without the right, with key":         {deployment.SecretPlace{}, unread, "--secret-kms-key 1a2b", 0, deployment.SecretPlace{Prefix: "certloop", KMSKey: "1a2b"}, []string{prefixWarning}},
		"without the right, all stated":       {deployment.SecretPlace{}, unread, "--secret-prefix prod --secret-kms-key 1a2b", 0, deployment.SecretPlace{Prefix: "prod", KMSKey: "1a2b"}, nil},
		"the variables cannot be read now":    {deployment.SecretPlace{}, awsError("ThrottlingException"), "", 1, deployment.SecretPlace{}, []string{"AWS throttles"}},
		"they cannot be read, but are stated": {deployment.SecretPlace{}, awsError("ExpiredTokenException"), "--secret-prefix prod --secret-kms-key 1a2b", 1, deployment.SecretPlace{}, []string{"session has expired"}},
		"a prefix that no secret can have":    {function, nil, "--secret-prefix /prod", 3, deployment.SecretPlace{}, []string{"--secret-prefix is"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := sample()
			w.moving.place, w.moving.unplaced = c.place, c.err
			args := "account create x --directory jprs --eab-kid kid-1 --no-wait --eab-hmac-file - " + c.flags
			out, code := terminal{world: w, in: hmacKey}.run(t, strings.Fields(args)...)
			if code != c.code || w.moving.storedAt != c.want {
				t.Errorf("code %d, stored at %+v, want %d, %+v:\n%s", code, w.moving.storedAt, c.code, c.want, out)
			}
			for _, text := range []string{"AWS denies", prefixWarning, keyWarning} {
				if strings.Contains(out, text) && !strings.Contains(strings.Join(c.texts, "\n"), text) && len(c.texts) == 0 {
					t.Errorf("the output has %q:\n%s", text, out)
				}
			}
			for _, text := range c.texts {
				if !strings.Contains(out, text) {
					t.Errorf("the output lacks %q:\n%s", text, out)
				}
			}
			if c.code != 0 && len(w.written) > 0 {
				t.Error("the account was created")
			}
		})
	}
	w := sample()
	w.moving.unplaced = unread
	terminal{world: w, in: hmacKey, width: 100}.golden(t, "account-create-unread", 0, strings.Fields("account create x --directory jprs --eab-kid kid-1 --no-wait --eab-hmac-file -")...)
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
