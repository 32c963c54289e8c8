package api

import (
	"errors"
	"fmt"
	"time"
)

// ErrorKind decides what the loop does next.
type ErrorKind string

const (
	// Transient: the service failed or the reply was lost. The effect may have happened. Retry with capped exponential
	// back-off.
	Transient ErrorKind = "Transient"
	// Throttled: the service refused the request for its rate; the effect did not happen. Wait for RetryAfter.
	Throttled ErrorKind = "Throttled"
	// Conflict: another writer was first; the effect did not happen. Read again and decide again, without a report.
	Conflict ErrorKind = "Conflict"
	// Terminal: the same request would be refused again; the effect did not happen. Set a condition, and wait for a
	// change.
	Terminal ErrorKind = "Terminal"
	// NotFound: the service itself answered that the thing does not exist; a time-out is not NotFound.
	NotFound ErrorKind = "NotFound"
	// Bug: no kind was set where the error was created. Count it, and back off.
	Bug ErrorKind = "Bug"
)

// Error is an error with a known kind. Providers create it where they know the service's error; the loop reads it where
// it decides.
type Error struct {
	Kind ErrorKind
	// Reason is the condition reason of the error; empty: the operation's general reason.
	Reason Reason
	// RetryAfter is the service's Retry-After; zero: it sent none.
	RetryAfter time.Duration
	// Message is for users: stable from run to run, without request ids, times or secrets.
	Message string
	// Err is the cause, for logs.
	Err error
}

func (e *Error) Error() string {
	switch {
	case e.Err == nil:
		return e.Message
	case e.Message == "":
		return e.Err.Error()
	}
	return fmt.Sprintf("%s: %v", e.Message, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err; Bug if none is set; empty for nil.
func KindOf(err error) ErrorKind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Bug
}

// MessageOf returns the stable message of err for conditions, in the form of Message: that of the Error, or the text of
// err.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Message != "" {
		return Message(e.Message)
	}
	if err == nil {
		return ""
	}
	return Message(err.Error())
}

// ReasonOf returns the reason of err, or fallback.
func ReasonOf(err error, fallback Reason) Reason {
	var e *Error
	if errors.As(err, &e) && e.Reason != "" {
		return e.Reason
	}
	return fallback
}

// RetryAfterOf returns the service's Retry-After in err, or zero.
func RetryAfterOf(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
