package sim

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// ca is an ACME certificate authority: single-use EAB, orders whose TXT values must be served, certificates of 90 days.
type ca struct {
	clock *clock
	dns   *dns
	key   *ecdsa.PrivateKey
	cert  *x509.Certificate
	pem   string

	accounts map[string]string // key digest → URI
	contacts map[string]string
	// RequireEAB holds the credentials that may still be used; nil: none is required.
	RequireEAB map[string]bool
	eabUses    int
	// denied are the keys for which it answered that no account exists. presumed counts credentials that were presented
	// without that answer.
	denied   map[string]bool
	presumed int
	// vain counts validations that failed because they were requested before the values were served.
	vain int
	// registrations counts the accounts that were created.
	registrations int

	orders map[string]*order
	// Issued are all certificates, in order. Expect is how many a scenario allows.
	Issued   []issued
	replaced map[string]bool
	// Reject makes every validation fail. Life is the lifetime of the next certificates. Ahead puts their NotBefore
	// into the future.
	Reject bool
	Life   time.Duration
	Ahead  time.Duration
	// Midnight lets certificates begin at the start of the day. Weekly, if not 0, is how many it issues in a week.
	Midnight bool
	Weekly   int
	// Limits are enforced; nil: none are.
	Limits *caLimits
	// ARI is the CA's answer; nil: the directory has no renewalInfo.
	ARI func(certID string) (api.RenewalInfo, error)
	// Signing is how long the CA takes to sign a certificate; nil: five seconds.
	Signing func() time.Duration
	// Usage is the KeyUsage of the next certificates.
	Usage x509.KeyUsage
	// Extended is the ExtendedKeyUsage of the next certificates; nil: serverAuth.
	Extended []x509.ExtKeyUsage
	// habits are the differences between CAs.
	habits
	// posts counts the requests to validate each challenge, finalized those to finalize each order.
	posts, finalized map[string]int
}

type order struct {
	api.Order
	domains []string
	account string
	chain   string
	done    time.Time
	made    time.Time
	// replaces is the CertID that the order named.
	replaces string
	// validating is when the CA was first asked to validate each challenge.
	validating map[string]time.Time
}

type issued struct {
	Domains []string
	Serial  string
	Leaf    api.Leaf
	SPKI    string
	// Added is true if it has names that were not ordered. It is then rightly rejected, whatever the record asks for
	// later.
	Added bool
}

