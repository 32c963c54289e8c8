package pebble

import (
	"crypto/x509"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/letsencrypt/pebble/v2/acme"
)

// Issued is a certificate that the CA issued, whether or not it was downloaded.
type Issued struct {
	// Names are the DNS names, sorted.
	Names []string
	// Serial is lower-case hex, without leading zeros, as in api.Leaf.
	Serial string
	// Account is the URL of the account that ordered it.
	Account     string
	Certificate *x509.Certificate
}

// Requests returns all requests so far, in the order in which they arrived.
func (c *CA) Requests() []Request {
	c.front.mu.Lock()
	defer c.front.mu.Unlock()
	return slices.Clone(c.front.requests)
}

// Count returns how many requests were of one of these kinds. Without kinds it counts all.
func (c *CA) Count(kinds ...Kind) int {
	n := 0
	for _, r := range c.Requests() {
		if len(kinds) == 0 || slices.Contains(kinds, r.Kind) {
			n++
		}
	}
	return n
}

// Registrations returns the accounts that were created, in order.
func (c *CA) Registrations() []Registration {
	c.front.mu.Lock()
	defer c.front.mu.Unlock()
	return slices.Clone(c.front.registrations)
}

// Presented returns how many newAccount requests presented the EAB credential kid. It does not count requests whose
// nonce was rejected.
func (c *CA) Presented(kid string) int {
	c.front.mu.Lock()
	defer c.front.mu.Unlock()
	return c.front.presented[kid]
}

// Issued returns all certificates of registered accounts, each account's in order. It waits for those that are being
// signed.
func (c *CA) Issued() []Issued {
	registrations := c.Registrations()
	c.front.state.Lock()
	defer c.front.state.Unlock()
	c.front.settleFinalized()
	var all []Issued
	for _, r := range registrations {
		for _, order := range c.db.GetOrdersByAccountID(lastSegment(r.URL)) {
			order.RLock()
			made := order.CertificateObject
			order.RUnlock()
			if made == nil {
				continue
			}
			names := slices.Sorted(slices.Values(made.Cert.DNSNames))
			all = append(all, Issued{Names: names, Serial: made.Cert.SerialNumber.Text(16), Account: r.URL, Certificate: made.Cert})
		}
	}
	return all
}

// Serials returns the serials of the certificates issued for exactly these names.
func (c *CA) Serials(names ...string) []string {
	want := slices.Sorted(slices.Values(names))
	var serials []string
	for _, i := range c.Issued() {
		if slices.Equal(i.Names, want) {
			serials = append(serials, i.Serial)
		}
	}
	return serials
}

// SetRenewalInfo makes text the answer to every ARI request about a certificate, valid or not. An empty text restores
// Pebble's own answer. serial is hex, with or without colons.
func (c *CA) SetRenewalInfo(serial, text string) error {
	number, ok := new(big.Int).SetString(strings.ReplaceAll(serial, ":", ""), 16)
	if !ok {
		return fmt.Errorf("serial %q is not hex", serial)
	}
	c.front.state.Lock()
	defer c.front.state.Unlock()
	return c.db.SetARIResponse(number, text)
}

// Deactivate deactivates an account, as its owner or the CA may do.
func (c *CA) Deactivate(accountURL string) error {
	c.front.state.Lock()
	defer c.front.state.Unlock()
	account := c.db.GetAccountByID(lastSegment(accountURL))
	if account == nil {
		return fmt.Errorf("there is no account %s", accountURL)
	}
	deactivated := *account
	deactivated.Status = acme.StatusDeactivated
	return c.db.UpdateAccountByID(account.ID, &deactivated)
}

// Contact returns the contact of an account, as the CA has stored it.
func (c *CA) Contact(accountURL string) []string {
	c.front.state.RLock()
	defer c.front.state.RUnlock()
	if account := c.db.GetAccountByID(lastSegment(accountURL)); account != nil {
		return account.Contact
	}
	return nil
}

// OrderStatus returns the current status of an order, or "". It does not count as a request.
func (c *CA) OrderStatus(orderURL string) string {
	c.front.state.Lock()
	defer c.front.state.Unlock()
	order := c.db.GetOrderByID(lastSegment(orderURL))
	if order == nil {
		return ""
	}
	status, err := order.GetStatus()
	if err != nil {
		return ""
	}
	return status
}

func lastSegment(url string) string { return url[strings.LastIndex(url, "/")+1:] }
