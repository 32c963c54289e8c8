package acme_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// hmacKey is 48 bytes, whose base64 needs the alphabet of URLs.
var hmacKey = base64.RawURLEncoding.EncodeToString([]byte("\xff\xef\xbe 0123456789 0123456789 0123456789 01234567"))

func credential(kid, key string) *api.EAB {
	return &api.EAB{KID: kid, HMACKey: api.NewSecret([]byte(key))}
}

func eabWorld(t *testing.T) *world {
	return newWorld(t, pebble.Options{RequireEAB: true, SingleUseEAB: true, EAB: map[string]string{"kid-1": hmacKey, "kid-2": hmacKey}})
}

func TestARegistrationIsFoundByItsKey(t *testing.T) {
	for _, keyType := range []api.KeyType{api.EC256, api.EC384, api.RSA2048} {
		t.Run(string(keyType), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, pebble.Options{RejectNonces: 15})
			w.account = w.newAccount(keyType)
			_, err := w.client.Lookup(t.Context(), w.account)
			expect(t, err, api.NotFound, "")
			w.register()
			uri, err := w.client.Lookup(t.Context(), w.account)
			if err != nil || uri != w.account.URI {
				t.Errorf("%q, want %q, or %v", uri, w.account.URI, err)
			}
			again, err := w.client.Register(t.Context(), w.account, "", nil)
			if err != nil || again != uri {
				t.Errorf("registered again as %q, or %v", again, err)
			}
			if n := len(w.ca.Registrations()); n != 1 {
				t.Errorf("%d accounts came to be", n)
			}
			if contact := w.ca.Contact(uri); !slices.Equal(contact, []string{"mailto:admin@example.com"}) {
				t.Errorf("the contact is %q", contact)
			}
		})
	}
}

// A crash between the registration and the record of it costs no second credential.
func TestALostRegistrationIsFoundWithoutTheCredential(t *testing.T) {
	w := eabWorld(t)
	w.faults.Fail(pebble.NewAccount, 1, pebble.LostReply)
	_, err := w.client.Register(t.Context(), w.account, "admin@example.com", credential("kid-1", hmacKey))
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	uri, err := w.client.Lookup(t.Context(), w.account)
	if registered := w.ca.Registrations(); err != nil || len(registered) != 1 || registered[0] != (pebble.Registration{URL: uri, KID: "kid-1"}) {
		t.Errorf("found %q of %+v, or %v", uri, registered, err)
	}
	if n := w.ca.Presented("kid-1"); n != 1 {
		t.Errorf("the credential was presented %d times", n)
	}
}

