package view

import (
	"strings"

	"certloop/cmd/certloop/inventory"
	"certloop/cmd/certloop/screen"
)

// Discovered writes the table of certificates in ACM. With wide it has all names, what uses them, absolute times and ARNs.
func Discovered(s *screen.Screen, list []inventory.Certificate, wide bool) {
	columns := []screen.Column{{Title: "DOMAINS", Shrinks: true}, {Title: "MANAGED BY", Shrinks: true}, {Title: "EXPIRES"}, {Title: "KEY TYPE"},
		{Title: "IN USE"}, {Title: "ACCOUNT"}, {Title: "REGION"}}
	if wide {
		columns = append(columns, screen.Column{Title: "EXPIRES AT"}, screen.Column{Title: "ARN"}, screen.Column{Title: "USED BY"})
	}
	rows := make([][]string, len(list))
	for i, c := range list {
		names := firstOf(c.Names)
		if wide {
			names = strings.Join(c.Names, ",")
		}
		rows[i] = []string{names, managedBy(s, c), expiry(s, c.NotAfter), string(c.KeyType), yesNo(s, c.InUse), c.Account(), c.Region}
		if wide {
			rows[i] = append(rows[i], s.Absolute(c.NotAfter), c.ARN, strings.Join(c.Users, ","))
		}
	}
	s.Table(columns, rows)
}

// managedBy returns who manages a certificate, in red if nobody does.
func managedBy(s *screen.Screen, c inventory.Certificate) string {
	text := Manager(s, c.Manager)
	switch c.Manager.Kind {
	case inventory.Unmanaged:
		return screen.Bad.Render(text)
	case inventory.Unread:
		return screen.Warn.Render(text)
	case inventory.Tagged, inventory.Tool, inventory.Record, inventory.Service, inventory.PrivateCA, inventory.Amazon:
	}
	return text
}

// Manager returns the name of who manages a certificate.
func Manager(s *screen.Screen, m inventory.Manager) string {
	switch m.Kind {
	case inventory.Unmanaged:
		return s.T("nobody")
	case inventory.Unread:
		return s.T("not read")
	case inventory.Tagged:
		return s.F("certloop %s", m.Name)
	case inventory.Record:
		return s.F("record %s", m.Name)
	case inventory.PrivateCA:
		return s.T("AWS Private CA")
	case inventory.Amazon:
		return s.T("Amazon")
	case inventory.Tool, inventory.Service:
	}
	return m.Name
}

func yesNo(s *screen.Screen, yes bool) string {
	if yes {
		return s.T("yes")
	}
	return s.T("no")
}
