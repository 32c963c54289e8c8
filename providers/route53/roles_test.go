package route53_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"certloop/providers/route53/fake"
	"certloop/reconciler/api"
)

const (
	theirAccount = "999999999999"
	roleARN      = "arn:aws:iam::" + theirAccount + ":role/certloop-dns"
)

var theirs = api.Role{RoleARN: roleARN, ExternalID: "shared"}

// trusting lets the role be assumed with its external ID only.
func trusting(role, externalID string) bool { return role == roleARN && externalID == "shared" }

func TestARoleIsAssumedWithItsExternalIDOnce(t *testing.T) {
	w := serve(t, fake.Config{Assume: trusting})
	zone := w.AddZone(fake.Zone{Name: "example.com", Account: theirAccount})
	w.delegate(zone, "example.com")
	found, err := w.Resolve(t.Context(), theirs, []string{"example.com"}, "")
	if err != nil || found[0].Zone != zone {
		t.Fatalf("found %v: %v", found, err)
	}
	values := []api.TXT{challenge("example.com", "ours")}
	id, err := w.Publish(t.Context(), theirs, zone, values)
	if err != nil {
		t.Fatal(err)
	}
	if synced, err := w.InSync(t.Context(), theirs, id); !synced || err != nil {
		t.Errorf("in sync: %v, %v", synced, err)
	}
	if err := w.Remove(t.Context(), theirs, zone, values); err != nil {
		t.Error(err)
	}
	if n := w.Calls("AssumeRole"); n != 1 {
		t.Errorf("the role was assumed %d times", n)
	}
	if _, err := w.Resolve(t.Context(), own, []string{"example.com"}, ""); api.ReasonOf(err, "") != api.ReasonZoneNotFound {
		t.Errorf("in our own account it is there: %v", err)
	}
}

func TestARoleThatCannotBeAssumedIsNamed(t *testing.T) {
	for sentence, tc := range map[string]struct {
		role   api.Role
		fault  *fake.Fault
		kind   api.ErrorKind
		reason api.Reason
	}{
		"another external ID":  {api.Role{RoleARN: roleARN, ExternalID: "other"}, nil, api.Terminal, api.ReasonDNSAccessDenied},
		"no external ID":       {api.Role{RoleARN: roleARN}, nil, api.Terminal, api.ReasonDNSAccessDenied},
		"no ARN of a role":     {api.Role{RoleARN: "arn:aws:iam::999999999999:user/x"}, nil, api.Terminal, api.ReasonDNSAccessDenied},
		"STS fails":            {theirs, &fake.Fault{Status: 503, Code: "ServiceUnavailable"}, api.Transient, api.ReasonDNSFailed},
		"STS throttles":        {theirs, &fake.Fault{Code: "Throttling"}, api.Throttled, ""},
		"STS does not answer":  {theirs, &fake.Fault{Drop: true}, api.Transient, api.ReasonDNSFailed},
		"credentials have run": {theirs, &fake.Fault{Status: 403, Code: "ExpiredToken"}, api.Transient, api.ReasonDNSFailed},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := serve(t, fake.Config{Assume: trusting})
			zone := w.zone("example.com")
			if tc.fault != nil {
				w.Fail("AssumeRole", -1, *tc.fault)
			}
			values := []api.TXT{challenge("example.com", "ours")}
			for name, call := range map[string]func() error{
				"Resolve": func() error { _, err := w.Resolve(t.Context(), tc.role, []string{"example.com"}, ""); return err },
				"Publish": func() error { _, err := w.Publish(t.Context(), tc.role, zone, values); return err },
				"InSync":  func() error { _, err := w.InSync(t.Context(), tc.role, "C1"); return err },
				"Remove":  func() error { return w.Remove(t.Context(), tc.role, zone, values) },
			} {
				err := call()
				if api.KindOf(err) != tc.kind || api.ReasonOf(err, "") != tc.reason || !strings.Contains(api.MessageOf(err), tc.role.RoleARN) {
					t.Errorf("%s: kind %q, reason %q: %v", name, api.KindOf(err), api.ReasonOf(err, ""), err)
				}
			}
		})
	}
}

func TestADenialNamesTheAssumedRole(t *testing.T) {
	w := serve(t, fake.Config{})
	w.Fail("GetChange", -1, fake.Denied("route53:GetChange"))
	_, err := w.InSync(t.Context(), theirs, "C1")
	if api.ReasonOf(err, "") != api.ReasonDNSAccessDenied || !strings.HasPrefix(api.MessageOf(err), "role "+roleARN) {
		t.Errorf("it says: %v", err)
	}
}

func TestManyAtOnceShareARole(t *testing.T) {
	w := serve(t, fake.Config{Assume: trusting})
	zone := w.AddZone(fake.Zone{Name: "example.com", Account: theirAccount})
	w.delegate(zone, "example.com")
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			domain := fmt.Sprintf("h%d.example.com", i)
			if _, err := w.Resolve(t.Context(), theirs, []string{domain}, ""); err != nil {
				t.Error(err)
			}
			if _, err := w.Publish(t.Context(), theirs, zone, []api.TXT{challenge(domain, "ours")}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := w.Calls("AssumeRole"); n != 1 {
		t.Errorf("the role was assumed %d times", n)
	}
}
