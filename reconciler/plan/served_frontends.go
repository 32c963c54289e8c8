package plan

import (
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

const (
	// frontendsNew is the time between two descriptions of the resources that use a certificate after its import, when they are
	// most likely to change. frontendsOld is the longest one.
	frontendsNew = time.Hour
	frontendsOld = 6 * time.Hour
	// mostServes is how many names of a resource are kept.
	mostServes = 20
)

// FrontendsDue reports whether the AWS resources that use the certificate are to be described: after an import, and again after as
// much time as had passed since the import, an hour to six hours.
func FrontendsDue(in ProbeInput) bool {
	at := in.Served.FrontendsAt
	if !in.ReadsFrontends || in.Status == nil || in.Spec == nil {
		return false
	}
	imported := importedAt(in.Status)
	if at.IsZero() || at.Before(imported) {
		return true
	}
	pause := frontendsOld
	if !imported.IsZero() {
		pause = max(frontendsNew, min(at.Sub(imported), frontendsOld))
	}
	return in.Now.Sub(at) >= pause
}

// importedAt is when the certificate in place was last imported; zero: certloop did not import it.
func importedAt(s *api.CertificateStatus) (at time.Time) {
	for _, t := range s.Targets {
		if t.ImportedAt.After(at) {
			at = t.ImportedAt
		}
	}
	return at
}

// Installation is a certificate in ACM. Target is the key of its target if the record has several.
type Installation struct {
	At          api.Location
	ARN, Target string
}

// Installations returns where the certificate of the record lies, as far as it is known, in the order of the record.
func Installations(in ProbeInput) []Installation {
	var all []Installation
	for _, t := range in.Spec.Targets {
		i := slices.IndexFunc(in.Status.Targets, func(s api.TargetStatus) bool { return s.Key == t.Key() })
		if i >= 0 && in.Status.Targets[i].ARN != "" {
			at := Installation{At: t.Location, ARN: in.Status.Targets[i].ARN}
			if len(in.Spec.Targets) > 1 {
				at.Target = t.Key()
			}
			all = append(all, at)
		}
	}
	return all
}

// FrontendsRead is what was found for one installation.
type FrontendsRead struct {
	Installation
	Found []api.Frontend
	// Problem is why it could not be read; empty: it was.
	Problem string
}

// SettleFrontends returns s with what was found. A resource that could not be described stays as it was described before.
func SettleFrontends(in ProbeInput, reads []FrontendsRead) api.ServedStatus {
	s := in.Served
	before := s.Frontends
	s.Frontends, s.FrontendsAt = nil, in.Now
	var problems []string
	for _, r := range reads {
		problems = append(problems, r.Problem)
		for _, f := range r.Found {
			problems = append(problems, problemOf(f))
			if next, ok := servedFrontend(in.Spec, r.Installation, f); ok && len(s.Frontends) < api.MaxFrontends {
				s.Frontends = append(s.Frontends, next)
			}
		}
	}
	for _, was := range before {
		if isUndescribed(reads, was) && len(s.Frontends) < api.MaxFrontends {
			s.Frontends = append(s.Frontends, was)
		}
	}
	s.FrontendsMessage = eachOnce(problems)
	return s
}

func problemOf(f api.Frontend) string {
	if f.State == api.FrontendUnknown {
		return f.Message
	}
	return ""
}

// servedFrontend returns what is stored of a resource; false: it cannot be asked for the certificate.
func servedFrontend(c *api.Certificate, of Installation, f api.Frontend) (api.ServedFrontend, bool) {
	s := api.ServedFrontend{ARN: f.ARN, Certificate: of.ARN, Target: of.Target, Host: f.Host, Ports: f.Ports}
	for _, name := range f.Names {
		if concerns(c, name) && len(s.Serves) < mostServes {
			s.Serves = append(s.Serves, name)
		}
	}
	return s, f.State == api.FrontendFound && (len(f.Names) == 0 || len(s.Serves) > 0)
}

// concerns reports whether the certificate of the record is served for a name, or for some that it stands for.
func concerns(c *api.Certificate, name string) bool {
	return covers(c.Domains, name) || strings.HasPrefix(name, "*.") && slices.ContainsFunc(serverNames(c), func(n string) bool {
		return covers([]string{name}, n)
	})
}

// isUndescribed reports whether the resource may still use the certificate, and was not described this time.
func isUndescribed(reads []FrontendsRead, was api.ServedFrontend) bool {
	for _, r := range reads {
		switch i := slices.IndexFunc(r.Found, func(f api.Frontend) bool { return f.ARN == was.ARN }); {
		case r.ARN != was.Certificate:
		case r.Problem != "":
			return true
		case i >= 0:
			return r.Found[i].State == api.FrontendUnknown
		}
	}
	return false
}

// eachOnce joins different texts, the first few.
func eachOnce(texts []string) string {
	var all []string
	for _, t := range texts {
		if t != "" && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return api.Message(someOf(all, "; ", "more"))
}
