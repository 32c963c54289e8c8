package route53_test

import (
	"context"
	"strings"
	"testing"

	"certloop/providers/internal/awsfake"
	"certloop/providers/route53/fake"
	"certloop/reconciler/api"
)

var own = api.Role{}

func challenge(domain, value string) api.TXT {
	return api.TXT{FQDN: "_acme-challenge." + domain, Value: value}
}

// calls are the methods by the operation that each of them stands on.
func (w world) calls(zone string) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"ListHostedZonesByName": func(ctx context.Context) error {
			_, err := w.Resolve(ctx, own, []string{"example.com"}, "")
			return err
		},
		"GetHostedZone": func(ctx context.Context) error {
			_, err := w.Resolve(ctx, own, []string{"example.com"}, zone)
			return err
		},
		"ListResourceRecordSets": func(ctx context.Context) error {
			_, err := w.Publish(ctx, own, zone, []api.TXT{challenge("example.com", "ours")})
			return err
		},
		"ChangeResourceRecordSets": func(ctx context.Context) error {
			_, err := w.Publish(ctx, own, zone, []api.TXT{challenge("example.com", "ours")})
			return err
		},
		"GetChange": func(ctx context.Context) error { _, err := w.InSync(ctx, own, "C1"); return err },
	}
}

func TestEveryOperationGivesItsErrorsTheirKind(t *testing.T) {
	type want struct {
		kind   api.ErrorKind
		reason api.Reason
	}
	failed, denied := want{api.Transient, api.ReasonDNSFailed}, want{api.Terminal, api.ReasonDNSAccessDenied}
	for sentence, tc := range map[string]struct {
		fault fake.Fault
		want  want
	}{
		"throttling is Throttled":                     {fake.Throttling(), want{api.Throttled, ""}},
		"a prior request not complete is Throttled":   {fake.PriorRequestNotComplete(), want{api.Throttled, ""}},
		"429 without a known code is Throttled":       {fake.Fault{Status: 429, Code: "Slow"}, want{api.Throttled, ""}},
		"access denied is Terminal":                   {fake.Denied("route53:Something"), denied},
		"a client token of no account is Terminal":    {fake.Fault{Status: 403, Code: "InvalidClientTokenId"}, denied},
		"a zone that is gone is Terminal":             {fake.Fault{Status: 404, Code: "NoSuchHostedZone"}, want{api.Terminal, api.ReasonZoneNotFound}},
		"a change that is not known is NotFound":      {fake.Fault{Status: 404, Code: "NoSuchChange"}, want{api.NotFound, api.ReasonDNSFailed}},
		"an internal failure is Transient":            {awsfake.ServerError(), failed},
		"503 is Transient":                            {fake.Fault{Status: 503, Code: "ServiceUnavailable"}, failed},
		"a lost request is Transient":                 {awsfake.LostRequest(), failed},
		"expired credentials are Transient":           {fake.Fault{Status: 403, Code: "ExpiredToken"}, failed},
		"a wrong clock is Transient":                  {fake.Fault{Status: 403, Code: "SignatureDoesNotMatch"}, failed},
		"408 is Transient":                            {fake.Fault{Status: 408, Code: "Late"}, failed},
		"any other refusal is Terminal":               {fake.Fault{Code: "InvalidInput", Message: "no"}, want{api.Terminal, api.ReasonDNSFailed}},
		"a refusal of no known code is Terminal":      {fake.Fault{Status: 403, Code: "Odd"}, want{api.Terminal, api.ReasonDNSFailed}},
		"a refused batch is Terminal":                 {fake.Fault{Code: "InvalidChangeBatch", Message: "[no]"}, want{api.Terminal, api.ReasonDNSFailed}},
		"a refused batch in the old form is Terminal": {fake.RefusedBatch(400, "no", "not at all"), want{api.Terminal, api.ReasonDNSFailed}},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := serve(t, fake.Config{})
			zone := w.zone("example.com")
			for operation, call := range w.calls(zone) {
				w.Fail(operation, -1, tc.fault)
				err := call(t.Context())
				w.Heal(operation)
				if api.KindOf(err) != tc.want.kind || api.ReasonOf(err, "") != tc.want.reason {
					t.Errorf("%s: kind %q, reason %q: %v", operation, api.KindOf(err), api.ReasonOf(err, ""), err)
				}
			}
			if len(w.texts(zone, "_acme-challenge.example.com")) != 0 {
				t.Error("something was published")
			}
		})
	}
}

func TestARefusalInTheOldFormIsRepeatedWhole(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.Fail("ChangeResourceRecordSets", -1, fake.RefusedBatch(500, "this is wrong", "and that"))
	_, err := w.Publish(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")})
	if message := api.MessageOf(err); !strings.HasSuffix(message, ": this is wrong, and that") || api.KindOf(err) != api.Terminal {
		t.Errorf("kind %s: %s", api.KindOf(err), message)
	}
}

func TestADenialNamesRoleZoneAndWhatToAllow(t *testing.T) {
	for operation, action := range map[string]string{
		"ListHostedZonesByName": "route53:ListHostedZonesByName", "GetHostedZone": "route53:GetHostedZone",
		"ListResourceRecordSets": "route53:ListResourceRecordSets", "ChangeResourceRecordSets": "route53:ChangeResourceRecordSets",
		"GetChange": "route53:GetChange",
	} {
		t.Run(operation, func(t *testing.T) {
			w := serve(t, fake.Config{})
			zone := w.zone("example.com")
			w.Fail(operation, -1, fake.Denied("something"))
			message := api.MessageOf(w.calls(zone)[operation](t.Context()))
			parts := []string{"the function's role", "allow it " + action, "not authorized to perform: something"}
			if operation != "ListHostedZonesByName" && operation != "GetChange" {
				parts = append(parts, zone)
			}
			for _, part := range parts {
				if !strings.Contains(message, part) {
					t.Errorf("%q is not in: %s", part, message)
				}
			}
		})
	}
}

func TestAMessageIsTheSameFromRunToRun(t *testing.T) {
	for sentence, said := range map[string]string{
		"in brackets":     "No. (Service: Route53, Status Code: 400, Request ID: %s)",
		"at the end":      "No. RequestId: %s",
		"nothing is said": "",
	} {
		t.Run(sentence, func(t *testing.T) {
			var messages []string
			for _, id := range []string{"1f0e1f6a-9f0b-4d8e-a3a9-0a6c8f8f4f01", "2a0e1f6a-9f0b-4d8e-a3a9-0a6c8f8f4f02"} {
				w := serve(t, fake.Config{})
				zone := w.zone("example.com")
				w.Fail("ChangeResourceRecordSets", -1, fake.Fault{Code: "InvalidInput", Message: strings.ReplaceAll(said, "%s", id)})
				_, err := w.Publish(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")})
				messages = append(messages, api.MessageOf(err))
			}
			if messages[0] != messages[1] || messages[0] == "" {
				t.Errorf("it says %q, then %q", messages[0], messages[1])
			}
			if said != "" && !strings.HasSuffix(messages[0], ": No.") {
				t.Errorf("Route 53's own words are not left: %q", messages[0])
			}
		})
	}
}

// A zone in another account is refused, not missing: its values may still be there.
func TestValuesInAZoneOfAnotherAccountAreNotTakenForGone(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.AddZone(fake.Zone{Name: "example.com", Account: "111111111111"})
	err := w.Remove(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")})
	if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonDNSAccessDenied {
		t.Errorf("kind %q, reason %q: %v", api.KindOf(err), api.ReasonOf(err, ""), err)
	}
}
