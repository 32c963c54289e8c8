package acm_test

import (
	"encoding/base64"
	"net/http"
	"testing"

	"certloop/internal/testca"
	"certloop/providers/acm"
	"certloop/providers/acm/fake"
	"certloop/providers/internal/awsfake"
	"certloop/reconciler/api"
)

func base64PEM(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestAFirstImportIsNotRepeated(t *testing.T) {
	for sentence, tc := range map[string]struct {
		fault fake.Fault

		made int
	}{
		"after a lost reply":             {awsfake.LostReply(), 1},
		"after a lost request":           {awsfake.LostRequest(), 0},
		"after a server error":           {awsfake.ServerError(), 0},
		"after a server error too late":  {fake.Fault{Status: 502, Code: "BadGateway", After: true}, 1},
		"after a time-out of the server": {fake.Fault{Status: 400, Code: "RequestTimeout", After: true}, 1},
		"after skew of the clock":        {fake.Fault{Status: 403, Code: "RequestTimeTooSkewed"}, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			service, client := serve(t, fake.Config{})
			service.Fail("ImportCertificate", 1, tc.fault)
			_, err := client.Import(t.Context(), here, certificate().Import(nil))
			if api.KindOf(err) != api.Transient {
				t.Errorf("error of kind %q: %v", api.KindOf(err), err)
			}
			if n := service.Calls("ImportCertificate"); n != 1 || len(service.All()) != tc.made {
				t.Errorf("%d calls made %d certificates, want 1 and %d", n, len(service.All()), tc.made)
			}
		})
	}
}

func TestAThrottledFirstImportIsRepeated(t *testing.T) {
	service, client := serve(t, fake.Config{})
	service.Fail("ImportCertificate", 2, awsfake.Throttling())
	mustImport(t, client, certificate().Import(nil))
	if n := service.Calls("ImportCertificate"); n != 3 || len(service.All()) != 1 {
		t.Errorf("%d calls made %d certificates", n, len(service.All()))
	}
}

func TestAReimportIsRepeated(t *testing.T) {
	for sentence, fault := range map[string]fake.Fault{
		"after a lost reply": awsfake.LostReply(), "after a server error": awsfake.ServerError(), "after throttling": awsfake.Throttling(),
	} {
		t.Run(sentence, func(t *testing.T) {
			service, client := serve(t, fake.Config{})
			arn := mustImport(t, client, certificate().Import(nil))
			service.Fail("ImportCertificate", 1, fault)
			if again := mustImport(t, client, certificate().Reimport(arn)); again != arn || len(service.All()) != 1 {
				t.Errorf("%s of %s, %d certificates", again, arn, len(service.All()))
			}
		})
	}
}

// The SDK interprets LimitExceededException as throttling and would ask three times.
func TestAUsedUpQuotaIsTerminalAndNotAskedAgain(t *testing.T) {
	for sentence, config := range map[string]fake.Config{
		"of certificates held":    {MaxCertificates: 1},
		"of imports in 365 days":  {MaxImportsPerYear: 1},
		"named by a quota of AWS": {Fault: quotaOnSecond()},
	} {
		t.Run(sentence, func(t *testing.T) {
			service, client := serve(t, config)
			arn := mustImport(t, client, certificate().Import(nil))
			if config.MaxImportsPerYear == 1 {
				service.Remove(arn)
			}
			_, err := client.Import(t.Context(), here, certificate().Import(nil))
			if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonQuotaExceeded {
				t.Errorf("kind %q, reason %q: %v", api.KindOf(err), api.ReasonOf(err, ""), err)
			}
			if n := service.Calls("ImportCertificate"); n != 2 {
				t.Errorf("%d calls, want 2", n)
			}
		})
	}
}

func quotaOnSecond() func(fake.Call) *fake.Fault {
	n := 0
	return func(fake.Call) *fake.Fault {
		if n++; n == 1 {
			return nil
		}
		return &fake.Fault{Code: "ServiceQuotaExceededException", Message: "too many"}
	}
}

func TestAReimportIsRefusedByTheQuotaWithoutBeingAskedAgain(t *testing.T) {
	service, client := serve(t, fake.Config{})
	arn := mustImport(t, client, certificate().Import(nil))
	service.Fail("ImportCertificate", -1, fake.Fault{Code: "LimitExceededException", Message: "too many"})
	_, err := client.Import(t.Context(), here, certificate().Reimport(arn))
	if api.ReasonOf(err, "") != api.ReasonQuotaExceeded || service.Calls("ImportCertificate") != 2 {
		t.Errorf("reason %q after %d calls", api.ReasonOf(err, ""), service.Calls("ImportCertificate"))
	}
}

func TestAnAnswerWithoutAnARNIsALostReply(t *testing.T) {
	for sentence, body := range map[string]string{"empty": "", "an empty object": "{}", "cut off": `{"Certif`} {
		t.Run(sentence, func(t *testing.T) {
			client := acm.New(acm.Config{AWS: awsfake.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/x-amz-json-1.1")
				_, _ = w.Write([]byte(body))
			}))})
			if arn, err := client.Import(t.Context(), here, certificate().Import(nil)); arn != "" || api.KindOf(err) != api.Transient {
				t.Errorf("ARN %q, error of kind %q: %v", arn, api.KindOf(err), err)
			}
		})
	}
}

func TestWhatIsNotOneCertificateDoesNotLeave(t *testing.T) {
	one := certificate()
	for sentence, leaf := range map[string]string{
		"nothing": "", "a bundle": one.Leaf + one.Chain, "a key": one.Key, "a certificate and a key": one.Leaf + one.Key,
	} {
		t.Run(sentence, func(t *testing.T) {
			service, client := serve(t, fake.Config{})
			r := one.Import(nil)
			r.Leaf = leaf
			_, err := client.Import(t.Context(), here, r)
			if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonImportFailed || service.Calls("ImportCertificate") != 0 {
				t.Errorf("kind %q after %d calls: %v", api.KindOf(err), service.Calls("ImportCertificate"), err)
			}
		})
	}
}

func TestTheLogOfImportsNamesWhatWasImported(t *testing.T) {
	service, client := serve(t, fake.Config{})
	first := ca.Issue(testca.Leaf{Names: []string{"www.example.com"}})
	arn := mustImport(t, client, first.Import(nil))
	mustImport(t, client, certificate().Reimport(arn))
	log := service.Imports()
	leaf, err := api.ParseLeaf(first.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if len(log) != 2 || !log[0].First || log[1].First || log[0].FingerprintSHA256 != leaf.FingerprintSHA256 || log[1].ARN != arn {
		t.Errorf("the log is %+v", log)
	}
}
