package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"certloop/providers/internal/awsfake"
)

func (s *Service) getDistribution(w http.ResponseWriter, id string) {
	if s.failed(w, "GetDistribution", xmlError(w)) {
		return
	}
	var d Distribution
	var ok bool
	s.Locked(func() { d, ok = s.distributions[id] })
	if !ok {
		xmlError(w)(http.StatusNotFound, "NoSuchDistribution", "The specified distribution does not exist.")
		return
	}
	var aliases strings.Builder
	for _, a := range d.Aliases {
		aliases.WriteString("<CNAME>" + awsfake.Escape(a) + "</CNAME>")
	}
	w.Header().Set("Content-Type", "text/xml")
	_, _ = fmt.Fprintf(w, `<Distribution xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>%s</Id><DomainName>%s</DomainName>`+
		`<DistributionConfig><Enabled>%t</Enabled><Aliases><Quantity>%d</Quantity><Items>%s</Items></Aliases></DistributionConfig></Distribution>`,
		awsfake.Escape(d.ID), awsfake.Escape(d.Host), !d.Disabled, len(d.Aliases), aliases.String())
}

func (s *Service) getDomains(w http.ResponseWriter, query url.Values) {
	w.Header().Set("Content-Type", "application/json")
	if s.failed(w, "GetDomainNames", func(status int, code, message string) {
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
	}) {
		return
	}
	from, _ := strconv.Atoi(query.Get("position"))
	var items []map[string]string
	next := ""
	s.Locked(func() {
		for i, d := range s.domains[from:] {
			if i == s.PageSize {
				next = strconv.Itoa(from + i)
				break
			}
			items = append(items, d.json())
		}
	})
	out := map[string]any{"item": items}
	if next != "" {
		out["position"] = next
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (d Domain) json() map[string]string {
	if d.Edge {
		return map[string]string{"domainName": d.Name, "distributionDomainName": d.Host, "certificateArn": d.Certificate}
	}
	return map[string]string{"domainName": d.Name, "regionalDomainName": d.Host, "regionalCertificateArn": d.Certificate}
}