func newCA(c *clock, d *dns) *ca {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Sim CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: c.now.Add(-time.Hour), NotAfter: c.now.Add(20 * 365 * 24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
		SubjectKeyId: []byte{1, 2, 3, 4},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(err)
	cert, err := x509.ParseCertificate(der)
	must(err)
	return &ca{
		clock: c, dns: d, key: key, cert: cert, pem: encode(der), accounts: map[string]string{}, contacts: map[string]string{}, denied: map[string]bool{},
		orders: map[string]*order{}, replaced: map[string]bool{}, Life: 90 * 24 * time.Hour,
		Usage: x509.KeyUsageDigitalSignature, posts: map[string]int{}, finalized: map[string]int{},
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func encode(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func keyDigest(a api.ACMEAccount) string {
	sum := sha256.Sum256(a.Key.Reveal())
	return hex.EncodeToString(sum[:])
}

func (c *ca) lookup(a api.ACMEAccount) (string, error) {
	uri, ok := c.accounts[keyDigest(a)]
	if !ok {
		c.denied[keyDigest(a)] = true
		return "", &api.Error{Kind: api.NotFound, Message: "no account has this key"}
	}
	return uri, nil
}

func (c *ca) register(a api.ACMEAccount, email string, eab *api.EAB) (string, error) {
	if uri, ok := c.accounts[keyDigest(a)]; ok {
		return uri, nil
	}
	if eab != nil && !c.denied[keyDigest(a)] {
		c.presumed++
	}
	if c.RequireEAB != nil {
		switch {
		case eab == nil:
			return "", &api.Error{Kind: api.Terminal, Reason: api.ReasonEABRequired, Message: "the CA asks for an EAB credential"}
		case !c.RequireEAB[eab.KID]:
			return "", &api.Error{Kind: api.Terminal, Reason: api.ReasonRegistrationRefused, Message: "the EAB credential is spent"}
		}
		delete(c.RequireEAB, eab.KID)
		c.eabUses++
	}
	c.registrations++
	uri := fmt.Sprintf("https://ca.test/acct/%d", c.registrations)
	c.accounts[keyDigest(a)], c.contacts[uri] = uri, email
	return uri, nil
}

func (c *ca) updateContact(a api.ACMEAccount, email string) error {
	c.contacts[a.URI] = email
	return nil
}

func (c *ca) mine(a api.ACMEAccount) error {
	if c.Directory != "" && a.Directory != c.Directory {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: "the directory is " + c.Directory + ", not " + a.Directory}
	}
	if c.HTML != nil && c.HTML() {
		return &api.Error{Kind: api.Transient, Reason: api.ReasonCAUnavailable, Message: "ca.test answers something that is not ACME"}
	}
	if c.accounts[keyDigest(a)] != a.URI || a.URI == "" {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonAccountUnknown, Message: "the CA does not know the account"}
	}
	return nil
}

func (c *ca) newOrder(a api.ACMEAccount, r api.OrderRequest) (api.Order, error) {
	if err := c.mine(a); err != nil {
		return api.Order{}, err
	}
	if free := c.limited(); c.clock.now.Before(free) {
		return api.Order{}, &api.Error{Kind: api.Throttled, Reason: api.ReasonRateLimited, RetryAfter: free.Sub(c.clock.now),
			Message: "too many certificates already issued for example.com"}
	}
	if c.Problem != nil {
		return api.Order{}, c.Problem
	}
	if until := c.Limits.refuse(r, c.clock.now); !until.IsZero() {
		return api.Order{}, &api.Error{Kind: api.Throttled, Reason: api.ReasonRateLimited, RetryAfter: until.Sub(c.clock.now), Message: "too many"}
	}
	if o := c.shared(a, r.Domains); o != nil {
		return c.show(o), nil
	}
	if r.Replaces != "" {
		c.replaced[r.Replaces] = true
	}
	url := fmt.Sprintf("https://ca.test/order/%d", len(c.orders)+1)
	o := &order{domains: slices.Clone(r.Domains), account: a.URI, replaces: r.Replaces, made: c.clock.now, validating: map[string]time.Time{}}
	o.Order = api.Order{URL: url, Status: api.OrderPending, Expires: c.clock.now.Add(c.orderLife()), FinalizeURL: url + "/finalize"}
	for _, d := range r.Domains {
		sum := sha256.Sum256([]byte(url + d))
		bare := strings.TrimPrefix(d, "*.")
		o.Authorizations = append(o.Authorizations, api.Authorization{
			Domain: bare, Wildcard: bare != d, Status: "pending", ChallengeStatus: "pending",
			ChallengeURL: url + "/chall/" + d, TXTValue: base64.RawURLEncoding.EncodeToString(sum[:]),
		})
	}
	sort.Slice(o.Authorizations, func(i, j int) bool { return o.Authorizations[i].Domain < o.Authorizations[j].Domain })
	if c.Prevalidated {
		o.Status, o.Authorizations = api.OrderReady, nil
	}
	c.orders[url] = o
	return c.show(o), nil
}

// limited returns when the weekly limit allows another certificate.
func (c *ca) limited() time.Time {
	if c.Weekly == 0 || len(c.Issued) < c.Weekly {
		return time.Time{}
	}
	return c.Issued[len(c.Issued)-c.Weekly].Leaf.NotBefore.Add(7*day + time.Minute)
}

func (c *ca) show(o *order) api.Order {
	c.proceed(o)
	out := o.Order
	out.RetryAfter = c.RetryAfter
	out.Authorizations = slices.Clone(o.Authorizations)
	return out
}

// proceed is what the CA does on its own.
func (c *ca) proceed(o *order) {
	for i := range o.Authorizations {
		authz := &o.Authorizations[i]
		if validating := o.validating[authz.ChallengeURL]; !validating.IsZero() && authz.Status == "pending" && !c.clock.now.Before(validating.Add(c.PendingFor)) {
			c.validate(o, authz)
		}
	}
	switch {
	case o.Status == api.OrderProcessing && !c.clock.now.Before(o.done):
		o.Status, o.CertificateURL = api.OrderValid, o.URL+"/cert"
	case (o.Status == api.OrderPending || o.Status == api.OrderReady) && !c.clock.now.Before(o.Expires):
		o.Status, o.Problem = api.OrderInvalid, "the order expired"
	}
}

func (c *ca) getOrder(a api.ACMEAccount, url string) (api.Order, error) {
	if err := c.mine(a); err != nil {
		return api.Order{}, err
	}
	o, ok := c.orders[url]
	if !ok || c.lags(o.made) {
		return api.Order{}, &api.Error{Kind: api.NotFound, Message: "no such order"}
	}
	return c.show(o), nil
}

func (c *ca) accept(a api.ACMEAccount, urls []string) error {
	for _, o := range c.orders {
		for i := range o.Authorizations {
			authz := &o.Authorizations[i]
			if !slices.Contains(urls, authz.ChallengeURL) {
				continue
			}
			c.posts[authz.ChallengeURL]++
			if o.validating[authz.ChallengeURL].IsZero() {
				o.validating[authz.ChallengeURL] = c.clock.now
			}
			c.proceed(o)
		}
	}
	return nil
}

func (c *ca) validate(o *order, authz *api.Authorization) {
	if c.dns.caa.forbids(authz.Domain) {
		authz.Status, authz.ChallengeStatus, o.Status = "invalid", "invalid", api.OrderInvalid
		o.Problem = "CAA forbids issuance for " + authz.Domain
		c.Limits.failed(authz.Domain, c.clock.now)
		return
	}
	if c.Reject || !c.dns.serves("_acme-challenge."+authz.Domain, authz.TXTValue) || !c.dns.validates(authz.Domain) {
		authz.Status, authz.ChallengeStatus, o.Status = "invalid", "invalid", api.OrderInvalid
		o.Problem = "no TXT record for " + authz.Domain
		c.Limits.failed(authz.Domain, c.clock.now)
		if !c.Reject {
			c.vain++
		}
		return
	}
	authz.Status, authz.ChallengeStatus = "valid", "valid"
	if o.Status != api.OrderPending {
		return
	}
	for _, other := range o.Authorizations {
		if other.Status != "valid" {
			return
		}
	}
	o.Status = api.OrderReady
}

func (c *ca) finalize(a api.ACMEAccount, url string, der []byte) error {
	o, ok := c.orders[url]
	if !ok {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: "no such order"}
	}
	c.proceed(o)
	c.finalized[url]++
	if o.Status != api.OrderReady || c.ReadyAgain {
		return nil
	}
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil || !api.SameNames(csr.DNSNames, o.domains) {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: "the CSR does not match the order"}
	}
	c.Limits.signed(o.domains, o.replaces != "" && c.Limits != nil && c.Limits.ExemptsRenewals, c.clock.now)
	o.chain = c.sign(csr, slices.Concat(o.domains, c.Adds))
	c.Issued[len(c.Issued)-1].Added = len(c.Adds) > 0
	takes := 5 * time.Second
	if c.Signing != nil {
		takes = c.Signing()
	}
	o.Status, o.done = api.OrderProcessing, c.clock.now.Add(takes)
	return nil
}

