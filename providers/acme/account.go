package acme

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/go-acme/lego/v4/acme"

	"certloop/reconciler/api"
)

var (
	lookingUp   = step{what: "the look-up of the account (newAccount)", refused: api.ReasonRegistrationRefused}
	registering = step{what: "the registration (newAccount)", refused: api.ReasonRegistrationRefused}
	updating    = step{what: "the update of the contact", refused: api.ReasonRegistrationRefused, object: true}
)

// Lookup implements ports.Registrar (RFC 8555 section 7.3.1).
func (c *Client) Lookup(ctx context.Context, a api.ACMEAccount) (string, error) {
	s, err := c.open(ctx, a, "")
	if err != nil {
		return "", err
	}
	uri, err := s.newAccount(lookingUp, func() (acme.ExtendedAccount, error) {
		return s.core.Accounts.New(acme.Account{OnlyReturnExisting: true})
	})
	switch {
	case refusedFor(err, "accountDoesNotExist", "externalAccountRequired"):
		// Some CAs ask for a credential before they look; of an account they know they would not.
		return "", &api.Error{Kind: api.NotFound, Message: s.ca() + " has no account with the key of account " + a.Name, Err: err}
	case refusedFor(err, "unauthorized") && api.KindOf(err) == api.Terminal:
		// There is nothing else that a lookup could be unauthorized for (RFC 8555 section 7.3.6).
		return "", s.unknown("has deactivated account "+a.Name, err)
	}
	return uri, err
}

// Register implements ports.Registrar (RFC 8555 sections 7.3 and 7.3.4). It agrees to the CA's terms.
func (c *Client) Register(ctx context.Context, a api.ACMEAccount, email string, eab *api.EAB) (uri string, err error) {
	// A registration whose answer certloop refuses to read may have gone through, and may have spent the credential.
	defer func() { err = undecided(err) }()
	hmacKey, err := hmacKeyOf(eab)
	if err != nil {
		return "", err
	}
	s, err := c.open(ctx, a, "")
	if err != nil {
		return "", err
	}
	request := acme.Account{TermsOfServiceAgreed: true, Contact: contact(email)}
	uri, err = s.newAccount(registering, func() (acme.ExtendedAccount, error) {
		if eab == nil {
			return s.core.Accounts.New(request)
		}
		return s.core.Accounts.NewEAB(request, eab.KID, hmacKey)
	})
	return uri, s.explainRegistration(err, email, eab)
}

// explainRegistration distinguishes a refusal for the credential from others.
func (s *session) explainRegistration(err error, email string, eab *api.EAB) error {
	var e *api.Error
	switch {
	case !errors.As(err, &e) || e.Kind != api.Terminal || e.Reason == api.ReasonAccountUnknown || s.refused(e.Err) != nil:
	case strings.TrimSpace(email) == "" && wantsContact(problemIn(err)):
		e.Reason = api.ReasonRegistrationRefused
		e.Message = s.ca() + " refused " + registering.what + " without a contact: " + s.message(problemIn(err)) +
			"; set email of account " + s.account.Name
	case eab == nil && s.links.Meta.ExternalAccountRequired && e.Reason != api.ReasonEABRequired:
		// Not every CA has the words of RFC 8555 for it.
		e.Reason, e.Message = api.ReasonEABRequired, e.Message+s.remedy(problems["externalAccountRequired"].remedy)
	case eab != nil && refusedFor(err, "unauthorized", "malformed", "externalAccountRequired", "badPublicKey"):
		e.Reason = api.ReasonRegistrationRefused
		e.Message = s.ca() + " refused " + registering.what + " with the EAB credential: " + s.message(problemIn(err)) +
			"; check kid and hmac_key in the EAB secret of account " + s.account.Name +
			", or store a new credential there, because many are valid for one registration or for a few days only"
	}
	return err
}

// contactWords are those with which CAs ask for a contact; there is no problem type for one that is missing.
var contactWords = regexp.MustCompile(`(?i)\bcontacts?\b|\be-?mails?\b|\bmailto\b`)

// wantsContact reports whether a registration without a contact was refused for that.
func wantsContact(p *acme.ProblemDetails) bool {
	if p == nil {
		return false
	}
	kind := kindOf(p.Type)
	return kind == "invalidContact" || kind == "unsupportedContact" || contactWords.MatchString(p.Detail)
}

// UpdateContact implements ports.Registrar (RFC 8555 section 7.3.2). Without an address it removes the contact.
func (c *Client) UpdateContact(ctx context.Context, a api.ACMEAccount, email string) error {
	s, err := c.registered(ctx, a)
	if err != nil {
		return err
	}
	if strings.TrimSpace(email) == "" {
		err = s.removeContact()
	} else {
		err = s.ask(updating, func() error {
			_, err := s.core.Accounts.Update(a.URI, acme.Account{Contact: contact(email)})
			return err
		})
	}
	if api.KindOf(err) == api.NotFound {
		return s.unknown("does not have account "+a.Name, err)
	}
	return err
}

// newAccount sends a request to newAccount and returns the account's URL.
func (s *session) newAccount(of step, send func() (acme.ExtendedAccount, error)) (string, error) {
	var account acme.ExtendedAccount
	if err := s.ask(of, func() (err error) { account, err = send(); return err }); err != nil {
		return "", err
	}
	switch {
	case account.Status == acme.StatusDeactivated || account.Status == acme.StatusRevoked:
		return "", s.unknown("has deactivated account "+s.account.Name, nil)
	case account.Location == "":
		return "", unavailable(nil, s.ca()+" returned no account URL from newAccount (RFC 8555 section 7.3)")
	}
	return account.Location, nil
}

// unknown returns the error of an account that the CA no longer has.
func (s *session) unknown(what string, cause error) error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonAccountUnknown, Err: cause,
		Message: s.ca() + " " + what + s.remedy(newAccountRecord)}
}

func contact(email string) []string {
	if email = strings.TrimSpace(email); email == "" {
		return nil
	}
	return []string{"mailto:" + email}
}
