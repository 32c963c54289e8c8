package plan

import (
	"errors"
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// A certificate that the CA has made, or may have made, is given up only where no repetition can bring it.

// settleFinalize: a key that no longer opens starts the issuance again. A refusal does so too, unless the CSR was sent
// before: the CA may have taken it then, and what it says now may come from a replica that lags behind.
func settleFinalize(d *draft, p Plan, o Outcome) {
	if o.Err == nil {
		d.clearRetries()
		return
	}
	kind, began := api.KindOf(o.Err), d.iss.FinalizedAt
	if kind == api.NotFound && !o.NotTried && mayLag(&d.facts, began) {
		d.fail(denied(theOrder, o.Err), api.ReasonOrderFailed)
		return
	}
	d.fail(o.Err, api.ReasonOrderFailed)
	switch {
	case keyLost(o.Err):
		d.dropIssuance()
	case kind != api.Terminal || o.NotTried:
	case !began.Before(d.Now) && d.iss.GivenUpOrder == "":
		d.dropIssuance()
	case !mayLag(&d.facts, began):
		d.giveUpOrder()
	}
}

func keyLost(err error) bool { return api.ReasonOf(err, "") == api.ReasonKeyLost }

// settleDownload holds the chain if it is what was asked for.
func settleDownload(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.failDownload(o)
		return
	}
	leaf, err := CheckChain(o.Chain, d.iss, d.Now)
	if err == nil {
		err = longEnough(&d.facts, leaf)
	}
	switch {
	case errors.Is(err, errAnotherKey) && d.next.SharedOrders < mostShared:
		d.leaveSharedOrder(err)
	case err != nil:
		d.reject(err)
	default:
		d.hold(o, leaf)
	}
}

// failDownload keeps key and order, whatever the kind of the error: the certificate exists. Only where the CA has
// denied it for long is the order given up; overdue bounds everything else.
func (d *draft) failDownload(o Outcome) {
	if api.KindOf(o.Err) != api.NotFound || o.NotTried {
		d.fail(o.Err, api.ReasonCAUnavailable)
		return
	}
	if d.iss.CertificateDeniedAt.IsZero() {
		d.iss.CertificateDeniedAt = d.Now
	}
	if mayLag(&d.facts, d.iss.CertificateDeniedAt) {
		d.fail(denied(theCertificate, o.Err), api.ReasonCAUnavailable)
		return
	}
	d.fail(lost(theCertificate), api.ReasonOrderFailed)
	d.giveUpOrder()
}

func (d *draft) hold(o Outcome, leaf api.Leaf) {
	d.noteIssued()
	d.clearFailures()
	d.clearRejections()
	d.next.RetryAfterUntil, d.next.RetryAfterFor = time.Time{}, ""
	d.iss.Chain, d.iss.CertificateDeniedAt, d.iss.GivenUpOrder = o.Chain, time.Time{}, ""
	d.iss.Serial, d.iss.FingerprintSHA256, d.iss.Issuer = leaf.Serial, leaf.FingerprintSHA256, leaf.Issuer
	d.iss.NotBefore, d.iss.NotAfter, d.iss.CertID = leaf.NotBefore, leaf.NotAfter, leaf.CertID
	d.iss.KeyUsages, d.iss.ExtendedKeyUsages = leaf.KeyUsages, leaf.ExtendedKeyUsages
	message := fmt.Sprintf("serial %s by %s", leaf.Serial, leaf.Issuer)
	if o.Note != "" {
		message += "; " + o.Note
	}
	d.record(api.ReasonIssued, message)
}

const (
	// mostRejections is after how many rejected certificates in a row nothing more is ordered for a digest.
	mostRejections = 2
	// mostShared is how many orders in a row may end in a certificate for another key before that is a rejection: more
	// than that is no coincidence of two records.
	mostShared = 3
)

// leaveSharedOrder leaves an order to whoever finalized it: a CA may hand out one pending order to two records that have the
// same names and different keys. It is no failure; the next order is our own.
func (d *draft) leaveSharedOrder(err error) {
	d.next.SharedOrders++
	d.clearRetries()
	d.record(api.ReasonOrderDropped, api.MessageOf(err)+": another record or client finalized the order; certloop places another one")
	d.dropIssuance()
}

// reject counts a certificate that is not what was ordered. It is one for the present digest: Decide downloads no other, and
// rejections for another digest are cleared before (backoff_issuance.go).
func (d *draft) reject(err error) {
	d.next.Rejections, d.next.RejectedDigest = d.next.Rejections+1, d.iss.Digest
	d.noteRejected()
	reason, message := api.ReasonOf(err, api.ReasonChainRejected), api.MessageOf(err)
	if d.next.Rejections == mostRejections {
		message += "; nothing more is ordered until the record changes or a new renew_token is set"
		err = &api.Error{Kind: api.Terminal, Reason: reason, Message: message, Err: err}
	}
	d.fail(err, api.ReasonChainRejected)
	if d.next.Rejections == mostRejections && d.next.Failures != 1 {
		d.notify(api.NoticeFailed, reason, message)
	}
	d.dropIssuance()
}

func (d *draft) clearRejections() {
	d.next.Rejections, d.next.RejectedDigest, d.next.SharedOrders = 0, "", 0
}
