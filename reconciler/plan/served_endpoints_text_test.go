package plan

import (
	"fmt"
	"testing"

	"certloop/reconciler/api"
)

func TestServed_AnothersCertificateIsNamed(t *testing.T) {
	many := make([]string, noticeNames+3)
	for i := range many {
		many[i] = fmt.Sprintf("n%02d.example.net", i)
	}
	for want, names := range map[string][]string{
		"serves a certificate of Other CA for no name":                                                                         nil,
		"serves a certificate of Other CA for other.example.net":                                                               {"other.example.net"},
		"serves a certificate of Other CA for other.example.net and www.example.net":                                           {"other.example.net", "www.example.net"},
		"serves a certificate of Other CA for " + api.Enumerate(append(many[:noticeNames:noticeNames], "3 more names"), "and"): many,
	} {
		if got := otherCertificate(api.Leaf{Issuer: "Other CA", Domains: names}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