func TestEAB(t *testing.T) {
	padded := base64.URLEncoding.EncodeToString([]byte("\xff\xef\xbe 0123456789 0123456789 0123456789 012345678"))
	for sentence, c := range map[string]struct {
		eab    *api.EAB
		want   api.ErrorKind
		reason api.Reason
		says   string
		// asked: the CA got to see the credential.
		asked bool
	}{
		"is taken":                             {eab: credential("kid-1", hmacKey), asked: true},
		"is taken with line breaks around it":  {eab: credential("kid-1", "\n "+hmacKey+"\n"), asked: true},
		"is required":                          {want: api.Terminal, reason: api.ReasonEABRequired, says: "eab_secret_arn of account main"},
		"with padding is as good":              {eab: credential("kid-3", padded), asked: true},
		"that the CA does not know is refused": {eab: credential("kid-9", hmacKey), want: api.Terminal, reason: api.ReasonRegistrationRefused, says: "check kid and hmac_key", asked: true},
		"with another key is refused":          {eab: credential("kid-1", strings.Repeat("QUJD", 16)), want: api.Terminal, reason: api.ReasonRegistrationRefused, says: "check kid and hmac_key", asked: true},
		"that is spent is refused":             {eab: credential("spent", hmacKey), want: api.Terminal, reason: api.ReasonRegistrationRefused, says: "used already", asked: true},
		"with a short key cannot be used":      {eab: credential("kid-1", "c2hvcnQta2V5LXZhbHVl"), want: api.Terminal, reason: api.ReasonEABUnavailable, says: "hmac_key has 15 bytes"},
		"with no base64url cannot be used":     {eab: credential("kid-1", "s3cr3t/with+slash"+hmacKey), want: api.Terminal, reason: api.ReasonEABUnavailable, says: "hmac_key is not base64url"},
		"without a key cannot be used":         {eab: credential("kid-1", ""), want: api.Terminal, reason: api.ReasonEABUnavailable, says: "hmac_key is empty"},
		"without a key ID cannot be used":      {eab: credential(" ", hmacKey), want: api.Terminal, reason: api.ReasonEABUnavailable, says: "kid is empty"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, pebble.Options{RequireEAB: true, SingleUseEAB: true, EAB: map[string]string{
				"kid-1": hmacKey, "kid-3": strings.TrimRight(padded, "="), "spent": hmacKey,
			}})
			if c.eab != nil && c.eab.KID == "spent" {
				if _, err := w.client.Register(t.Context(), w.newAccount(api.EC256), "", c.eab); err != nil {
					t.Fatal(err)
				}
			}
			before := w.ca.Count(pebble.NewAccount)
			uri, err := w.client.Register(t.Context(), w.account, "admin@example.com", c.eab)
			expect(t, err, c.want, c.reason)
			if (err == nil) != (uri != "") {
				t.Errorf("the account's URL is %q", uri)
			}
			if asked := w.ca.Count(pebble.NewAccount) > before; c.eab != nil && asked != c.asked {
				t.Errorf("the CA was asked: %v", asked)
			}
			if err == nil {
				return
			}
			if !strings.Contains(api.MessageOf(err), c.says) {
				t.Errorf("the message is %q", api.MessageOf(err))
			}
			if c.eab != nil {
				holdsNot(t, err, string(c.eab.HMACKey.Reveal()))
			}
		})
	}
}

// holdsNot fails where a text of err holds a piece of a secret.
func holdsNot(t *testing.T, err error, secret string) {
	t.Helper()
	const piece = 8
	for _, text := range []string{err.Error(), api.MessageOf(err), fmt.Sprintf("%+v", err)} {
		for i := 0; i+piece <= len(secret); i++ {
			if strings.Contains(text, secret[i:i+piece]) {
				t.Errorf("%q holds %q of a secret", text, secret[i:i+piece])
			}
		}
	}
}

func TestARefusedRegistration(t *testing.T) {
	for sentence, c := range map[string]struct {
		fault  pebble.Fault
		reason api.Reason
		says   string
	}{
		"for the contact":               {pebble.Problem(400, "invalidContact", "contact email is in example.com"), api.ReasonRegistrationRefused, "correct email of account main"},
		"for the kind of contact":       {pebble.Problem(400, "unsupportedContact", "no mailto"), api.ReasonRegistrationRefused, "correct email of account main"},
		"for the key":                   {pebble.Problem(400, "badSignatureAlgorithm", "RS256 only"), api.ReasonRegistrationRefused, "another key_type"},
		"for policy":                    {pebble.Problem(403, "unauthorized", "not on the list"), api.ReasonRegistrationRefused, "not on the list"},
		"for terms":                     {pebble.Answer(403, `{"type":"urn:ietf:params:acme:error:userActionRequired","detail":"new terms","instance":"https://ca.test/terms"}`), api.ReasonRegistrationRefused, "asks of account main, at https://ca.test/terms"},
		"for a credential, in its word": {pebble.Problem(403, "externalAccountRequired", "none"), api.ReasonEABRequired, "eab_secret_arn"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, pebble.Options{})
			w.faults.Fail(pebble.NewAccount, 1, c.fault)
			_, err := w.client.Register(t.Context(), w.account, "admin@example.com", nil)
			expect(t, err, api.Terminal, c.reason)
			if !strings.Contains(api.MessageOf(err), c.says) {
				t.Errorf("the message is %q", api.MessageOf(err))
			}
		})
	}
}

