package plan

import (
	"fmt"

	"certloop/reconciler/api"
)

// noticeNames is how many domain names a notice has; a record has up to 100 and an outbox 20 notices.
const noticeNames = 20

// bound brings the status into the bounds of the table, as the last thing before it is written. Targets that are given
// up are those that left the record and could not be released for long: their certificates stay in ACM.
func (d *draft) bound() {
	if n := d.iss.Bound(); n > 0 {
		d.record(api.ReasonGaveUp, fmt.Sprintf("%d TXT values of earlier orders could not be removed, and the status can hold no more of them: "+
			"delete them in Route 53", n))
	}
	if n := d.next.Bound(); n > 0 {
		d.record(api.ReasonTargetDropped, fmt.Sprintf("%d targets that were removed from the record are dropped, because the status can hold no more; "+
			"their certificates stay in ACM", n))
		d.next.Bound()
	}
}

// shortList returns the first names of a long list for a notice, and how many more there are.
func shortList(names []string) (first []string, more int) {
	if len(names) <= noticeNames {
		return names, 0
	}
	return names[:noticeNames:noticeNames], len(names) - noticeNames
}
