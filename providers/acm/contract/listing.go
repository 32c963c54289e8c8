package contract

import (
	"testing"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

var listing = map[string]part{
	"a sweep lists imported certificates of every key type": sweepKeyTypes,
	"a sweep says of a certificate what its leaf says":      sweepFacts,
	"a sweep leaves out what ACM issued":                    sweepIssued,
	"a sweep of an empty region is empty":                   sweepEmpty,
}

func sweepKeyTypes(t *testing.T, s Subject) {
	arns := map[api.KeyType]string{}
	for _, keyType := range append([]api.KeyType{testca.RSA1024, testca.EC521}, api.KeyTypes...) {
		arns[keyType] = s.imported(t, leaf(testca.Leaf{KeyType: keyType}))
	}
	found := swept(t, s)
	for keyType, arn := range arns {
		if _, ok := found[arn]; !ok {
			t.Errorf("%s is missing", keyType)
		}
	}
}

func sweepFacts(t *testing.T, s Subject) {
	arn := s.imported(t, leaf(testca.Leaf{}))
	line, installed := swept(t, s)[arn], s.described(t, arn)
	if line.ARN != arn || line.Status != "ISSUED" || !line.NotAfter.Equal(installed.NotAfter) || !line.ImportedAt.Equal(installed.ImportedAt) {
		t.Errorf("listed is %+v, described %+v", line, installed)
	}
}

func sweepIssued(t *testing.T, s Subject) {
	one := ca.Issue(testca.Leaf{Names: []string{domain()}})
	for _, arn := range []string{s.PutIssued(one.Leaf, one.Chain, nil), s.PutIssued("", "", nil)} {
		if line, ok := swept(t, s)[arn]; ok {
			t.Errorf("listed is %+v", line)
		}
	}
}

func sweepEmpty(t *testing.T, s Subject) {
	s.At.Region = "ap-southeast-4"
	if found := swept(t, s); len(found) > 0 {
		t.Errorf("listed are %v", found)
	}
}