func TestACredentialIsMissedInWhateverWords(t *testing.T) {
	w := newWorld(t, pebble.Options{RequireEAB: true})
	w.faults.Fail(pebble.NewAccount, 2, pebble.Problem(400, "malformed", "bad request"))
	_, err := w.client.Register(t.Context(), w.account, "", nil)
	expect(t, err, api.Terminal, api.ReasonEABRequired)
	_, err = w.client.Register(t.Context(), w.account, "", credential("kid-1", hmacKey))
	expect(t, err, api.Terminal, api.ReasonRegistrationRefused)
}

func TestALookUpThatAsksForACredentialFindsNothing(t *testing.T) {
	w := newWorld(t, pebble.Options{RequireEAB: true})
	w.faults.Fail(pebble.NewAccount, 1, pebble.Problem(403, "externalAccountRequired", "none"))
	_, err := w.client.Lookup(t.Context(), w.account)
	expect(t, err, api.NotFound, "")
}

func TestAnAccountThatIsNoMore(t *testing.T) {
	for sentence, change := range map[string]func(*world){
		"because it was deactivated": func(w *world) {
			if err := w.ca.Deactivate(w.account.URI); err != nil {
				w.Fatal(err)
			}
		},
		"because the CA forgot it": func(w *world) { w.account.URI += "0" },
		"because it never was":     func(w *world) { w.account.URI = "" },
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := registeredWorld(t, pebble.Options{})
			o := pending(w)
			change(w)
			_, err := w.client.NewOrder(t.Context(), w.account, names("www.example.com"))
			expect(t, err, api.Terminal, api.ReasonAccountUnknown)
			_, err = w.client.GetOrder(t.Context(), w.account, o.URL)
			expect(t, err, api.Terminal, api.ReasonAccountUnknown)
			expect(t, w.client.UpdateContact(t.Context(), w.account, "b@example.com"), api.Terminal, api.ReasonAccountUnknown)
			if sentence != "because it was deactivated" {
				return
			}
			_, err = w.client.Lookup(t.Context(), w.account)
			expect(t, err, api.Terminal, api.ReasonAccountUnknown)
			_, err = w.client.Register(t.Context(), w.account, "", nil)
			expect(t, err, api.Terminal, api.ReasonAccountUnknown)
		})
	}
}

func TestADeactivatedAccountInOtherForms(t *testing.T) {
	for sentence, fault := range map[string]pebble.Fault{
		"as RFC 8555 wants it":  pebble.Problem(401, "unauthorized", "go away"),
		"as Boulder says it":    pebble.Problem(403, "unauthorized", `Account is not valid, has status \"deactivated\"`),
		"as an account":         pebble.Answer(200, `{"status":"deactivated"}`, "Location", "https://ca.test/1"),
		"as one that CA closed": pebble.Answer(200, `{"status":"revoked"}`, "Location", "https://ca.test/1"),
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t, pebble.Options{})
			w.faults.Fail(pebble.NewAccount, -1, fault)
			_, err := w.client.Lookup(t.Context(), w.account)
			expect(t, err, api.Terminal, api.ReasonAccountUnknown)
			_, err = w.client.Register(t.Context(), w.account, "", nil)
			expect(t, err, api.Terminal, api.ReasonAccountUnknown)
		})
	}
}

func TestALookUpIsUnauthorizedForNothingElse(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	w.faults.Fail(pebble.NewAccount, 1, pebble.Problem(403, "unauthorized", "go away"))
	_, err := w.client.Lookup(t.Context(), w.account)
	expect(t, err, api.Terminal, api.ReasonAccountUnknown)
}

func TestALookUpWithoutAnAnswerIsNotNotFound(t *testing.T) {
	for sentence, fault := range map[string]pebble.Fault{
		"404 of something else": pebble.Answer(404, "<html></html>"),
		"404 of the CA":         pebble.Problem(404, "malformed", "no such resource"),
		"no account's URL":      pebble.Answer(200, `{"status":"valid"}`),
		"garbage":               pebble.Answer(200, `<html></html>`),
		"a lost request":        pebble.LostRequest,
		"a lost reply":          pebble.LostReply,
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t, pebble.Options{})
			w.faults.Fail(pebble.NewAccount, 1, fault)
			_, err := w.client.Lookup(t.Context(), w.account)
			expect(t, err, api.Transient, api.ReasonCAUnavailable)
		})
	}
}

