package command

import (
	"bufio"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// bound are the directories that require an EAB credential.
var bound = []string{"jprs", "google", "zerossl", "digicert-jp", "sectigo-dv", "sslcom-rsa", "sslcom-ecc"}

// completeAccount asks for what no flag sets, on a terminal, and returns the EAB credential; its KID is empty if there is
// none.
func (a *app) completeAccount(o *accountOptions) (credential api.EAB, err error) {
	ask := &prompt{app: a, in: bufio.NewReader(a.config.In), asks: a.config.Terminal || isTerminal(a.config.In)}
	if o.directory == "" {
		if o.directory, err = ask.line(a.errs.T("Directory (URL or alias):"), "--directory"); err != nil {
			return credential, err
		}
		if err = ask.optional(&o.email, a.errs.T("E-mail address of the contact (empty: none):")); err != nil {
			return credential, err
		}
		if err = ask.optional(&o.kid, a.errs.T("EAB key identifier (empty: the CA requires no EAB):")); err != nil {
			return credential, err
		}
	}
	requires := slices.Contains(bound, o.directory)
	switch {
	case o.kid == "" && requires && ask.asks:
		if o.kid, err = ask.line(a.errs.T("EAB key identifier:"), "--eab-kid"); err != nil {
			return credential, err
		}
	case o.kid == "" && requires:
		return credential, usageError{lang.Errorf("%s requires an EAB credential: set --eab-kid and --eab-hmac-file", o.directory)}
	case o.kid == "":
		return credential, nil
	}
	hmac, err := a.hmac(o.hmacFile, ask)
	return api.EAB{KID: o.kid, HMACKey: hmac}, err
}

// hmac reads the HMAC key. No error has anything of it.
func (a *app) hmac(file string, ask *prompt) (api.Secret, error) {
	var text string
	switch file {
	case "":
		var err error
		if text, err = ask.secret(a.errs.T("EAB HMAC key (not shown):")); err != nil {
			return api.Secret{}, err
		}
	case "-":
		body, err := a.read(func() ([]byte, error) { return io.ReadAll(io.LimitReader(ask.in, maxHMAC+1)) })
		if err != nil {
			return api.Secret{}, lang.Errorf("read standard input: %w", err)
		}
		text = string(body)
	default:
		body, err := a.readFile(file)
		if err != nil {
			return api.Secret{}, err
		}
		text = string(body)
	}
	text = strings.TrimSpace(text)
	if _, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "=")); err != nil || text == "" || len(text) > maxHMAC ||
		strings.ContainsAny(text, "\r\n") {
		return api.Secret{}, usageError{lang.Errorf("the HMAC key is not base64url: give the key alone, as the CA shows it")}
	}
	return api.NewSecret([]byte(text)), nil
}

// maxHMAC is more than any HMAC key has.
const maxHMAC = 4096

// prompt asks questions on standard error.
type prompt struct {
	*app
	in *bufio.Reader
	// asks is true if somebody can answer.
	asks bool
}

// line returns an answer. With a flag, the answer is required, and that flag sets it instead.
func (p *prompt) line(question, flag string) (string, error) {
	if !p.asks {
		if flag == "" {
			return "", nil
		}
		return "", usageError{lang.Errorf("%s is not set, and standard input is not a terminal", flag)}
	}
	_, _ = p.errs.Write([]byte(question + " "))
	answer, err := p.answer()
	if answer = strings.TrimSpace(answer); answer == "" && flag != "" {
		if err == nil || errors.Is(err, io.EOF) {
			err = usageError{lang.Errorf("no answer: set %s", flag)}
		}
		return "", err
	}
	return answer, nil
}

// optional sets a value that no flag has set. The end of the input is an empty answer.
func (p *prompt) optional(value *string, question string) (err error) {
	if *value != "" {
		return nil
	}
	if *value, err = p.line(question, ""); errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// secret returns an answer that is not shown.
func (p *prompt) secret(question string) (string, error) {
	if !p.asks {
		return "", usageError{lang.Errorf("standard input is not a terminal: set --eab-hmac-file")}
	}
	_, _ = p.errs.Write([]byte(question + " "))
	defer p.errs.Line("")
	if file, ok := p.config.In.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		answer, err := p.readPassword(file)
		return string(answer), err
	}
	return p.answer()
}

// answer returns the next line of standard input.
func (p *prompt) answer() (string, error) {
	line, err := p.read(func() ([]byte, error) { return p.in.ReadBytes('\n') })
	if errors.Is(err, io.EOF) && len(line) > 0 {
		err = nil
	}
	return string(line), err
}
