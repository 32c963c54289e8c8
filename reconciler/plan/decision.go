package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Decision is what a pass would do for one record, as the answer to a dry run has it (docs/reference/invocation.md, Dry run).
type Decision struct {
	Action  string     `json:"action"`
	Reason  api.Reason `json:"reason"`
	Message string     `json:"message,omitempty"`
	Target  string     `json:"target,omitempty"`
	At      time.Time  `json:"at,omitzero"`
	// Outlook is what follows, up to the end. It is nil for an account, and from a function that is older than its invoker.
	Outlook *Outlook `json:"outlook,omitempty"`
}
