package acm_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"certloop/providers/acm/fake"
	"certloop/reconciler/api"
)

const roleARN = "arn:aws:iam::999999999999:role/certloop-target"

var there = api.Location{Region: "us-east-1", Role: api.Role{RoleARN: roleARN, ExternalID: "shared"}}

// trusting lets the role be assumed with its external ID only.
func trusting(role, externalID string) bool { return role == roleARN && externalID == "shared" }

func TestARoleIsAssumedWithItsExternalIDOnce(t *testing.T) {
	service, client := serve(t, fake.Config{Assume: trusting})
	arn, err := client.Import(t.Context(), there, certificate().Import(nil))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(arn, "arn:aws:acm:us-east-1:999999999999:") {
		t.Errorf("it was imported as %s", arn)
	}
	if _, err := client.Describe(t.Context(), there, arn); err != nil {
		t.Error(err)
	}
	if n := service.Calls("AssumeRole"); n != 1 {
		t.Errorf("the role was assumed %d times", n)
	}
	if _, err := client.Describe(t.Context(), here, arn); api.KindOf(err) != api.NotFound {
		t.Errorf("elsewhere, it is there: %v", err)
	}
}

func TestARoleThatCannotBeAssumedIsNamed(t *testing.T) {
	for sentence, tc := range map[string]struct {
		role   api.Role
		config fake.Config
		fault  *fake.Fault
		kind   api.ErrorKind
		reason api.Reason
	}{
		"another external ID":  {api.Role{RoleARN: roleARN, ExternalID: "other"}, fake.Config{Assume: trusting}, nil, api.Terminal, api.ReasonTargetAccessDenied},
		"no external ID":       {api.Role{RoleARN: roleARN}, fake.Config{Assume: trusting}, nil, api.Terminal, api.ReasonTargetAccessDenied},
		"no ARN of a role":     {api.Role{RoleARN: "arn:aws:iam::999999999999:user/x"}, fake.Config{}, nil, api.Terminal, api.ReasonTargetAccessDenied},
		"STS fails":            {there.Role, fake.Config{}, &fake.Fault{Status: 503, Code: "ServiceUnavailable"}, api.Transient, ""},
		"STS throttles":        {there.Role, fake.Config{}, &fake.Fault{Code: "Throttling"}, api.Throttled, ""},
		"STS does not answer":  {there.Role, fake.Config{}, &fake.Fault{Drop: true}, api.Transient, ""},
		"credentials have run": {there.Role, fake.Config{}, &fake.Fault{Status: 403, Code: "ExpiredToken"}, api.Transient, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			service, client := serve(t, tc.config)
			if tc.fault != nil {
				service.Fail("AssumeRole", -1, *tc.fault)
			}
			at := api.Location{Region: "us-east-1", Role: tc.role}
			for name, call := range map[string]func() error{
				"Import": func() error { _, err := client.Import(t.Context(), at, certificate().Import(nil)); return err },
				"Describe": func() error {
					_, err := client.Describe(t.Context(), at, "arn:aws:acm:us-east-1:999999999999:certificate/x")
					return err
				},
				"Delete": func() error {
					return client.Delete(t.Context(), at, "arn:aws:acm:us-east-1:999999999999:certificate/x")
				},
			} {
				err := call()
				if api.KindOf(err) != tc.kind || api.ReasonOf(err, "") != tc.reason || !strings.Contains(api.MessageOf(err), tc.role.RoleARN) {
					t.Errorf("%s: kind %q, reason %q: %v", name, api.KindOf(err), api.ReasonOf(err, ""), err)
				}
			}
		})
	}
}

