package spec

import "certloop/reconciler/api"

var (
	roleAttributes   = []string{"role_arn", "external_id"}
	targetAttributes = []string{"region", "role_arn", "external_id", "acm_arn"}
)

// dns reads the role for a zone in another AWS account.
func (f fields) dns() api.Role {
	m := f.object("dns")
	role := m.role()
	m.only(roleAttributes)
	return role
}

// targets reads the list of targets, or the one target of acm_arn and region. There is always one.
func (f fields) targets(d Defaults) []api.Target {
	list := f.list("targets")
	if len(list) == 0 {
		return []api.Target{f.target(d)}
	}
	for _, name := range []string{"acm_arn", "region"} {
		if f.given(name) {
			f.wrong(name, "is given beside targets: move it into the target it belongs to")
		}
	}
	if len(list) > api.MaxTargets {
		f.wrong("targets", "has %d entries: use at most %d, and a second record for the rest", len(list), api.MaxTargets)
		list = list[:api.MaxTargets]
	}
	return f.targetList(list, d)
}

func (f fields) targetList(list []any, d Defaults) []api.Target {
	var targets []api.Target
	places := map[string]string{}
	for i, v := range list {
		m, ok := f.element("targets", i, v)
		if !ok {
			continue
		}
		before := f.problems.count()
		t := m.target(d)
		t.Role = m.role()
		m.only(targetAttributes)
		if f.problems.count() > before {
			// An invalid target cannot be compared: its region may be a guess.
			continue
		}
		m.checkTogether(t)
		if other, ok := places[t.Key()]; ok {
			f.problems.add(m.at, "is the same place as %s (%s): remove one", other, t.Key())
		}
		places[t.Key()] = m.at
		targets = append(targets, t)
	}
	return targets
}

// target reads region and acm_arn. If either is wrong the region is a guess, and there is a problem about it.
func (f fields) target(d Defaults) api.Target {
	certificate, named := f.acmARN()
	region := f.region()
	switch {
	case named && region != "" && region != certificate.Region:
		f.wrong("region", "%s is not the region of acm_arn, %s: remove it or correct one of the two",
			api.Quote(region), certificate.Region)
	case region == "" && named:
		region = certificate.Region
	case region == "" && !f.given("region"):
		region = d.Region
		if region == "" {
			f.wrong("region", "is missing, and there is no default here: give one, such as us-east-1")
		}
	}
	t := api.Target{Location: api.Location{Region: region}}
	if named {
		t.ACMARN = f.values["acm_arn"].(string)
	}
	return t
}

func (f fields) region() string {
	s, ok := f.text("region")
	if !ok {
		return ""
	}
	region, problem := regionName(s)
	if problem != "" {
		f.wrong("region", "%s", problem)
	}
	return region
}

// acmARN reads acm_arn; false if it is absent or wrong.
func (f fields) acmARN() (api.ARN, bool) {
	s, ok := f.text("acm_arn")
	if !ok {
		return api.ARN{}, false
	}
	a, ok := api.ParseARN(s)
	switch {
	case !ok:
		f.wrong("acm_arn", "%s is not an ARN: give %s", api.Quote(s), acmShape)
	case a.Service != "acm":
		f.wrong("acm_arn", "%s is an ARN of %s, not of ACM: give %s", api.Quote(s), api.Quote(a.Service), acmShape)
	case !regionForm().MatchString(a.Region):
		f.wrong("acm_arn", "%s has no region: give %s", api.Quote(s), acmShape)
	case !a.HasAccount():
		f.wrong("acm_arn", "%s has no account of 12 digits: give %s", api.Quote(s), acmShape)
	case !a.HasCertificate():
		f.wrong("acm_arn", "%s is not the ARN of a certificate: give %s", api.Quote(s), acmShape)
	default:
		return a, true
	}
	return api.ARN{}, false
}

const (
	acmShape  = "arn:aws:acm:<region>:<account>:certificate/<id>"
	roleShape = "arn:aws:iam::<account>:role/<name>"
)

// role reads role_arn and external_id.
func (f fields) role() api.Role {
	r := api.Role{RoleARN: f.roleARN("role_arn"), ExternalID: f.externalID("external_id")}
	if r.ExternalID != "" && !f.given("role_arn") {
		f.wrong("external_id", "goes with a role only: add role_arn or remove it")
	}
	return r
}

// externalID reads an external ID; empty if it is absent or wrong.
func (f fields) externalID(name string) string {
	s, ok := f.line(name, maxExternalID)
	if ok && !externalForm().MatchString(s) {
		f.wrong(name, "%s is not an external ID: use 2 or more letters, digits and _ + = , . @ : / -", api.Quote(s))
		return ""
	}
	return s
}

func (f fields) roleARN(name string) string {
	s, ok := f.line(name, maxARN)
	if !ok {
		return ""
	}
	a, ok := api.ParseARN(s)
	if !ok || a.Service != "iam" || a.Region != "" || !a.HasAccount() || !roleForm().MatchString(a.Resource) {
		f.wrong(name, "%s is not the ARN of an IAM role: give %s", api.Quote(s), roleShape)
		return ""
	}
	return s
}

// checkTogether reports the problems of a target whose single attributes are valid.
func (f fields) checkTogether(t api.Target) {
	role, certificate := accountOf(t.RoleARN), accountOf(t.ACMARN)
	if role != "" && certificate != "" && role != certificate {
		f.wrong("role_arn", "is a role of account %s, and acm_arn is in account %s: a role reaches its own account's ACM only",
			role, certificate)
	}
	// The key is the value of a tag, by which the certificate is found again.
	if !isTagText(t.Key(), maxTagValue) {
		f.wrong("role_arn", "%s cannot be written into a tag of ACM: use a role whose ARN is shorter and holds no %s",
			api.Quote(t.RoleARN), `","`)
	}
}

// accountOf returns the AWS account in an ARN, or "".
func accountOf(s string) string {
	a, _ := api.ParseARN(s)
	return a.Account
}
