package command

import "certloop/reconciler/api"

const arn = "arn:aws:acm:ap-northeast-1:123456789012:certificate/"

// sample is an installation with a certificate in each state.
func sample() *world {
	return &world{
		records:  []api.Listed{ready(), issuing(), rejected(), failing(), fresh(), deleted(), account(), brokenAccount(), policy()},
		serving:  serving{"www": lagging()},
		ordering: ordering{"default": orderedLately()},
		users: map[string][]string{
			arn + "0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d": {"arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"},
		},
	}
}

func certificate(name string, record map[string]any, status *api.CertificateStatus) api.Listed {
	record["name"], record["kind"] = name, "Certificate"
	if status != nil {
		status.SpecDigest = api.SpecDigest(record)
	}
	return api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: name}, Record: record, Status: status}
}

func condition(kind api.ConditionType, status api.ConditionStatus, reason api.Reason, message string, days float64) api.Condition {
	return api.Condition{Type: kind, Status: status, Reason: reason, Message: message, LastTransitionTime: in(days), ObservedGeneration: 1}
}

// installed is the status of a certificate that was issued 62 days ago for 90.
func installed(conditions ...api.Condition) *api.CertificateStatus {
	return &api.CertificateStatus{
		Version: 12, Generation: 1, ObservedGeneration: 1, Conditions: conditions,
		Targets: []api.TargetStatus{
			{Key: "ap-northeast-1", Location: api.Location{Region: "ap-northeast-1"}, ARN: arn + "0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d",
				Imported: true, Serial: "04c3f1", NotAfter: in(28), ImportedAt: in(-62), State: api.Satisfies, Reason: api.ReasonReady},
			{Key: "us-east-1", Location: api.Location{Region: "us-east-1"}, ARN: "arn:aws:acm:us-east-1:123456789012:certificate/1a2b",
				Imported: true, Serial: "04c3f1", NotAfter: in(28), ImportedAt: in(-62), State: api.Satisfies, Reason: api.ReasonReady},
		},
		ACMARN: arn + "0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d", Account: "default", Domains: []string{"www.example.com"},
		Serial: "04c3f1", Issuer: "CN=JPRS Domain Validation Authority - G4,O=Japan Registry Services Co.\\, Ltd.,C=JP", KeyType: api.RSA2048,
		NotBefore: in(-62), NotAfter: in(28), RenewAt: in(-2), RenewalSource: api.SourceLifetime,
		History: []api.HistoryEntry{
			{Time: in(-62), Reason: api.ReasonOrdering}, {Time: in(-62), Reason: api.ReasonIssued, Message: "serial 04c3f1"},
		},
	}
}

func ready() api.Listed {
	status := installed(condition(api.ConditionAccepted, api.ConditionTrue, api.ReasonAccepted, "", -62),
		condition(api.ConditionIssuing, api.ConditionFalse, api.ReasonNotNeeded, "", -62),
		condition(api.ConditionReady, api.ConditionTrue, api.ReasonReady, "", -62),
		condition(api.ConditionServed, api.ConditionFalse, api.ReasonAnotherServed,
			"mail.example.net:587 over IPv4: serves a certificate of Other CA for mail.example.net", -0.5))
	status.RenewAt = in(5)
	status.Revocations = []api.RevocationStatus{{Serial: "04c3f1", FingerprintSHA256: "5f", State: api.RevocationGood, CheckedAt: in(-0.3), NextCheckAt: in(0.7)}}
	return certificate("www", map[string]any{
		"domains": []any{"www.example.com", "example.com", "*.shop.example.com"}, "targets": []any{
			map[string]any{"region": "ap-northeast-1"}, map[string]any{"region": "us-east-1"}},
	}, status)
}

