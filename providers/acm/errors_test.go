package acm_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"certloop/internal/testca"
	"certloop/providers/acm"
	"certloop/providers/acm/fake"
	"certloop/providers/internal/awsfake"
	"certloop/reconciler/api"
)

var ca = testca.New(testca.Options{Intermediates: 1})

func certificate() testca.Issued { return ca.Issue(testca.Leaf{Names: []string{"www.example.com"}}) }

func mustImport(t *testing.T, client *acm.Client, r api.ImportRequest) string {
	t.Helper()
	arn, err := client.Import(t.Context(), here, r)
	if err != nil {
		t.Fatal(err)
	}
	return arn
}

// calls are the methods by the operation that each of them stands on.
func calls(client *acm.Client, arn string) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"DescribeCertificate":    func(ctx context.Context) error { _, err := client.Describe(ctx, here, arn); return err },
		"GetCertificate":         func(ctx context.Context) error { _, err := client.Describe(ctx, here, arn); return err },
		"ListTagsForCertificate": func(ctx context.Context) error { _, err := client.Describe(ctx, here, arn); return err },
		"GetResources":           func(ctx context.Context) error { _, err := client.Find(ctx, here, "owner", "target"); return err },
		"ImportCertificate": func(ctx context.Context) error {
			_, err := client.Import(ctx, here, certificate().Import(nil))
			return err
		},
		"AddTagsToCertificate": func(ctx context.Context) error {
			return client.Tag(ctx, here, arn, map[string]string{"a": "1"}, nil)
		},
		"RemoveTagsFromCertificate": func(ctx context.Context) error { return client.Tag(ctx, here, arn, nil, []string{"a"}) },
		"ListCertificates":          func(ctx context.Context) error { _, err := client.Sweep(ctx, here); return err },
		"DeleteCertificate":         func(ctx context.Context) error { return client.Delete(ctx, here, arn) },
	}
}

// refusedReason is the reason of a refusal that has no reason of its own.
func refusedReason(operation string) api.Reason {
	if operation == "ImportCertificate" {
		return api.ReasonImportFailed
	}
	return ""
}

func TestEveryOperationGivesItsErrorsTheirKind(t *testing.T) {
	type want struct {
		kind   api.ErrorKind
		reason func(operation string) api.Reason
	}
	none := func(string) api.Reason { return "" }
	denied := func(string) api.Reason { return api.ReasonTargetAccessDenied }
	for sentence, tc := range map[string]struct {
		fault fake.Fault
		want  want
	}{
		"throttling is Throttled":                {awsfake.Throttling(), want{api.Throttled, none}},
		"429 without a known code is Throttled":  {fake.Fault{Status: 429, Code: "Slow"}, want{api.Throttled, none}},
		"access denied is Terminal":              {awsfake.Denied("acm:Something"), want{api.Terminal, denied}},
		"a region not enabled is Terminal":       {fake.Fault{Status: 403, Code: "UnrecognizedClientException"}, want{api.Terminal, denied}},
		"an internal failure is Transient":       {awsfake.ServerError(), want{api.Transient, none}},
		"503 is Transient":                       {fake.Fault{Status: 503, Code: "ServiceUnavailable"}, want{api.Transient, none}},
		"a lost request is Transient":            {awsfake.LostRequest(), want{api.Transient, none}},
		"a lost reply is Transient":              {awsfake.LostReply(), want{api.Transient, none}},
		"expired credentials are Transient":      {fake.Fault{Code: "ExpiredTokenException"}, want{api.Transient, none}},
		"a wrong clock is Transient":             {fake.Fault{Code: "InvalidSignatureException"}, want{api.Transient, none}},
		"408 is Transient":                       {fake.Fault{Status: 408, Code: "Late"}, want{api.Transient, none}},
		"any other refusal is Terminal":          {fake.Fault{Code: "ValidationException", Message: "no"}, want{api.Terminal, refusedReason}},
		"a refusal of no known code is Terminal": {fake.Fault{Status: 403, Code: "Odd"}, want{api.Terminal, refusedReason}},
	} {
		t.Run(sentence, func(t *testing.T) {
			service, client := serve(t, fake.Config{})
			for operation := range calls(client, "") {
				call := calls(client, mustImport(t, client, certificate().Import(nil)))[operation]
				service.Fail(operation, -1, tc.fault)
				err := call(t.Context())
				service.Heal(operation)
				if operation == "DeleteCertificate" && tc.fault.After {
					// The repeated request finds nothing, which is what it is for.
					continue
				}
				if api.KindOf(err) != tc.want.kind || api.ReasonOf(err, "") != tc.want.reason(operation) {
					t.Errorf("%s: kind %q, reason %q: %v", operation, api.KindOf(err), api.ReasonOf(err, ""), err)
				}
			}
		})
	}
}

