package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// Holding is what ACM reports about the certificate of a target, with the operator's own credentials.
type Holding struct {
	// Read is true if ACM was read.
	Read bool
	// Serial, Status and NotAfter are of the certificate that ACM holds. Status is ACM's: ISSUED, EXPIRED, …
	Serial, Status string
	NotAfter       time.Time
	// InUseBy are the ARNs of the resources that use the certificate.
	InUseBy []string
	// Problem is why nothing is known, or "".
	Problem string
}

// Describe writes everything about one certificate, and last what to do next. held are ACM's reports by ARN.
func Describe(s *screen.Screen, c Certificate, held map[string]Holding, seen Seen, flight Flight) {
	summary(s, c)
	declared(s, c)
	targets(s, c, held)
	endpoints(s, seen)
	conditions(s, c.status().Conditions)
	progress(s, c, flight)
	history(s, c.status().History)
	next(s, c)
}

func section(s *screen.Screen, title string) {
	s.Line("")
	s.Line(screen.Strong.Render(title))
}

func summary(s *screen.Screen, c Certificate) {
	status := c.status()
	fields := [][2]string{
		{s.T("Name"), c.Name},
		{s.T("Ready"), readiness(c.Ready()) + " " + reasonStyle(c)},
		{s.T("Domains"), strings.Join(c.Domains(), ", ")},
		{s.T("Account"), c.Account()},
		{s.T("Issuer"), status.Issuer},
		{s.T("Serial"), status.Serial},
		{s.T("Key type"), string(status.KeyType)},
		{s.T("Valid from"), s.Both(status.NotBefore)},
		{s.T("Expires"), s.Both(status.NotAfter)},
		{s.T("Renews"), renewal(s, status)},
		{s.T("Revocation"), revocation(s, status)},
		{s.T("Rollout"), rollout(s, status.Rollout)},
	}
	s.Fields(known(fields))
}

// known omits the fields without a value.
func known(fields [][2]string) (out [][2]string) {
	for _, f := range fields {
		if strings.TrimSpace(f[1]) != "" {
			out = append(out, f)
		}
	}
	return out
}

// renewal returns when the certificate is renewed, and where the time comes from.
func renewal(s *screen.Screen, status api.CertificateStatus) string {
	if status.RenewAt.IsZero() {
		return ""
	}
	source := ""
	switch status.RenewalSource {
	case api.SourceARI:
		source = s.T("renewal information of the CA")
		if status.ARI != nil && status.ARI.ExplanationURL != "" {
			source += ": " + status.ARI.ExplanationURL
		}
		if status.ARI != nil && !status.ARI.WindowStart.IsZero() {
			source += "\n" + s.F("The window of the CA is from %[1]s to %[2]s.", s.Absolute(status.ARI.WindowStart), s.Absolute(status.ARI.WindowEnd))
		}
	case api.SourceRenewBefore:
		source = s.T("renew_before of the record")
	case api.SourceLifetime:
		source = s.T("two thirds of the lifetime")
	}
	return s.Both(status.RenewAt) + ", " + source
}

// rollout returns where the rollout of a new certificate stands.
func rollout(s *screen.Screen, r *api.RolloutStatus) string {
	if r == nil {
		return ""
	}
	text := s.F("%[1]s: serial %[2]s, wave %[3]d of %[4]d", string(r.State), r.Serial, r.Wave, r.Waves)
	if r.State != api.RolloutProgressing {
		text = screen.Warn.Render(text)
	}
	if r.Message != "" {
		text += "\n" + r.Message
	}
	if r.CanRollBack {
		text += "\n" + s.T("certloop rollback puts the certificate before back.")
	}
	return text
}

// declared writes the attributes of the record that the summary does not have.
func declared(s *screen.Screen, c Certificate) {
	if c.Record == nil {
		return
	}
	section(s, s.T("Record"))
	var fields [][2]string
	for _, attribute := range recordAttributes {
		if value, ok := c.Record[attribute]; ok {
			fields = append(fields, [2]string{attribute, shown(value)})
		}
	}
	for _, attribute := range slices.Sorted(maps.Keys(c.Record)) {
		if attribute != "name" && attribute != "kind" && !slices.Contains(recordAttributes, attribute) {
			fields = append(fields, [2]string{attribute, shown(c.Record[attribute])})
		}
	}
	s.Fields(fields)
}

