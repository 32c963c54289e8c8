package api

import (
	"errors"
	"fmt"
	"time"
)

// ErrorKind is what the loop needs to know of an error: what to do next.
type ErrorKind string

const (
	// Transient: the service failed or the reply was lost. The effect may have happened. Capped exponential back-off.
	Transient ErrorKind = "Transient"
	// Throttled: refused for its rate; the effect did not happen. Wait for RetryAfter.
	Throttled ErrorKind = "Throttled"
	// Conflict: somebody else wrote first; the effect did not happen. Read again and decide anew, quietly.
	Conflict ErrorKind = "Conflict"
	// Terminal: the same request will be refused again; the effect did not happen. A condition; wait for a change.
	Terminal ErrorKind = "Terminal"
	// NotFound: the thing asked for does not exist, said by the service itself and not by a time-out.
	NotFound ErrorKind = "NotFound"
	// Bug: no kind was set where the error was made. A metric, and back-off.
	Bug ErrorKind = "Bug"
)

// Error is an error whose kind is known. Providers make it where they know the service's own error; the loop
// reads it where it decides.
type Error struct {
	Kind ErrorKind
	// Reason names the condition reason where the error has one; empty: the operation's general reason.
	Reason Reason
	// RetryAfter is the service's own word on when to come again; zero: none given.
	RetryAfter time.Duration
	// Message is for people: stable from run to run, without request ids, times or secrets.
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

// KindOf is the kind of err; Bug where nobody set one; empty for nil.
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

// MessageOf is the stable message of err for conditions, as Message gives it: the Error's own, else the text of err.
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

// ReasonOf is the reason err carries, or fallback.
func ReasonOf(err error, fallback Reason) Reason {
	var e *Error
	if errors.As(err, &e) && e.Reason != "" {
		return e.Reason
	}
	return fallback
}

// RetryAfterOf is the service's Retry-After in err; zero where it gave none.
func RetryAfterOf(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
