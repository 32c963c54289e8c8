package acme

import (
	"net/url"
	"slices"
	"sync"

	"github.com/go-acme/lego/v4/acme"
)

// maxHosts bounds how many hosts of one directory are noted.
const maxHosts = 20

// hosts are the hosts besides the directory's own that a CA has led to.
type hosts struct {
	mu    sync.Mutex
	known []string
}

// add returns all known hosts, sorted, where one of these is new; nil: none is.
func (h *hosts) add(own string, hosts ...string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := len(h.known)
	for _, host := range hosts {
		if host != "" && host != own && len(host) <= maxHost && len(h.known) < maxHosts && !slices.Contains(h.known, host) {
			h.known = append(h.known, host)
		}
	}
	if len(h.known) == before {
		return nil
	}
	slices.Sort(h.known)
	return slices.Clone(h.known)
}

// noteHost reports a host that a request was sent to.
func (s *session) noteHost(u *url.URL) { s.noteHosts(u.Host) }

// noteLinks reports the hosts of a directory's URLs.
func (s *session) noteLinks(links acme.Directory) {
	var found []string
	for _, text := range []string{links.NewNonceURL, links.NewAccountURL, links.NewOrderURL, links.RevokeCertURL, links.KeyChangeURL, links.RenewalInfo} {
		if u, err := url.Parse(text); err == nil {
			found = append(found, u.Host)
		}
	}
	s.noteHosts(found...)
}

func (s *session) noteHosts(found ...string) {
	if s.config == nil || s.config.OtherHosts == nil {
		return
	}
	if all := s.directory.hosts.add(s.host(), found...); all != nil {
		s.config.OtherHosts(s.ctx, s.account.Name, s.directory.url, all)
	}
}
