package command

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// completeAccount asks for what no flag sets, on a terminal. The key identifier is empty if there is no EAB credential.
func (a *app) completeAccount(o *accountOptions, ask *prompt) (err error) {
	if o.directory == "" {
		if o.directory, err = ask.line(a.errs.T("Directory (URL or alias):"), "--directory"); err != nil {
			return err
		}
		if err = ask.optional(&o.email, a.errs.T("E-mail address of the contact (empty: none):")); err != nil {
			return err
		}
		if err = ask.optional(&o.kid, a.errs.T("EAB key identifier (empty: the CA requires no EAB):")); err != nil {
			return err
		}
	}
	requires := api.RequiresEAB(o.directory)
	switch {
	case o.kid == "" && requires && ask.asks:
		o.kid, err = ask.line(a.errs.T("EAB key identifier:"), "--eab-kid")
	case o.kid == "" && requires:
		return usageError{lang.Errorf("%s requires an EAB credential: set --eab-kid and --eab-hmac-file", o.directory)}
	}
	return err
}

// storeEAB reads the HMAC key and stores the credential where the function reads it. It returns the ARN of the secret. Where the
// place cannot be determined now, nothing is asked or stored.
func (a *app) storeEAB(ctx context.Context, name string, o accountOptions, ask *prompt) (arn string, err error) {
	place, err := a.secretPlace(ctx, name, o.place)
	if err != nil {
		return "", err
	}
	hmac, err := a.hmac(o.hmacFile, ask)
	if err != nil {
		return "", err
	}
	if arn, err = a.opened.StoreEAB(ctx, name, api.EAB{KID: o.kid, HMACKey: hmac}, place); err == nil {
		a.errs.Line(a.errs.F("EAB credential stored: %s", arn))
	}
	return arn, err
}

// secretPlace returns where to store the credential. If the function's variables cannot be read, the operator's flags say it. What
// they do not say is as the Terraform module has it, and the operator is warned.
func (a *app) secretPlace(ctx context.Context, name string, stated deployment.SecretPlace) (deployment.SecretPlace, error) {
	place, err := a.opened.SecretPlace(ctx)
	var unread *deployment.UnreadPlace
	switch {
	case err == nil:
		if place, err = place.With(stated); err != nil {
			return place, usageError{err}
		}
		return place, nil
	case !errors.As(err, &unread):
		return place, err
	case stated.Prefix != "" && stated.KMSKey != "":
		return stated, nil
	}
	a.errs.Wrapped(screen.Warn.Render(a.errs.T("Warning:"))+" "+a.errs.F("where the function reads secrets is not known: %s.", a.errs.Error(unread.Err)), 0)
	if stated.Prefix == "" {
		a.errs.Wrapped(a.errs.F("The credential will be stored as %s. If the installation has another prefix for secrets (CERTLOOP_SECRET_PREFIX), the function cannot read it there: set --secret-prefix.",
			place.Prefix+"/eab/"+name), 2)
	}
	if stated.KMSKey == "" {
		a.errs.Wrapped(a.errs.T("The credential will be encrypted with the default key of Secrets Manager, which the function can use. If the installation has a KMS key for secrets (CERTLOOP_SECRETS_KEY_ID), set --secret-kms-key."), 2)
	}
	return deployment.SecretPlace{Prefix: cmp.Or(stated.Prefix, place.Prefix), KMSKey: stated.KMSKey}, nil
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