func TestADenialNamesRoleRegionAndWhatToAllow(t *testing.T) {
	for operation, action := range map[string]string{
		"DescribeCertificate": "acm:DescribeCertificate", "GetCertificate": "acm:GetCertificate", "GetResources": "tag:GetResources",
		"ImportCertificate": "acm:AddTagsToCertificate", "DeleteCertificate": "acm:DeleteCertificate", "ListCertificates": "acm:ListCertificates",
		"AddTagsToCertificate": "acm:AddTagsToCertificate", "RemoveTagsFromCertificate": "acm:RemoveTagsFromCertificate",
	} {
		t.Run(operation, func(t *testing.T) {
			service, client := serve(t, fake.Config{})
			arn := mustImport(t, client, certificate().Import(nil))
			service.Fail(operation, -1, awsfake.Denied("something"))
			message := api.MessageOf(calls(client, arn)[operation](t.Context()))
			for _, part := range []string{"the function's role", here.Region, action, "not authorized to perform: something"} {
				if !strings.Contains(message, part) {
					t.Errorf("%q is not in: %s", part, message)
				}
			}
		})
	}
}

func TestAMessageIsTheSameFromRunToRun(t *testing.T) {
	for sentence, said := range map[string]string{
		"in brackets":     "No. (Service: Acm; Status Code: 400; Request ID: %s; Proxy: null)",
		"at the end":      "No. RequestId: %s",
		"after a comma":   "No., Request ID: %s",
		"nothing is said": "",
	} {
		t.Run(sentence, func(t *testing.T) {
			var messages []string
			for _, id := range []string{"1f0e1f6a-9f0b-4d8e-a3a9-0a6c8f8f4f01", "2a0e1f6a-9f0b-4d8e-a3a9-0a6c8f8f4f02"} {
				service, client := serve(t, fake.Config{})
				service.Fail("ImportCertificate", 1, fake.Fault{Code: "InvalidParameterException", Message: strings.ReplaceAll(said, "%s", id)})
				_, err := client.Import(t.Context(), here, certificate().Import(nil))
				messages = append(messages, api.MessageOf(err))
			}
			if messages[0] != messages[1] {
				t.Errorf("it says %q, then %q", messages[0], messages[1])
			}
			if said != "" && !strings.HasSuffix(messages[0], ": No.") {
				t.Errorf("ACM's own words are not left: %q", messages[0])
			}
		})
	}
}

func TestAnErrorThatQuotesTheKeyIsLeftOut(t *testing.T) {
	leaf := certificate()
	body := strings.Split(leaf.Key, "\n")[1]
	for sentence, quoted := range map[string]string{
		"as PEM":              leaf.Key,
		"a line of it":        "Value '" + body + "' at 'privateKey'",
		"as the request does": "Value '" + base64PEM(leaf.Key) + "' at 'privateKey'",
		"cut off":             "Value '" + base64PEM(leaf.Key)[:60] + "...",
	} {
		t.Run(sentence, func(t *testing.T) {
			service, client := serve(t, fake.Config{})
			service.Fail("ImportCertificate", 1, fake.Fault{Code: "ValidationException", Message: quoted})
			_, err := client.Import(t.Context(), here, leaf.Import(nil))
			if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonImportFailed {
				t.Errorf("kind %q, reason %q", api.KindOf(err), api.ReasonOf(err, ""))
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if text := fmt.Sprintf("%+v %#v", e, e); strings.Contains(text, body[:24]) || strings.Contains(text, base64PEM(leaf.Key)[30:54]) {
					t.Errorf("the key is in it: %s", text)
				}
			}
		})
	}
}
