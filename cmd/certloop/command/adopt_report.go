package command

import (
	"strings"

	"certloop/cmd/certloop/inventory"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// obstacleTo returns why a certificate cannot be adopted, or "". all is true if its ARN was not given: then only what nobody
// manages is adopted, by the tags that ACM itself has now.
func (a *app) obstacleTo(c inventory.Certificate, all bool) string {
	switch {
	case c.Manager.Kind == inventory.Record:
		return a.errs.F("%s: record %s has it already", c.ARN, c.Manager.Name)
	case c.Type != "IMPORTED":
		return a.errs.F("%s: it was not imported, so ACM renews it itself and refuses a re-import", c.ARN)
	case all && !c.IsUnmanaged():
		return a.errs.F("%s: it is managed by %s: give its ARN to adopt it all the same", c.ARN, view.Manager(a.errs, c.Manager))
	}
	return a.obstacle(c)
}

// accountFor returns the account for certificates of an issuer, and why it is that one.
func (a *app) accountFor(issuer, given string, certificates []api.Listed) (account, reason string) {
	if given != "" {
		return given, a.errs.T("as --account has it")
	}
	for _, l := range certificates {
		if l.Record != nil && l.Status != nil && l.Status.Issuer == issuer && issuer != "" {
			c := view.CertificateOf(l)
			return c.Account(), a.errs.F("it issued record %s, which has the same issuer", c.Name)
		}
	}
	return api.DefaultAccount, a.errs.T("no record has this issuer: set --account if another account is to renew it")
}

// reportAdoption writes what an operator must know before a certificate is adopted.
func (a *app) reportAdoption(one adoption, missing []string) {
	s := a.errs
	s.Line(one.ARN)
	usages := strings.Join(append(append([]string{}, one.Leaf.KeyUsages...), one.Leaf.ExtendedKeyUsages...), ", ")
	if usages == "" {
		usages = s.T("none; ACM allows none to be added")
	}
	fields := [][2]string{
		{s.T("Record"), one.record["name"].(string)},
		{s.T("Domains"), strings.Join(one.Names, ", ")},
		{s.T("Issuer"), one.Leaf.Issuer},
		{s.T("Expires"), s.Both(one.NotAfter)},
		{s.T("Account"), one.record["account"].(string) + " (" + one.reason + ")"},
		{s.T("Key type"), string(one.KeyType) + " " + s.T("(a re-import cannot change it)")},
		{s.T("Usages to keep"), usages + " " + s.T("(a re-import cannot remove them: the CA's profile must have them)")},
	}
	users := s.T("nothing")
	if len(one.Users) > 0 {
		users = strings.Join(one.Users, "\n")
	}
	fields = append(fields, [2]string{s.T("Used by"), users})
	if len(missing) > 0 {
		fields = append(fields, [2]string{s.T("No hosted zone"), strings.Join(missing, ", ") + " " +
			s.T("(not in Route 53 as your credentials see it: set dns.role_arn, or create the zone)")})
	}
	if kind := one.Manager.Kind; kind == inventory.Tool || kind == inventory.Tagged {
		fields = append(fields, [2]string{s.T("Managed by"), view.Manager(s, one.Manager) + " " + s.T("(stop it first, or both renew it)")})
	}
	s.FieldsAt(fields, 2)
	if one.Role.RoleARN != "" {
		s.Line(s.F("%s: role_arn is the role that you used: set it to the role that the function may assume (docs/guides/other-accounts.md)", one.ARN))
	}
	s.Line("")
}

// reportPermission writes what the function must be allowed before the records can work.
func (a *app) reportPermission(list []adoption) {
	if len(list) == 0 {
		return
	}
	var arns []string
	for _, one := range list {
		arns = append(arns, one.ARN)
	}
	a.showAdoptable(arns)
	a.errs.Wrapped(a.errs.T("The private keys of the present certificates cannot be exported from ACM. Keep your own copies if you want to go back."), 0)
}
