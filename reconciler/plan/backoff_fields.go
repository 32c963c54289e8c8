package plan

import (
	"time"

	"certloop/reconciler/api"
)

// The stored fields of each back-off.

func failureBackoff(s *api.CertificateStatus) Backoff {
	return Backoff{&s.Failures, &s.FailureBackoffUntil}
}

func transientBackoff(s *api.CertificateStatus) Backoff {
	return Backoff{&s.TransientErrors, &s.TransientBackoffUntil}
}

func cleanupBackoff(s *api.CertificateStatus) Backoff {
	return Backoff{&s.CleanupFailures, &s.NextCleanupAt}
}

func deliveryBackoff(s *api.CertificateStatus) Backoff {
	return Backoff{&s.DeliveryFailures, &s.NextDeliveryAt}
}

func renewalInfoBackoff(a *api.ARIStatus) Backoff { return Backoff{&a.Failures, &a.NextCheckAt} }

func revocationBackoff(r *api.RevocationStatus) Backoff { return Backoff{&r.Failures, &r.NextCheckAt} }

func targetBackoff(t *api.TargetStatus) Backoff { return Backoff{&t.Failures, &t.NextAttemptAt} }

func tagBackoff(t *api.TargetStatus) Backoff { return Backoff{&t.TagFailures, &t.NextTagAt} }

func accountBackoff(s *api.AccountStatus) Backoff {
	return Backoff{&s.Failures, &s.FailureBackoffUntil}
}

func directoryBackoff(s *api.AccountStatus) Backoff {
	return Backoff{&s.DirectoryFailures, &s.NextDirectoryReadAt}
}

func accountDeliveryBackoff(s *api.AccountStatus) Backoff {
	return Backoff{&s.DeliveryFailures, &s.NextDeliveryAt}
}

// dropOverlong removes every stored pause that ends later than any pause that may have been written before now. An older
// version or somebody else wrote such a time, and it would stop the record for ever. The attempt is made again at once.
func dropOverlong(now time.Time, pauses ...*time.Time) {
	for _, at := range pauses {
		if at.After(now.Add(longestRetryAfter)) {
			*at = time.Time{}
		}
	}
}

// boundPauses removes the pauses of the status that are overlong.
func boundPauses(d *draft) {
	next := &d.next
	dropOverlong(d.Now, &next.FailureBackoffUntil, &next.TransientBackoffUntil, &next.RetryAfterUntil, &next.NextCleanupAt, &next.LeaseUntil)
	for i := range next.Targets {
		dropOverlong(d.Now, &next.Targets[i].NextAttemptAt, &next.Targets[i].NextTagAt)
	}
	for i := range next.Revocations {
		dropOverlong(d.Now, &next.Revocations[i].NextCheckAt)
	}
	if next.ARI != nil {
		dropOverlong(d.Now, &next.ARI.NextCheckAt)
	}
}
