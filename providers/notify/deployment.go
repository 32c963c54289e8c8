package notify

import (
	"fmt"

	"certloop/reconciler/api"
)

// Deployment is where a mail comes from: one operator may run several.
type Deployment struct {
	Account, Region, Table string
	// DocsURL is the address of the folder that holds reasons.md, without a slash at its end; empty: no address is known.
	DocsURL string
}

// reasonsPage is the page of the documentation that explains every reason.
const reasonsPage = "reasons.md"

// link leads to the reason in the documentation.
func (d Deployment) link(r api.Reason) string {
	switch {
	case r == "":
		return ""
	case d.DocsURL == "":
		return fmt.Sprintf("docs/reference/%s of certloop, %s", reasonsPage, r)
	}
	return d.DocsURL + "/" + reasonsPage + "#:~:text=" + string(r)
}
