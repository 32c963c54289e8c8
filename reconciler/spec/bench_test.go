package spec_test

import (
	"fmt"
	"testing"

	"certloop/reconciler/spec"
)

// BenchmarkDecodeCertificate decodes a record of 100 names and 20 targets, the most that one may have.
func BenchmarkDecodeCertificate(b *testing.B) {
	var domains, targets []any
	for i := range 100 {
		domains = append(domains, fmt.Sprintf("bücher-%d.example.com", i))
	}
	for i := range 20 {
		targets = append(targets, object{"region": fmt.Sprintf("eu-central-%d", i+1)})
	}
	record := certificate(object{"domains": domains, "targets": targets, "tags": object{"team": "a"}})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := spec.DecodeCertificate(record, defaults); err != nil {
			b.Fatal(err)
		}
	}
}
