package command

import (
	"testing"

	"certloop/cmd/certloop/deployment"
	"certloop/reconciler/api"
)

// replaced is an installation in which somebody else imported a certificate under the ARN of www, whose CA has a window.
func replaced() *world {
	w := sample()
	w.acm = map[string]deployment.Held{arn + "0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d": {Serial: "99", Status: "EXPIRED", NotAfter: in(-1)}}
	www := w.records[w.index(api.Key{Kind: api.KindCertificate, Name: "www"})].Status
	www.RenewalSource = api.SourceARI
	www.ARI = &api.ARIStatus{WindowStart: in(4), WindowEnd: in(6), ExplanationURL: "https://ca.example/why"}
	return w
}

// Describe shows what ACM holds now, also where that differs from what the controller last observed.
func TestGolden_DescribeWhatACMHolds(t *testing.T) {
	goldens(t, replaced, map[string]recording{
		"describe-replaced":    {terminal{width: 100}, 0, "describe www"},
		"describe-replaced-60": {terminal{width: 60}, 0, "describe www"},
		"describe-replaced-ja": {terminal{width: 100, environ: japanese}, 0, "describe www"},
	})
}
