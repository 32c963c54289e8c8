package plan

import (
	"strings"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestCompareShapes(t *testing.T) {
	shape := func(changes ...func(*api.Shape)) api.Shape {
		s := api.Shape{KeyType: api.RSA2048, KeyUsages: []string{"DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"},
			ExtendedKeyUsages: []string{"TLS_WEB_SERVER_AUTHENTICATION"}, Issuers: []string{"R1"}, Root: "Root X", Certificates: 2}
		for _, c := range changes {
			c(&s)
		}
		return s
	}
	client := func(s *api.Shape) {
		s.ExtendedKeyUsages = append([]string{"TLS_WEB_CLIENT_AUTHENTICATION"}, s.ExtendedKeyUsages...)
	}
	signs := func(s *api.Shape) { s.KeyUsages = s.KeyUsages[:1] }
	ec := func(s *api.Shape) { s.KeyType = api.EC256 }
	for sentence, c := range map[string]struct {
		present, next api.Shape
		want          string
		refused       bool
	}{
		"nothing changes":                       {shape(), shape(), "", false},
		"clientAuth goes":                       {shape(client), shape(), "no TLS_WEB_CLIENT_AUTHENTICATION", false},
		"a usage is added":                      {shape(), shape(client), "TLS_WEB_CLIENT_AUTHENTICATION in addition", false},
		"keyEncipherment of RSA goes":           {shape(), shape(signs), "no KEY_ENCIPHERMENT; ACM does not accept that under the same ARN (KEY_ENCIPHERMENT)", true},
		"that of EC":                            {shape(ec), shape(ec, signs), "no KEY_ENCIPHERMENT", false},
		"an extension is added":                 {shape(func(s *api.Shape) { s.ExtendedKeyUsages = nil }), shape(), "TLS_WEB_SERVER_AUTHENTICATION in addition; ACM does not accept", true},
		"the key type":                          {shape(), shape(ec), "key type EC_prime256v1 instead of RSA_2048, under a new ARN", false},
		"the issuer":                            {shape(), shape(func(s *api.Shape) { s.Issuers = []string{"R2"} }), "issuer R2 instead of R1", false},
		"an issuer that changes at random":      {shape(), shape(func(s *api.Shape) { s.Issuers = []string{"R2", "R1"} }), "", false},
		"the root":                              {shape(), shape(func(s *api.Shape) { s.Root = "Root Y" }), "a chain to Root Y instead of Root X", false},
		"the length":                            {shape(), shape(func(s *api.Shape) { s.Certificates = 3 }), "3 certificates in the chain instead of 2", false},
		"several things":                        {shape(client), shape(func(s *api.Shape) { s.Root = "Root Y" }), "no TLS_WEB_CLIENT_AUTHENTICATION; a chain to Root Y instead of Root X", false},
		"another key type is under another ARN": {shape(), shape(ec, signs), "key type EC_prime256v1 instead of RSA_2048, under a new ARN; no KEY_ENCIPHERMENT", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			text, refused := changesText(CompareShapes(c.present, c.next))
			if !strings.HasPrefix(text, c.want) || (c.want == "") != (text == "") || refused != c.refused {
				t.Errorf("%q %v, want %q %v", text, refused, c.want, c.refused)
			}
		})
	}
}

// issuedChain returns the chain of a certificate of a CA, leaf first.
func issuedChain() string {
	i := testca.New(testca.Options{}).Issue(testca.Leaf{Names: []string{"www.example.com"}, NotBefore: began, NotAfter: ends})
	return i.Leaf + i.Chain
}

// chained is a target whose chain can be read.
func chained(t *Target) { t.Found.Chain = issuedChain() }

func obtained(shapes ...api.Shape) option {
	return func(in *Input) { in.Account.Shapes = shapes }
}

func TestCheckCertificate_Contract(t *testing.T) {
	present := kept(target(chained))
	shape, ok := presentShape(factsOf(present), 0)
	if !ok {
		t.Fatal("the chain is not read")
	}
	lost := shape
	lost.ExtendedKeyUsages = nil
	other := shape
	other.Profile = "shortlived"
	for sentence, c := range map[string]struct {
		option option
		want   []string
	}{
		"the account obtained none":       {obtained(), nil},
		"none with this profile":          {obtained(other), nil},
		"it obtains the same":             {obtained(other, shape), []string{"Contract Fine a renewal changes neither"}},
		"it obtains others":               {obtained(lost), []string{"Contract Warning the next certificate at us-east-1 will have: no TLS_WEB_SERVER_AUTHENTICATION"}},
		"a chain that cannot be compared": {func(in *Input) { target(func(t *Target) { t.Found.Chain = "" })(in); obtained(lost)(in) }, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := present.with(c.option)
			var got []Check
			for _, check := range CheckCertificate(in) {
				if check.Area == AreaContract {
					got = append(got, check)
				}
			}
			expectChecks(t, got, c.want)
		})
	}
	two := kept(target(chained), another(chained)).with(obtained(lost))
	if w := OrderWarnings(two); len(w) != 1 || !strings.Contains(w[0], "at us-east-1, ap-northeast-1 will have") {
		t.Errorf("warnings: %q", w)
	}
}

func TestObtainedShape(t *testing.T) {
	in := fresh(issuing(ordered))
	held := *in.Issuance
	held.Chain, held.Profile = issuedChain(), "tlsserver"
	shape, news := ObtainedShape(in, Settled{Issuance: &held})
	if !news || shape.Profile != "tlsserver" || shape.KeyType == "" || shape.Certificates == 0 || len(shape.Issuers) != 1 {
		t.Fatalf("%+v, %v", shape, news)
	}
	account := AccountInput{Now: now, Name: "default", HasRecord: true, HasStatus: true, Config: times, Spec: &api.Account{Name: "default", Directory: dir},
		Stored: api.AccountStatus{Directory: dir}}
	status, changed := WithShape(account, shape)
	if !changed || len(status.Shapes) != 1 {
		t.Fatalf("%+v, %v", status, changed)
	}
	in.Account.Shapes = status.Shapes
	if _, news := ObtainedShape(in, Settled{Issuance: &held}); news {
		t.Error("what is stored is news")
	}
	for sentence, change := range map[string]func(*AccountInput){
		"an invocation works on the account": func(in *AccountInput) { in.Stored.ClaimID, in.Stored.LeaseUntil = "x", now.Add(time.Minute) },
		"the account moved":                  func(in *AccountInput) { in.Spec = &api.Account{Name: "default", Directory: "https://other.test/dir"} },
		"the account was deleted":            func(in *AccountInput) { in.Spec = nil },
		"it has the shape":                   func(in *AccountInput) { in.Stored.Shapes = status.Shapes },
	} {
		in := account
		change(&in)
		if _, changed := WithShape(in, shape); changed {
			t.Errorf("%s: it is written", sentence)
		}
	}
	if _, news := ObtainedShape(in, Settled{}); news {
		t.Error("no certificate is news")
	}
}