func (c *ca) sign(csr *x509.CertificateRequest, domains []string) string {
	from := c.clock.now.Add(-time.Minute).Add(c.Ahead).Truncate(time.Second)
	if c.Midnight {
		from = from.Truncate(24 * time.Hour)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(1000 + len(c.Issued))), Subject: csr.Subject, DNSNames: domains,
		NotBefore: from, NotAfter: from.Add(c.Life), KeyUsage: c.Usage,
		ExtKeyUsage: c.Extended,
	}
	if template.ExtKeyUsage == nil {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, c.cert, csr.PublicKey, c.key)
	must(err)
	cert, err := x509.ParseCertificate(der)
	must(err)
	leaf, err := api.ParseLeaf(cert)
	must(err)
	spki := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	c.Issued = append(c.Issued, issued{Domains: domains, Serial: leaf.Serial, Leaf: leaf, SPKI: hex.EncodeToString(spki[:])})
	return encode(der) + c.pem
}

// make signs a certificate outside any order, for one that is in ACM before certloop.
func (c *ca) make(signer crypto.Signer, domains []string) (api.Leaf, string) {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: domains}, signer)
	must(err)
	csr, err := x509.ParseCertificateRequest(der)
	must(err)
	chain := c.sign(csr, domains)
	leaf := c.Issued[len(c.Issued)-1].Leaf
	c.Issued = c.Issued[:len(c.Issued)-1]
	return leaf, chain
}

func (c *ca) download(a api.ACMEAccount, url string) (api.Chain, error) {
	o, ok := c.orders[strings.TrimSuffix(url, "/cert")]
	if !ok || o.Status != api.OrderValid || c.lags(o.done) {
		return api.Chain{}, &api.Error{Kind: api.NotFound, Message: "no such certificate"}
	}
	if c.Withhold != nil {
		return api.Chain{}, c.Withhold
	}
	return api.Chain{PEM: o.chain}, nil
}

func (c *ca) renewalInfo(certID string) (api.RenewalInfo, error) {
	if c.ARI == nil {
		return api.RenewalInfo{}, &api.Error{Kind: api.NotFound, Message: "the directory has no renewalInfo"}
	}
	return c.ARI(certID)
}

func sameKey(key any, cert *x509.Certificate) bool {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return false
	}
	public, ok := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(cert.PublicKey)
}