// recordAttributes are the attributes of a Certificate record in the order of docs/reference/records.md.
var recordAttributes = []string{"domains", "account", "zone", "dns", "targets", "acm_arn", "region", "key_type", "renew_before", "profile",
	"preferred_chain", "deletion_policy", "suspend", "renew_token", "tags", "probe", "rollout"}

func targets(s *screen.Screen, c Certificate, held map[string]Holding) {
	if len(c.status().Targets) == 0 {
		return
	}
	section(s, s.T("Targets"))
	for _, t := range c.status().Targets {
		state := string(t.State)
		switch t.State {
		case api.Satisfies:
			state = screen.Good.Render(state)
		case api.Lacks:
			state = screen.Bad.Render(state)
		case api.Unknown:
			state = screen.Warn.Render(state)
		}
		s.Line("  " + screen.Strong.Render(t.Key) + "  " + strings.TrimSpace(state+" "+string(t.Reason)))
		target(s, t, held)
	}
}

func target(s *screen.Screen, t api.TargetStatus, held map[string]Holding) {
	holding := held[t.ARN]
	uses := strings.Join(holding.InUseBy, "\n")
	if uses == "" && holding.Problem == "" && t.ARN != "" {
		uses = s.T("nothing")
	}
	indented(s, known([][2]string{
		{s.T("ARN"), t.ARN},
		{s.T("Region"), t.Region},
		{s.T("Role"), t.RoleARN},
		{s.T("Serial"), t.Serial},
		{s.T("Expires"), s.Both(t.NotAfter)},
		{s.T("Imported"), s.Both(t.ImportedAt)},
		{s.T("In ACM"), inACM(s, t, holding)},
		{s.T("Used by"), firstNonEmpty(holding.Problem, uses)},
		{s.T("Message"), t.Message},
		{s.T("Next attempt"), s.Both(t.NextAttemptAt)},
		{s.T("Predecessor"), t.RetiredARN},
	}))
}

// inACM returns what ACM holds at present, and whether that is what certloop last observed.
func inACM(s *screen.Screen, t api.TargetStatus, h Holding) string {
	if !h.Read {
		return ""
	}
	text := s.F("%[1]s, serial %[2]s, expires %[3]s", h.Status, h.Serial, s.Both(h.NotAfter))
	if h.Serial != t.Serial {
		text += "\n" + screen.Warn.Render(s.T("This is not the certificate that certloop last observed. Run certloop reconcile to have it read again."))
	}
	return text
}

func firstNonEmpty(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func indented(s *screen.Screen, fields [][2]string) {
	for i := range fields {
		fields[i][0] = "    " + fields[i][0]
	}
	s.Fields(fields)
}

func conditions(s *screen.Screen, list []api.Condition) {
	if len(list) == 0 {
		return
	}
	section(s, s.T("Conditions"))
	for _, c := range list {
		s.Line(fmt.Sprintf("  %s%s%s  %s", padded(screen.Strong.Render(string(c.Type)), 10), padded(readiness(c.Status), 9), c.Reason,
			screen.Faint.Render(s.F("since %s", s.Both(c.LastTransitionTime)))))
		if c.Message != "" {
			s.Wrapped(c.Message, 4)
		}
	}
}

// padded fills text up to a width.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}

func history(s *screen.Screen, entries []api.HistoryEntry) {
	if len(entries) == 0 {
		return
	}
	section(s, s.T("History"))
	for _, e := range entries {
		s.Line("  " + screen.Faint.Render(s.Absolute(e.Time)) + "  " + string(e.Reason))
		if e.Message != "" {
			s.Wrapped(e.Message, 4)
		}
	}
}

func next(s *screen.Screen, c Certificate) {
	section(s, s.T("What to do next"))
	advice := Next(c, s.Language)
	s.Wrapped(advice.Remedy, 2)
	if !advice.At.IsZero() {
		s.Wrapped(s.F("certloop acts next at %s.", s.Both(advice.At)), 2)
	}
	if advice.Reason != "" {
		s.Wrapped(s.F("Run certloop explain %s for details.", advice.Reason), 2)
	}
}