func TestUpdateContact(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	if err := w.client.UpdateContact(t.Context(), w.account, "ops@example.com"); err != nil {
		t.Fatal(err)
	}
	if contact := w.ca.Contact(w.account.URI); !slices.Equal(contact, []string{"mailto:ops@example.com"}) {
		t.Errorf("the contact is %q", contact)
	}
	err := w.client.UpdateContact(t.Context(), w.account, "nobody at example.com")
	expect(t, err, api.Terminal, api.ReasonRegistrationRefused)
	w.faults.Fail(pebble.Account, 1, pebble.Problem(404, "malformed", "no such account"))
	expect(t, w.client.UpdateContact(t.Context(), w.account, "ops@example.com"), api.Terminal, api.ReasonAccountUnknown)
}

// TestAContactThatIsRemovedIsRemovedAtTheCA, with a key of each type, where nonces are refused too.
func TestAContactThatIsRemovedIsRemovedAtTheCA(t *testing.T) {
	for _, keyType := range []api.KeyType{api.EC256, api.EC384, api.RSA2048} {
		t.Run(string(keyType), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, pebble.Options{RejectNonces: 15})
			w.account = w.newAccount(keyType)
			w.register()
			if contact := w.ca.Contact(w.account.URI); len(contact) != 1 {
				t.Fatalf("the contact is %q", contact)
			}
			if err := w.client.UpdateContact(t.Context(), w.account, ""); err != nil {
				t.Fatal(err)
			}
			if contact := w.ca.Contact(w.account.URI); len(contact) != 0 {
				t.Errorf("the contact is %q still", contact)
			}
			if err := w.client.UpdateContact(t.Context(), w.account, "b@example.com"); err != nil {
				t.Errorf("and back: %v", err)
			}
		})
	}
}

// TestACAThatWantsAContactSaysSo where it is removed.
func TestACAThatWantsAContactSaysSo(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	w.faults.Fail(pebble.Account, 1, pebble.Problem(400, "invalidContact", "at least one contact"))
	err := w.client.UpdateContact(t.Context(), w.account, "")
	expect(t, err, api.Terminal, api.ReasonRegistrationRefused)
	if message := api.MessageOf(err); !strings.Contains(message, "refused to remove the contact") || !strings.Contains(message, "at least one contact") ||
		!strings.HasSuffix(message, "set email of the account") {
		t.Errorf("it says: %s", message)
	}
	w.faults.Fail(pebble.Account, 1, pebble.Problem(404, "malformed", "no such account"))
	expect(t, w.client.UpdateContact(t.Context(), w.account, ""), api.Terminal, api.ReasonAccountUnknown)
	w.faults.Fail(pebble.Account, 1, pebble.LostReply)
	expect(t, w.client.UpdateContact(t.Context(), w.account, ""), api.Transient, api.ReasonCAUnavailable)
}

func TestTheAccountKey(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	good := testca.KeyPEM(testca.NewKey(api.EC256))
	for sentence, key := range map[string]string{
		"nothing": "", "no PEM": "s3cr3t-that-is-no-PEM-at-all", "another curve": testca.KeyPEM(testca.NewKey(testca.EC521)),
		"half of it": good[:len(good)/2], "no key": strings.ReplaceAll(w.ca.RootsPEM, "CERTIFICATE", "PRIVATE KEY"),
	} {
		t.Run(sentence+" cannot be used", func(t *testing.T) {
			a := w.account
			a.Key = api.NewSecret([]byte(key))
			_, err := w.client.Lookup(t.Context(), a)
			expect(t, err, api.Terminal, api.ReasonAccountKeyLost)
			if key != "" {
				holdsNot(t, err, key)
			}
		})
	}
}

func TestTheUserAgentOfEveryRequest(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	w.renewalInfo(w.issue(names("www.example.com"))[0])
	for _, r := range w.ca.Requests() {
		if !strings.HasPrefix(r.UserAgent, "certloop/test") {
			t.Errorf("%s %s has the User-Agent %q", r.Method, r.Path, r.UserAgent)
		}
	}
}
