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
func settleFinalize(s *state, p Plan, o Outcome) {
	if o.Err == nil {
		s.clearRetries()
		return
	}
	kind, began := api.KindOf(o.Err), s.iss.FinalizedAt
	if kind == api.NotFound && !o.NotTried && s.lagging(began) {
		s.fail(denied(theOrder, o.Err), api.ReasonOrderFailed)
		return
	}
	s.fail(o.Err, api.ReasonOrderFailed)
	switch {
	case keyLost(o.Err):
		s.dropIssuance()
	case kind != api.Terminal || o.NotTried:
	case !began.Before(s.Now) && s.iss.GivenUpOrder == "":
		s.dropIssuance()
	case !s.lagging(began):
		s.giveUpOrder()
	}
}

func keyLost(err error) bool { return api.ReasonOf(err, "") == api.ReasonKeyLost }

// settleDownload holds the chain if it is what was asked for.
func settleDownload(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.failDownload(o)
		return
	}
	leaf, err := CheckChain(o.Chain, s.iss, s.Now)
	if err == nil {
		err = s.longEnough(leaf)
	}
	switch {
	case errors.Is(err, errAnotherKey) && s.status.SharedOrders < mostShared:
		s.yieldOrder(err)
	case err != nil:
		s.reject(err)
	default:
		s.hold(o, leaf)
	}
}

// failDownload keeps key and order, whatever the kind of the error: the certificate exists. Only where the CA has
// denied it for long is the order given up; overdue bounds everything else.
func (s *state) failDownload(o Outcome) {
	if api.KindOf(o.Err) != api.NotFound || o.NotTried {
		s.fail(o.Err, api.ReasonCAUnavailable)
		return
	}
	if s.iss.CertificateDeniedAt.IsZero() {
		s.iss.CertificateDeniedAt = s.Now
	}
	if s.lagging(s.iss.CertificateDeniedAt) {
		s.fail(denied(theCertificate, o.Err), api.ReasonCAUnavailable)
		return
	}
	s.fail(lost(theCertificate), api.ReasonOrderFailed)
	s.giveUpOrder()
}

func (s *state) hold(o Outcome, leaf api.Leaf) {
	s.noteIssued()
	s.clearFailures()
	s.clearRejections()
	s.status.RetryAfterUntil, s.status.RetryAfterFor = time.Time{}, ""
	s.iss.Chain, s.iss.CertificateDeniedAt, s.iss.GivenUpOrder = o.Chain, time.Time{}, ""
	s.iss.Serial, s.iss.FingerprintSHA256, s.iss.Issuer = leaf.Serial, leaf.FingerprintSHA256, leaf.Issuer
	s.iss.NotBefore, s.iss.NotAfter, s.iss.CertID = leaf.NotBefore, leaf.NotAfter, leaf.CertID
	s.iss.KeyUsages, s.iss.ExtendedKeyUsages = leaf.KeyUsages, leaf.ExtendedKeyUsages
	message := fmt.Sprintf("serial %s by %s", leaf.Serial, leaf.Issuer)
	if o.Note != "" {
		message += "; " + o.Note
	}
	s.record(api.ReasonIssued, message)
}

const (
	// mostRejections is after how many rejected certificates in a row nothing more is ordered for a digest.
	mostRejections = 2
	// mostShared is how many orders in a row may end in a certificate for another key before that is a rejection: more
	// than that is no coincidence of two records.
	mostShared = 3
)

// yieldOrder leaves an order to whoever finalized it: a CA may hand out one pending order to two records that have the
// same names and different keys. It is no failure; the next order is our own.
func (s *state) yieldOrder(err error) {
	s.status.SharedOrders++
	s.clearRetries()
	s.record(api.ReasonOrderDropped, api.MessageOf(err)+": another record or client finalized the order; another one is placed")
	s.dropIssuance()
}

// reject counts a certificate that is not what was ordered.
func (s *state) reject(err error) {
	if s.status.RejectedDigest != s.iss.Digest {
		s.clearRejections()
	}
	s.status.Rejections, s.status.RejectedDigest = s.status.Rejections+1, s.iss.Digest
	s.noteRejected()
	reason, message := api.ReasonOf(err, api.ReasonChainRejected), api.MessageOf(err)
	if s.status.Rejections == mostRejections {
		message += "; nothing more is ordered until the record changes or a new renew_token is set"
		err = &api.Error{Kind: api.Terminal, Reason: reason, Message: message, Err: err}
	}
	s.fail(err, api.ReasonChainRejected)
	if s.status.Rejections == mostRejections && s.status.Failures != 1 {
		s.notify(api.NoticeFailed, reason, message)
	}
	s.dropIssuance()
}

func (s *state) clearRejections() {
	s.status.Rejections, s.status.RejectedDigest, s.status.SharedOrders = 0, "", 0
}
