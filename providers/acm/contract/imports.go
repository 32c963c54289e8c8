package contract

import (
	"maps"
	"slices"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

var imports = map[string]part{
	"an imported certificate is described by its own facts":      importDescribed,
	"every key type that ACM takes comes back under its name":    everyKeyType,
	"a certificate without a common name is imported":            noCommonName,
	"a certificate of its common name alone is imported":         noAlternativeNames,
	"a self-signed certificate is imported without a chain":      selfSigned,
	"a first import carries its tags":                            importTags,
	"a re-import takes the place of its predecessor":             reimport,
	"a re-import keeps the tags, and those it carries are left":  reimportTags,
	"a re-import keeps the users":                                reimportUsers,
	"the users of a certificate are those that ACM knows":        users,
	"two first imports are two certificates":                     twoImports,
	"a re-import where there is no certificate is NotFound":      reimportNowhere,
	"a certificate that nobody knows is NotFound":                describeNowhere,
	"a certificate that ACM issued is described as such":         issued,
	"a certificate that is not issued yet has its type and tags": notIssued,
}

func importDescribed(t *testing.T, s Subject) {
	leaf := ca.Issue(testca.Leaf{Names: []string{domain(), domain()}})
	arn := s.imported(t, leaf.Import(ownership()))
	found := s.described(t, arn)
	if found.ARN != arn || found.Type != "IMPORTED" || found.ImportedAt.IsZero() || len(found.InUseBy) > 0 {
		t.Errorf("it is described as %+v", found)
	}
	if found.ImportedAt.Nanosecond() != 0 || found.ImportedAt.Location() != time.UTC {
		t.Errorf("imported at %v, which is no whole second of UTC", found.ImportedAt)
	}
	wantLeaf(t, found, leaf)
}

func everyKeyType(t *testing.T, s Subject) {
	for _, keyType := range append([]api.KeyType{testca.RSA1024, testca.EC521}, api.KeyTypes...) {
		leaf := ca.Issue(testca.Leaf{Names: []string{domain()}, KeyType: keyType})
		found := s.described(t, s.imported(t, leaf.Import(nil)))
		if found.KeyType != keyType {
			t.Errorf("%s came back as %s", keyType, found.KeyType)
		}
	}
}

func noCommonName(t *testing.T, s Subject) {
	leaf := ca.Issue(testca.Leaf{Names: []string{domain()}, NoCommonName: true})
	wantLeaf(t, s.described(t, s.imported(t, leaf.Import(nil))), leaf)
}

func noAlternativeNames(t *testing.T, s Subject) {
	leaf := ca.Issue(testca.Leaf{Names: []string{domain()}, NoSAN: true})
	wantLeaf(t, s.described(t, s.imported(t, leaf.Import(nil))), leaf)
}

func selfSigned(t *testing.T, s Subject) {
	leaf := testca.SelfSigned(testca.Leaf{Names: []string{domain()}})
	found := s.described(t, s.imported(t, leaf.Import(nil)))
	wantLeaf(t, found, leaf)
	if !found.SelfSigned {
		t.Error("it is not described as self-signed")
	}
}

func importTags(t *testing.T, s Subject) {
	tags := ownership()
	found := s.described(t, s.imported(t, ca.Issue(testca.Leaf{Names: []string{domain()}}).Import(tags)))
	if !maps.Equal(found.Tags, tags) {
		t.Errorf("its tags are %v, want %v", found.Tags, tags)
	}
}

func reimport(t *testing.T, s Subject) {
	name := domain()
	arn := s.imported(t, ca.Issue(testca.Leaf{Names: []string{name}}).Import(ownership()))
	next := ca.Issue(testca.Leaf{Names: []string{name}})
	if again := s.imported(t, next.Reimport(arn)); again != arn {
		t.Errorf("the re-import made %s of %s", again, arn)
	}
	wantLeaf(t, s.described(t, arn), next)
}

func reimportTags(t *testing.T, s Subject) {
	name, tags := domain(), ownership()
	arn := s.imported(t, ca.Issue(testca.Leaf{Names: []string{name}}).Import(tags))
	request := ca.Issue(testca.Leaf{Names: []string{name}}).Reimport(arn)
	request.Tags = map[string]string{"other": "tag"}
	s.imported(t, request)
	if found := s.described(t, arn); !maps.Equal(found.Tags, tags) {
		t.Errorf("its tags are %v, they were %v", found.Tags, tags)
	}
}

func reimportUsers(t *testing.T, s Subject) {
	name := domain()
	arn := s.imported(t, ca.Issue(testca.Leaf{Names: []string{name}}).Import(nil))
	s.UseBy(arn, balancer)
	s.imported(t, ca.Issue(testca.Leaf{Names: []string{name}}).Reimport(arn))
	if found := s.described(t, arn); len(found.InUseBy) != 1 || found.InUseBy[0] != balancer {
		t.Errorf("it is in use by %v", found.InUseBy)
	}
}

func users(t *testing.T, s Subject) {
	arn := s.imported(t, leaf(testca.Leaf{}))
	for _, want := range [][]string{{}, {balancer}, {balancer + "1", balancer + "2"}} {
		s.UseBy(arn, want...)
		if got, err := s.InUseBy(t.Context(), s.At, arn); err != nil || !slices.Equal(got, want) {
			t.Errorf("the users are %v, want %v: %v", got, want, err)
		}
	}
	s.UseBy(arn)
	s.deleted(t, arn)
	_, err := s.InUseBy(t.Context(), s.At, arn)
	wantKind(t, err, api.NotFound, "")
}

func twoImports(t *testing.T, s Subject) {
	leaf := ca.Issue(testca.Leaf{Names: []string{domain()}})
	if first, second := s.imported(t, leaf.Import(nil)), s.imported(t, leaf.Import(nil)); first == second {
		t.Errorf("both are %s", first)
	}
}

// nowhere is the ARN of no certificate, in the account of arn.
func nowhere(t *testing.T, s Subject) string {
	arn := s.imported(t, ca.Issue(testca.Leaf{Names: []string{domain()}}).Import(nil))
	return arn[:len(arn)-12] + "ffffffffffff"
}

func reimportNowhere(t *testing.T, s Subject) {
	_, err := s.Import(t.Context(), s.At, ca.Issue(testca.Leaf{Names: []string{domain()}}).Reimport(nowhere(t, s)))
	wantKind(t, err, api.NotFound, "")
}

func describeNowhere(t *testing.T, s Subject) {
	_, err := s.Describe(t.Context(), s.At, nowhere(t, s))
	wantKind(t, err, api.NotFound, "")
}

func issued(t *testing.T, s Subject) {
	leaf := ca.Issue(testca.Leaf{Names: []string{domain()}})
	found := s.described(t, s.PutIssued(leaf.Leaf, leaf.Chain, nil))
	if found.Type != "AMAZON_ISSUED" || !found.ImportedAt.IsZero() {
		t.Errorf("it is described as %+v", found)
	}
	wantLeaf(t, found, leaf)
}

func notIssued(t *testing.T, s Subject) {
	tags := ownership()
	found := s.described(t, s.PutIssued("", "", tags))
	if found.Type != "AMAZON_ISSUED" || !maps.Equal(found.Tags, tags) || found.FingerprintSHA256 != "" {
		t.Errorf("it is described as %+v", found)
	}
}
