package command

import (
	"context"
	"strings"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/inventory"
	"certloop/reconciler/api"
)

// moving is the part of the world that commands of moving over see.
type moving struct {
	// found are the certificates in ACM, and scope is where they were searched.
	found inventory.Found
	scope inventory.Scope
	// stored are the EAB credentials that were stored; refuses is the error of storing one.
	stored  []api.EAB
	refuses error
	// place is where the function reads secrets, unplaced why that is not known, and storedAt where the credentials were stored.
	place, storedAt deployment.SecretPlace
	unplaced        error
	// unreadable are the errors of certificates that cannot be read, by ARN.
	unreadable map[string]error
	// issuer is that of all certificates.
	issuer string
}

func (w *world) Discover(_ context.Context, s inventory.Scope) inventory.Found {
	w.moving.scope = s
	return w.moving.found
}

func (w *world) OrganizationRoles(_ context.Context, name string) ([]api.Role, error) {
	return append([]api.Role{{}}, api.Role{RoleARN: "arn:aws:iam::222222222222:role/" + name}), nil
}

// crowd is an installation with certificates of each kind in ACM.
func crowd() *world {
	w := sample()
	at := func(id, region, account string) string {
		return "arn:aws:acm:" + region + ":" + account + ":certificate/" + id
	}
	w.moving.found.Certificates = []inventory.Certificate{
		{ARN: at("aaaaaaaa-0000-4000-8000-000000000001", "us-east-1", "123456789012"), Region: "us-east-1", Names: []string{"*.legacy.example.com", "legacy.example.com"},
			Type: "IMPORTED", Status: "ISSUED", KeyType: api.RSA2048, NotAfter: in(5), InUse: true,
			Users: []string{"arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL"}},
		{ARN: at("aaaaaaaa-0000-4000-8000-000000000002", "ap-northeast-1", "222222222222"), Region: "ap-northeast-1", Names: []string{"shop.example.jp"},
			Role: api.Role{RoleARN: "arn:aws:iam::222222222222:role/audit"}, Type: "IMPORTED", Status: "ISSUED", KeyType: "EC_secp521r1", NotAfter: in(40)},
		{ARN: at("aaaaaaaa-0000-4000-8000-000000000003", "us-east-1", "123456789012"), Region: "us-east-1", Names: []string{"many.example.com"},
			Type: "IMPORTED", Status: "ISSUED", KeyType: api.EC256, NotAfter: in(50), Manager: inventory.Manager{Kind: inventory.Unread}},
		{ARN: at("aaaaaaaa-0000-4000-8000-000000000004", "us-east-1", "123456789012"), Region: "us-east-1", Names: []string{"stage.example.com"},
			Type: "IMPORTED", Status: "ISSUED", KeyType: api.EC256, NotAfter: in(60), Manager: inventory.Manager{Kind: inventory.Tagged, Name: "staging/stage"}},
		{ARN: at("aaaaaaaa-0000-4000-8000-000000000005", "us-east-1", "123456789012"), Region: "us-east-1", Names: []string{"tf.example.com"},
			Type: "IMPORTED", Status: "EXPIRED", KeyType: api.RSA2048, NotAfter: in(-3), Manager: inventory.Manager{Kind: inventory.Tool, Name: "terraform"}},
		{ARN: arn + "0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d", Region: "ap-northeast-1", Names: []string{"www.example.com", "example.com"},
			Type: "IMPORTED", Status: "ISSUED", KeyType: api.RSA2048, NotAfter: in(28), InUse: true, Manager: inventory.Manager{Kind: inventory.Record, Name: "www"}},
		{ARN: at("aaaaaaaa-0000-4000-8000-000000000006", "us-east-1", "123456789012"), Region: "us-east-1", Names: []string{"amazon.example.com"},
			Type: "AMAZON_ISSUED", Status: "ISSUED", KeyType: api.RSA2048, NotAfter: in(300), InUse: true, Manager: inventory.Manager{Kind: inventory.Amazon}},
	}
	return w
}

// StoreEAB keeps the credential. An error of the real one has nothing of it either.
func (w *world) StoreEAB(_ context.Context, account string, credential api.EAB, at deployment.SecretPlace) (string, error) {
	if w.moving.refuses != nil {
		return "", w.moving.refuses
	}
	w.moving.stored, w.moving.storedAt = append(w.moving.stored, credential), at
	return "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:" + at.Prefix + "/eab/" + account + "-AbCdEf", nil
}

// SecretPlace is that of the Terraform module, if the test does not set another one.
func (w *world) SecretPlace(context.Context) (deployment.SecretPlace, error) {
	if w.moving.place.Prefix == "" {
		return deployment.SecretPlace{Prefix: "certloop"}, w.moving.unplaced
	}
	return w.moving.place, w.moving.unplaced
}

func (w *world) ReadCertificate(_ context.Context, arn string, role api.Role, known map[string]string) (inventory.Detail, error) {
	if err := w.moving.unreadable[arn]; err != nil {
		return inventory.Detail{}, err
	}
	for _, c := range w.moving.found.Certificates {
		if c.ARN == arn {
			c.Role = role
			return inventory.Detail{Certificate: c, Leaf: api.Leaf{Domains: c.Names, KeyType: c.KeyType, NotAfter: c.NotAfter,
				Issuer: w.moving.issuer, KeyUsages: []string{"DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"},
				ExtendedKeyUsages: []string{"TLS_WEB_SERVER_AUTHENTICATION", "TLS_WEB_CLIENT_AUTHENTICATION"}}}, nil
		}
	}
	return inventory.Detail{}, w.fails
}

func (w *world) WithoutZone(_ context.Context, names []string) (missing []string, err error) {
	for _, name := range names {
		if !strings.HasSuffix(name, "example.com") {
			missing = append(missing, name)
		}
	}
	return missing, nil
}
