package plan

import (
	"time"
)

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// earliest ignores a zero time.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// future returns at where it is after now, else zero.
func future(now, at time.Time) time.Time {
	if at.After(now) {
		return at
	}
	return time.Time{}
}
