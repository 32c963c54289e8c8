// Package logkey has the keys of certloop's log lines, one per meaning. docs/reference/logs.md describes them.
//
// The keys timestamp, level and message are the logger's own (cmd/bootstrap/log.go).
package logkey

// What a line is about.
const (
	// Kind is that of the record, Certificate, Account or Policy; Name is its name.
	Kind = "kind"
	Name = "name"
	// Generation is the record's, as the pass saw it.
	Generation = "generation"
	// Target is the key of the target, ARN that of a certificate in ACM, Order the URL of an ACME order.
	Target = "target"
	ARN    = "arn"
	Order  = "order"
	// Directory is the URL of an ACME directory, Hosts are the other hosts that it leads to.
	Directory = "directory"
	Hosts     = "hosts"
	// Region and Role are where an ACM lies.
	Region = "region"
	Role   = "role"
)

// What happened.
const (
	// Action is the step that was taken, one of package plan's; Reason why, Detail in words.
	Action = "action"
	Reason = "reason"
	Detail = "detail"
	// Error is the text of an error, ErrorKind its kind (api.ErrorKind).
	Error     = "error"
	ErrorKind = "error_kind"
	// Panic is the value of a panic, Stack where it happened.
	Panic = "panic"
	Stack = "stack"
)

// How much, and when. Durations are seconds.
const (
	// Effects is how many steps a pass took, Took how long.
	Effects = "effects"
	Took    = "took"
	// RetryIn is when the record is reconciled again, 0: when something changes. Until is the same as a time.
	RetryIn = "retry_in"
	Until   = "until"
	// Hops is how often a request was queued again.
	Hops = "hops"
	// Records is how many were checked, Queued how many of them were queued.
	Records = "records"
	Queued  = "queued"
	// Policies is how many policies there are.
	Policies = "policies"
	// Items names items of the table, some of them where there are many.
	Items = "items"
)

// What the function was given.
const (
	// RequestID is Lambda's, of the invocation that a line belongs to.
	RequestID = "request_id"
	// MessageID and ReceiveCount are SQS's, EventID is the stream's.
	MessageID    = "message_id"
	ReceiveCount = "receive_count"
	EventID      = "event_id"
	// Version is the program's, Table the name of the table of records.
	Version = "version"
	Table   = "table"
)
