package acm

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"certloop/reconciler/api"
)

// Rates are requests a second by operation. An operation that is not among them is not limited.
type Rates map[string]float64

// quotas are ACM's own, per account and region (ACM User Guide, "Quotas", API rate quotas). A request over them is
// refused, and repeated refusals make thirty certificates at once take longer than requests that are spread.
var quotas = Rates{
	"ImportCertificate": 1, "ListCertificates": 1, "AddTagsToCertificate": 5, "RemoveTagsFromCertificate": 5,
	"DescribeCertificate": 10, "GetCertificate": 10, "ListTagsForCertificate": 10, "DeleteCertificate": 10,
}

// Unlimited sends everything at once, for tests and emulators.
var Unlimited = Rates{}

// pace spreads the requests to one ACM: a bucket for each operation, as large as its requests of one second.
type pace struct {
	rates Rates
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	mu   sync.Mutex
	next map[string]time.Time
}

func newPace(rates Rates) *pace {
	if rates == nil {
		rates = quotas
	}
	return &pace{rates: rates, now: time.Now, sleep: sleep, next: map[string]time.Time{}}
}

// wait returns when a request of the operation may be sent, or with an error when ctx ends before.
func (p *pace) wait(ctx context.Context, operation string) error {
	rate := p.rates[operation]
	if rate <= 0 {
		return nil
	}
	return p.sleep(ctx, p.reserve(operation, rate))
}

// reserve takes the next turn and returns how far off it is. next is when the bucket would be full again but for the
// turns taken; a bucket holds a second's requests.
func (p *pace) reserve(operation string, rate float64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	gap := time.Duration(float64(time.Second) / rate)
	now := p.now()
	turn := p.next[operation]
	if earliest := now.Add(min(gap-time.Second, 0)); turn.Before(earliest) {
		turn = earliest
	}
	p.next[operation] = turn.Add(gap)
	return max(turn.Sub(now), 0)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// paced sends requests at the pace of their operation, each attempt of the SDK by itself.
type paced struct {
	aws.HTTPClient
	pace *pace
}

func (p paced) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if err := p.pace.wait(r.Context(), operation); err != nil {
		return nil, err
	}
	return p.HTTPClient.Do(r)
}

// account is what ACM counts requests by: one account in one region. The function's own account has an empty ID.
type account struct{ id, region string }

func accountOf(l api.Location) account {
	a := account{region: l.Region}
	if parts := strings.SplitN(l.RoleARN, ":", 6); len(parts) == 6 {
		a.id = parts[4]
	}
	return a
}