func issuing() api.Listed {
	status := &api.CertificateStatus{Version: 3, Generation: 1, ObservedGeneration: 1, Conditions: []api.Condition{
		condition(api.ConditionAccepted, api.ConditionTrue, api.ReasonAccepted, "", -0.001),
		condition(api.ConditionIssuing, api.ConditionTrue, api.ReasonValidating, "The CA reads the TXT records.", -0.0005),
		condition(api.ConditionReady, api.ConditionFalse, api.ReasonNotIssued, "", -0.001)}}
	return certificate("api", map[string]any{"domains": []any{"api.example.com"}, "account": "jprs"}, status)
}

func rejected() api.Listed {
	status := &api.CertificateStatus{Version: 1, Generation: 1, ObservedGeneration: 1, Conditions: []api.Condition{
		condition(api.ConditionAccepted, api.ConditionFalse, api.ReasonInvalidSpec,
			`domain[0] is "exa mple.com": use a DNS name; attribute "acount" is not known: did you mean account?`, -1),
		condition(api.ConditionReady, api.ConditionFalse, api.ReasonBlocked, "", -1)}}
	return certificate("typo", map[string]any{"domains": []any{"exa mple.com"}, "acount": "default"}, status)
}

// failing is a certificate that expires in three days and whose renewal fails.
func failing() api.Listed {
	status := installed(condition(api.ConditionAccepted, api.ConditionTrue, api.ReasonAccepted, "", -87),
		condition(api.ConditionIssuing, api.ConditionFalse, api.ReasonValidationFailed,
			"the CA found no TXT record at _acme-challenge.shop.example.jp (dns: NXDOMAIN)", -12),
		condition(api.ConditionReady, api.ConditionTrue, api.ReasonReady, "", -87))
	status.NotAfter, status.NotBefore, status.RenewAt, status.NextAttemptAt = in(3), in(-87), in(-27), in(0.3)
	status.Failures, status.LastError = 14, "the CA found no TXT record at _acme-challenge.shop.example.jp (dns: NXDOMAIN)"
	return certificate("shop", map[string]any{"domains": []any{"shop.example.jp"}}, status)
}

func fresh() api.Listed {
	return certificate("new", map[string]any{"domains": []any{"new.example.com"}}, nil)
}

func deleted() api.Listed {
	l := certificate("old", map[string]any{}, installed())
	l.Record = nil
	return l
}

func account() api.Listed {
	return api.Listed{Key: api.Key{Kind: api.KindAccount, Name: "jprs"},
		Record: map[string]any{"name": "jprs", "kind": "Account", "directory": "jprs", "email": "cert@example.jp"},
		AccountStatus: &api.AccountStatus{Version: 2, Directory: "https://acme.amecert.jprs.jp/DV/getDirectory",
			URI: "https://acme.amecert.jprs.jp/acct/1", CAAIdentities: []string{"jprs.jp"}, Conditions: []api.Condition{
				condition(api.ConditionAccepted, api.ConditionTrue, api.ReasonAccepted, "", -62),
				condition(api.ConditionReady, api.ConditionTrue, api.ReasonRegistered, "", -62)}}}
}

func brokenAccount() api.Listed {
	return api.Listed{Key: api.Key{Kind: api.KindAccount, Name: "default"},
		Record: map[string]any{"name": "default", "kind": "Account", "directory": "letsencrypt"},
		AccountStatus: &api.AccountStatus{Version: 2, Conditions: []api.Condition{
			condition(api.ConditionAccepted, api.ConditionTrue, api.ReasonAccepted, "", -1),
			condition(api.ConditionReady, api.ConditionFalse, api.ReasonCAUnavailable, "acme-v02.api.letsencrypt.org did not respond", -1)}}}
}

func policy() api.Listed {
	return api.Listed{Key: api.Key{Kind: api.KindPolicy, Name: "shop"},
		Record: map[string]any{"name": "policy#shop", "kind": "Policy", "records": []any{"shop*"}, "domains": []any{"*.example.jp"},
			"accounts": []any{"jprs"}},
		PolicyStatus: &api.PolicyStatus{Version: 1, Conditions: []api.Condition{
			condition(api.ConditionAccepted, api.ConditionTrue, api.ReasonAccepted, "", -5)}}}
}
