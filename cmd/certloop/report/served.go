package report

import (
	"strings"
	"time"
)

// Served is what the endpoints of a certificate serve, each address family counted apart.
type Served struct {
	// Current serve the certificate that was imported last, NotCurrent another one. Unreachable do not answer. Unknown could not
	// be seen.
	Current, NotCurrent, Unreachable, Unknown int
	// NotAfter is the earliest end of a certificate that an endpoint serves which served one of the record before; zero: there is
	// none.
	NotAfter time.Time
	// CheckedAt is when the endpoints were last probed.
	CheckedAt time.Time
}

// NotServed returns how many certificates have an endpoint that serves another one.
func (r Report) NotServed() (n int) {
	for _, c := range r.Certificates {
		if c.Served != nil && c.Served.NotCurrent > 0 {
			n++
		}
	}
	return n
}

// isProbed reports whether the endpoints of any certificate were probed.
func (r Report) isProbed() bool {
	for _, c := range r.Certificates {
		if c.Served != nil {
			return true
		}
	}
	return false
}

// served writes the rows about the endpoints.
func (r Report) served(p *page, s *Served) {
	if s == nil {
		return
	}
	var counts []string
	add := func(n int, text string) {
		if n > 0 {
			counts = append(counts, text)
		}
	}
	add(s.Current, r.F("this certificate: %d", s.Current))
	add(s.NotCurrent, r.F("another certificate: %d", s.NotCurrent))
	add(s.Unreachable, r.F("unreachable: %d", s.Unreachable))
	add(s.Unknown, r.F("not visible: %d", s.Unknown))
	p.row(r.T("Endpoints"), strings.Join(counts, ", "))
	p.row(r.T("Served until"), minute(s.NotAfter))
	p.row(r.T("Probed"), minute(s.CheckedAt))
}
