package acm

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// neverForQuota is r without its retries of a used-up quota. The SDK interprets LimitExceededException as throttling; from
// ACM it means that the account holds, or has imported, too many certificates.
func neverForQuota(r aws.Retryer) aws.Retryer {
	return selective{Retryer: r, may: func(err error) bool { return !quotaCodes[awserr.Code(err)] }}
}

// onlyThrottled is r without any retry but of throttled requests. A first import has no idempotency token: repeated
// after a lost reply, it would leave a second certificate that nobody knows.
func onlyThrottled(r aws.Retryer) aws.Retryer {
	return selective{Retryer: r, may: func(err error) bool { return kindOf(err) == api.Throttled }}
}

// selective is a retryer that retries only what it may.
type selective struct {
	aws.Retryer
	may func(error) bool
}

func (s selective) IsErrorRetryable(err error) bool {
	return s.may(err) && s.Retryer.IsErrorRetryable(err)
}

// GetAttemptToken passes on what aws.RetryerV2 adds: without it an adaptive retryer would no longer limit the rate.
func (s selective) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if v2, ok := s.Retryer.(aws.RetryerV2); ok {
		return v2.GetAttemptToken(ctx)
	}
	return s.Retryer.GetInitialToken(), nil
}
