package acme

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is longer than the window of any CA's published limit; more is a mistake, in a date most of all.
const maxRetryAfter = 7 * 24 * time.Hour

// retryAfter is within 0 and maxRetryAfter, whatever the header holds. It is what a header says on when to come again, in seconds or as a date (RFC 9110 section 10.2.3); zero:
// nothing, or a time that has passed. A date counts from the CA's own clock where it tells it.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	// A number that overflows is the largest or the smallest there is.
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}
