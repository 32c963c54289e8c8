package store

import (
	"testing"

	"certloop/reconciler/api"
)

// BenchmarkEncodeStatus encodes the status of a converged certificate with a full history.
func BenchmarkEncodeStatus(b *testing.B) {
	s := typicalStatus(20)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := encodeStatus("www.example.com", &s, 1); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeStatus decodes it.
func BenchmarkDecodeStatus(b *testing.B) {
	s := typicalStatus(20)
	it, err := encodeStatus("www.example.com", &s, 1)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode[api.CertificateStatus](it); err != nil {
			b.Fatal(err)
		}
	}
}
