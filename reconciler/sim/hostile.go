package sim

import (
	"context"
	"fmt"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// The hostile writer forges what the controller wrote about record www. It can do what somebody can who writes to the
// partitions status#, issuance# and arn# in spite of IAM. Its last kind is what a writer of records can do with IAM in
// force. Each is a fault before a call. The invariants are: only certificates that our tag or a claim covers change,
// nothing unmanaged is changed, and nothing panics. Once it stops and the forged items are deleted, everything
// converges.
const (
	ForgeARN       Kind = "forge: the victim's ARN"
	ForgeUnmanaged Kind = "forge: an unmanaged ARN"
	ForgeRetired   Kind = "forge: retired ARNs"
	ForgeDropped   Kind = "forge: dropped targets"
	ForgeOutbox    Kind = "forge: notices"
	ForgeTimes     Kind = "forge: times and counters"
	ForgeDigest    Kind = "forge: digests"
	SwapStatus     Kind = "swap: the victim's status"
	StaleStatus    Kind = "stale: an early status"
	DropStatus     Kind = "delete: the status"
	ForgeIssuance  Kind = "forge: an issuance"
	SwapIssuance   Kind = "swap: the victim's issuance"
	DropIssuance   Kind = "delete: the issuance"
	ForgeGhost     Kind = "forge: a claim of an unknown record"
	ForgeAClaim    Kind = "forge: a claim on the victim's"
	DropClaims     Kind = "delete: the claims"
	NameTheVictims Kind = "record: sets the victim's ARN"
)

// HostileKinds lists all actions of the hostile writer.
var HostileKinds = []Kind{ForgeARN, ForgeUnmanaged, ForgeRetired, ForgeDropped, ForgeOutbox, ForgeTimes, ForgeDigest, SwapStatus,
	StaleStatus, DropStatus, ForgeIssuance, SwapIssuance, DropIssuance, ForgeGhost, ForgeAClaim, DropClaims, NameTheVictims}

func (k Kind) hostile() bool {
	head, _, found := strings.Cut(string(k), ": ")
	return found && head != ""
}

// throughRecord is the record that is attacked through, victimRecord the one that is attacked.
const (
	throughRecord = "www"
	victimRecord  = "victim"
)

// besieged returns a world with a certificate of another record and one that somebody imported by hand. Only the
// invariants that hold in spite of forgery apply.
func besieged(before func(*World)) func(*World) {
	return func(w *World) {
		registered(w)
		w.lenient = true
		w.AllowedCertificates = 1000
		w.certificate(victimRecord, "domains", []any{"victim.example.com"}, "deletion_policy", "Delete")
		w.Run(time.Hour)
		w.victimARN = w.status(victimRecord).ACMARN
		if w.victimARN == "" {
			panic("the scenario does not begin with the victim's certificate: " + w.Explain(victimRecord))
		}
		w.unmanagedARN = w.ACM.put("us-east-1", "IMPORTED", w.ACM.certs[w.victimARN].Leaf, map[string]string{"team": "web"})
		w.Guard(w.unmanagedARN)
		before(w)
		w.early = w.status(throughRecord)
	}
}

// tamper does what the kind describes.
func (w *World) tamper(k Kind) {
	w.forged = true
	w.forgeries++
	switch k {
	case ForgeGhost:
		if arn := w.status(throughRecord).ACMARN; arn != "" {
			w.Table.ForgeClaim(arn, "ghost")
		}
	case ForgeAClaim:
		w.Table.ForgeClaim(w.victimARN, throughRecord)
	case DropClaims:
		w.Table.ForgeClaim(w.victimARN, "")
		w.Table.ForgeClaim(w.status(throughRecord).ACMARN, "")
	case DropStatus:
		w.Table.DeleteStatus(certificateKey(throughRecord))
	case ForgeIssuance, SwapIssuance, DropIssuance:
		w.forgeIssuance(k)
	case NameTheVictims:
		w.nameTheVictims()
	default:
		w.forgeStatus(k)
	}
	w.wake(certificateKey(throughRecord), 0)
}

func (w *World) nameTheVictims() {
	record := w.object(throughRecord).Record
	if record == nil {
		return
	}
	if w.honest == nil {
		w.honest = w.object(throughRecord).Record
	}
	delete(record, "targets")
	record["acm_arn"] = w.victimARN
	w.Put(record)
}

func (w *World) forgeStatus(k Kind) {
	swapped, far := w.status(victimRecord), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	w.Table.Forge(throughRecord, func(s *api.CertificateStatus) *api.CertificateStatus {
		var forged api.CertificateStatus
		if s != nil {
			forged = *s
		}
		version := forged.Version + 1
		if len(forged.Targets) == 0 {
			forged.Targets = []api.TargetStatus{{Key: "us-east-1", Location: api.Location{Region: "us-east-1"}}}
		}
		first := &forged.Targets[0]
		forged.DeletionPolicy = api.Delete
		switch k {
		case ForgeARN:
			first.ARN, first.Imported, first.Claimed, forged.ACMARN = w.victimARN, true, true, w.victimARN
		case ForgeUnmanaged:
			first.ARN, first.Imported, first.Claimed, forged.ACMARN = w.unmanagedARN, true, true, w.unmanagedARN
		case ForgeRetired:
			first.RetiredARN = []string{w.victimARN, w.unmanagedARN}[w.calls.n%2]
		case ForgeDropped:
			for _, arn := range []string{w.victimARN, w.unmanagedARN} {
				forged.Targets = append(forged.Targets, api.TargetStatus{Key: arn, Location: first.Location, ARN: arn, Imported: true, Claimed: true},
					api.TargetStatus{Key: "us-east-1/" + arn, Location: api.Location{Region: "us-east-1", Role: api.Role{RoleARN: arn}}, ARN: arn, Imported: true})
			}
		case ForgeOutbox:
			for i, name := range []string{victimRecord, throughRecord} {
				forged.Outbox = append(forged.Outbox, api.OutboxEntry{Notice: api.Notice{ID: fmt.Sprint("forged", i), Name: name,
					Type: api.NoticeDeleted, Reason: "Forged", Message: "forged\r\n"}})
			}
		case ForgeTimes:
			forged.ClaimID, forged.LeaseUntil, forged.FailureBackoffUntil, forged.TransientBackoffUntil = "forged", far, far, far
			forged.RetryAfterUntil, forged.QueuedFor, forged.NextDeliveryAt, forged.NextCleanupAt = far, far, far, far
			forged.DueAt, forged.Failures, forged.TransientErrors, forged.Generation = far.Unix(), 1<<60, -1<<60, 1<<60
			first.NextAttemptAt, first.NextTagAt, first.Failures, first.TagFailures = far, far, 1<<60, 1<<60
		case ForgeDigest:
			forged.IssuanceDigest, forged.SpecDigest, forged.FailedDigest, forged.Conditions = "forged", "forged", "forged", nil
		case SwapStatus:
			forged = swapped
		case StaleStatus:
			forged = w.early
		}
		forged.Version = version
		return &forged
	})
}

func (w *World) forgeIssuance(k Kind) {
	swapped := w.object(victimRecord).Issuance
	w.Table.ForgeIssuance(throughRecord, func(i *api.Issuance) *api.Issuance {
		var forged api.Issuance
		if i != nil {
			forged = *i
		}
		version := forged.Version + 1
		switch {
		case k == DropIssuance:
			return nil
		case k == SwapIssuance && swapped != nil:
			forged = *swapped
		case k == SwapIssuance:
			forged = api.Issuance{SealedKey: []byte("sealed-1"), OrderURL: "https://ca.test/order/1", Digest: forged.Digest}
		default:
			far := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
			forged.Chain, forged.Serial, forged.NotAfter, forged.FingerprintSHA256 = "-----BEGIN", "1", far, w.early.FingerprintSHA256
			forged.Imports = map[string]time.Time{"us-east-1": far}
			forged.Published = append(forged.Published, api.PublishedTXT{TXT: api.TXT{FQDN: "example.com", Value: "v=spf1 -all"}, Zone: "ZCOM", Submitted: true})
		}
		forged.Version = version
		return &forged
	})
}

// relieved ends the attack: the forged items are deleted, the record is its owner's again, and everything must recover.
func relieved(names ...string) func(*World) {
	return func(w *World) {
		if w.forged {
			w.forgeries++
			w.Table.DeleteStatus(certificateKey(throughRecord))
			w.Table.ForgeIssuance(throughRecord, func(*api.Issuance) *api.Issuance { return nil })
			w.Table.ForgeClaim(w.victimARN, "")
			for arn := range w.ACM.certs {
				if owner, err := w.Table.ClaimOwner(context.Background(), arn); err == nil && owner == "ghost" {
					w.Table.ForgeClaim(arn, "")
				}
			}
			if w.honest != nil && w.object(throughRecord).Record != nil {
				w.Put(w.honest)
			}
			for _, name := range []string{throughRecord, victimRecord} {
				w.wake(certificateKey(name), 0)
				w.wake(certificateKey(name), time.Hour)
			}
			w.Run(2 * settle)
		}
		for _, name := range append(names, victimRecord) {
			w.want(w.ready(name), "%s is ready: %s", name, w.Explain(name))
		}
		w.want(w.status(victimRecord).ACMARN == w.victimARN, "the victim's certificate has not moved")
		for _, n := range w.Notices {
			w.want(n.Name != victimRecord || n.Reason != "Forged", "a forged notice of the victim was sent")
		}
	}
}

// covered reports whether the current record may change the certificate at the ARN, by our tag or by a claim.
func (w *World) covered(arn string) bool {
	c, ok := w.ACM.certs[arn]
	if !ok || arn == "" {
		return true
	}
	claim, err := w.Table.ClaimOwner(context.Background(), arn)
	must(err)
	table, owner, ok := api.ParseOwner(c.Tags[api.TagOwner])
	if ok && table != TableARN {
		owner = ""
	}
	if name := w.current.Name; name != "" {
		return owner == name || claim == name
	}
	return owner != "" || claim != ""
}

func (w *World) checkCovered(op, arn string) {
	if !w.covered(arn) {
		w.violate("%s of %s, which neither our tag nor a claim covers", op, arn)
	}
}

// besieging are scenarios in which somebody forges the controller's items during the life of record www.
var besieging = []Scenario{
	{Name: "hostile: first certificate", Kinds: HostileKinds, Before: besieged(func(*World) {}), Drive: func(w *World) {
		w.certificate(throughRecord, "deletion_policy", "Delete")
		w.Run(settle)
	}, Check: relieved(throughRecord)},
	{Name: "hostile: renew", Kinds: HostileKinds, Before: besieged(func(w *World) {
		w.CA.Life = 6 * day
		hasCertificate()(w)
	}), Drive: func(w *World) {
		w.Run(4 * day)
	}, Check: relieved(throughRecord)},
	{Name: "hostile: change the key type", Kinds: HostileKinds, Before: besieged(hasCertificate()), Drive: func(w *World) {
		w.certificate(throughRecord, "key_type", "RSA_2048")
		w.Run(settle)
	}, Check: relieved(throughRecord)},
	{Name: "hostile: drop a target", Kinds: HostileKinds, Before: besieged(hasCertificate("targets", twoTargets(), "deletion_policy", "Delete")), Drive: func(w *World) {
		w.certificate(throughRecord, "deletion_policy", "Delete")
		w.Run(settle)
	}, Check: relieved(throughRecord)},
	{Name: "hostile: delete", Kinds: HostileKinds, Before: besieged(hasCertificate("deletion_policy", "Delete")), Drive: func(w *World) {
		w.Remove(certificateKey(throughRecord))
		w.Run(settle)
	}, Check: relieved()},
}

func hasCertificate(extra ...any) func(*World) {
	return func(w *World) {
		w.certificate(throughRecord, extra...)
		w.Run(time.Hour)
		if !w.ready(throughRecord) {
			panic("the scenario does not begin with a certificate: " + w.Explain(throughRecord))
		}
	}
}
