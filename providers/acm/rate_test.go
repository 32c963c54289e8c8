package acm

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// virtual is a clock on which every sleeper sleeps by itself, from the moment at which all began.
type virtual struct {
	mu    sync.Mutex
	slept []time.Duration
}

func (v *virtual) sleep(ctx context.Context, d time.Duration) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.slept = append(v.slept, d)
	return ctx.Err()
}

// Of 111 imports at once 81 were throttled: the client knows the rate and spreads them.
func TestThirtyImportsAtOnceAreOneASecond(t *testing.T) {
	began, clock := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC), &virtual{}
	c := New(Config{AWS: aws.Config{
		Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		HTTPClient: answer(`{"CertificateArn":"arn:new"}`),
	}})
	at := api.Location{Region: "eu-central-1"}
	turns := newPace(nil)
	turns.now, turns.sleep = func() time.Time { return began }, clock.sleep
	c.paces[accountOf(at)] = turns
	issued := testca.SelfSigned(testca.Leaf{Names: []string{"www.example.com"}})
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if _, err := c.Import(t.Context(), at, issued.Import(nil)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	perSecond := map[time.Duration]int{}
	for _, d := range clock.slept {
		perSecond[d.Truncate(time.Second)]++
	}
	if len(clock.slept) != 30 || len(perSecond) != 30 {
		t.Errorf("%d requests in %d seconds", len(clock.slept), len(perSecond))
	}
}

// answer is an HTTP client that gets the same answer to everything.
type answer string

func (a answer) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
		Body: io.NopCloser(bytes.NewReader([]byte(a)))}, nil
}

func TestABucketHoldsTheRequestsOfOneSecond(t *testing.T) {
	now := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	p := newPace(nil)
	p.now = func() time.Time { return now }
	for i := range 25 {
		want := max(time.Duration(i-9)*100*time.Millisecond, 0)
		if got := p.reserve("DescribeCertificate", 10); got != want {
			t.Errorf("request %d waits %s, want %s", i, got, want)
		}
	}
	now = now.Add(time.Hour)
	if got := p.reserve("DescribeCertificate", 10); got != 0 {
		t.Errorf("an hour later it waits %s", got)
	}
	if got := p.reserve("GetCertificate", 10); got != 0 {
		t.Errorf("another operation waits %s", got)
	}
}

func TestAWaitForATurnEndsWithItsContext(t *testing.T) {
	p := newPace(Rates{"ImportCertificate": 0.001})
	ctx, cancel := context.WithCancel(t.Context())
	if err := p.wait(ctx, "ImportCertificate"); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := p.wait(ctx, "ImportCertificate"); err == nil {
		t.Error("it was not ended")
	}
	if err := p.wait(context.Background(), "Other"); err != nil {
		t.Error(err)
	}
}

func TestRolesOfOneAccountShareItsRate(t *testing.T) {
	role := func(arn string) api.Location {
		return api.Location{Region: "eu-central-1", Role: api.Role{RoleARN: arn}}
	}
	one, two := role("arn:aws:iam::111111111111:role/one"), role("arn:aws:iam::111111111111:role/two")
	if accountOf(one) != accountOf(two) || accountOf(one) == accountOf(role("arn:aws:iam::222222222222:role/one")) ||
		accountOf(one) == accountOf(role("")) {
		t.Error("accounts are confused")
	}
}