func TestManyAtOnceShareAPlace(t *testing.T) {
	service, client := serve(t, fake.Config{Assume: trusting})
	var all sync.WaitGroup
	errs := make(chan error, 64)
	for i := range 32 {
		at := []api.Location{here, there, {Region: "us-east-1"}}[i%3]
		all.Go(func() {
			arn, err := client.Import(t.Context(), at, certificate().Import(nil))
			errs <- err
			_, err = client.Describe(t.Context(), at, arn)
			errs <- err
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if n := service.Calls("AssumeRole"); n != 1 {
		t.Errorf("the role was assumed %d times", n)
	}
}

func TestASweepAsksForEveryPageAndNoMore(t *testing.T) {
	service, client := serve(t, fake.Config{PageSize: 2})
	for range 5 {
		mustImport(t, client, certificate().Import(nil))
	}
	found, err := client.Sweep(t.Context(), here)
	if err != nil || len(found) != 5 || service.Calls("ListCertificates") != 3 {
		t.Errorf("%d found in %d calls: %v", len(found), service.Calls("ListCertificates"), err)
	}
}

func TestASweepListsTheExpired(t *testing.T) {
	service, client := serve(t, fake.Config{})
	arn := mustImport(t, client, certificate().Import(nil))
	service.SetNow(func() time.Time { return time.Now().Add(365 * 24 * time.Hour) })
	found, err := client.Sweep(t.Context(), here)
	if err != nil || found[arn].Status != "EXPIRED" {
		t.Errorf("listed is %+v: %v", found[arn], err)
	}
}

func TestFindSeesWhatTheSearchShows(t *testing.T) {
	service, client := serve(t, fake.Config{TagLagReads: 2})
	tags := map[string]string{api.TagOwner: "owner", api.TagTarget: "target"}
	arn := mustImport(t, client, certificate().Import(tags))
	for _, want := range [][]string{nil, nil, {arn}} {
		if got, err := client.Find(t.Context(), here, "owner", "target"); err != nil || !slices.Equal(got, want) {
			t.Errorf("found %v, want %v: %v", got, want, err)
		}
	}
	service.Remove(arn)
	if got, err := client.Find(t.Context(), here, "owner", "target"); err != nil || !slices.Equal(got, []string{arn}) {
		t.Errorf("found %v, want what was deleted just now: %v", got, err)
	}
}

func TestADeletionThatNobodyCanExplainSaysWhatToDo(t *testing.T) {
	service, client := serve(t, fake.Config{})
	arn := mustImport(t, client, certificate().Import(nil))
	service.Fail("DeleteCertificate", 1, fake.Fault{Code: "ResourceInUseException", Message: "in use"})
	err := client.Delete(t.Context(), here, arn)
	if api.ReasonOf(err, "") != api.ReasonInUse || !strings.Contains(api.MessageOf(err), "load balancers") {
		t.Errorf("it says: %v", err)
	}
}

func TestDescribeMakesThreeCalls(t *testing.T) {
	service, client := serve(t, fake.Config{})
	arn := mustImport(t, client, certificate().Import(nil))
	if _, err := client.Describe(t.Context(), here, arn); err != nil {
		t.Fatal(err)
	}
	for _, operation := range []string{"DescribeCertificate", "GetCertificate", "ListTagsForCertificate"} {
		if n := service.Calls(operation); n != 1 {
			t.Errorf("%s was called %d times", operation, n)
		}
	}
}

// A certificate that goes between the three reads is one that is not there, not one without facts.
func TestACertificateThatGoesWhileItIsReadIsNotFound(t *testing.T) {
	for _, operation := range []string{"DescribeCertificate", "GetCertificate", "ListTagsForCertificate"} {
		t.Run(operation, func(t *testing.T) {
			service, client := serve(t, fake.Config{})
			arn := mustImport(t, client, certificate().Import(nil))
			service.Fail(operation, 1, fake.Fault{Code: "ResourceNotFoundException", Message: "gone"})
			if _, err := client.Describe(t.Context(), here, arn); api.KindOf(err) != api.NotFound {
				t.Errorf("error of kind %q: %v", api.KindOf(err), err)
			}
		})
	}
}
