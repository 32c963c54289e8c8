package build

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "certloop/"

// rule lists which packages of the module, and which other modules, packages under a folder may import. A folder
// includes everything below it; the first rule whose folder matches applies.
type rule struct {
	folder  string
	own     []string
	modules []string
}

const (
	sdk      = "github.com/aws/aws-sdk-go-v2"
	smithy   = "github.com/aws/smithy-go"
	lego     = "github.com/go-acme/lego"
	lambda   = "github.com/aws/aws-lambda-go"
	errs     = "github.com/hashicorp/go-multierror"
	group    = "golang.org/x/sync/errgroup"
	shares   = "golang.org/x/sync/semaphore"
	yaml     = "github.com/goccy/go-yaml"
	anything = "*"
)

// terminal are the libraries that write to a terminal.
var terminal = []string{"charm.land", "github.com/charmbracelet/x/ansi", "github.com/charmbracelet/colorprofile", "golang.org/x/term"}

// rules are the picture of dependencies in docs/design/architecture.md.
var rules = []rule{
	{"reconciler/api", nil, nil},
	{"reconciler/spec", []string{"reconciler/api"}, []string{errs, "golang.org/x/net/idna"}},
	{"reconciler/ports", []string{"reconciler/api"}, nil},
	{"reconciler/plan", []string{"reconciler/api"}, []string{"golang.org/x/net/publicsuffix"}},
	{"reconciler/sim", []string{"reconciler", "store/memory"}, []string{group}},
	{"reconciler", []string{"reconciler/api", "reconciler/plan", "reconciler/ports", "reconciler/spec"}, []string{group, shares}},
	{"store/fake", nil, nil},
	{"store/memory", []string{"reconciler/api", "reconciler/ports", "store/internal"}, nil},
	{"store/storetest", []string{"reconciler/api", "reconciler/ports", "reconciler/spec"}, []string{"pgregory.net/rapid", "github.com/google/go-cmp"}},
	{"store", []string{"reconciler/api", "reconciler/ports", "store/internal"}, []string{sdk, smithy}},
	{"providers/internal/awserr", []string{"reconciler/api"}, []string{smithy}},
	{"providers/internal/awsrole", []string{"reconciler/api", "providers/internal/awserr"}, []string{sdk}},
	{"providers/internal/awsfake", nil, []string{sdk}},
	{"providers/internal/network", []string{"reconciler/api"}, nil},
	{"providers/internal/outbound", []string{"reconciler/api", "providers/internal/network"}, nil},
	{"providers/internal/publicdns", []string{"reconciler/api"}, []string{"github.com/miekg/dns"}},
	{"providers/caa/fake", []string{"internal/sandbox/dnstest"}, []string{"github.com/miekg/dns"}},
	{"providers/caa/contract", []string{"reconciler/api", "reconciler/ports", "internal/suite"}, nil},
	{"providers/caa", []string{"reconciler/api", "reconciler/ports", "providers/internal/publicdns"}, []string{"github.com/miekg/dns", group}},
	{"providers/delegation/contract", []string{"reconciler/api", "reconciler/ports", "internal/suite"}, nil},
	{"providers/delegation", []string{"reconciler/api", "reconciler/ports", "providers/internal/network", "providers/internal/publicdns"},
		[]string{"github.com/miekg/dns", group}},
	{"providers/acm/fake", []string{"reconciler/api", "providers/internal/awsfake"}, nil},
	{"providers/acm/contract", []string{"reconciler/api", "reconciler/ports", "internal/suite", "internal/testca", "providers/acm"}, []string{anything}},
	{"providers/acm", []string{"reconciler/api", "reconciler/ports", "providers/internal/awserr", "providers/internal/awsrole"}, []string{sdk, smithy}},
	{"providers/acme", []string{"reconciler/api", "reconciler/ports", "providers/internal/network", "providers/internal/outbound"}, []string{lego, "github.com/go-jose/go-jose", group}},
	{"providers/revocation/fake", []string{"reconciler/api", "reconciler/ports"}, nil},
	{"providers/revocation/contract", []string{"reconciler/api", "reconciler/ports", "internal/suite", "internal/testca"}, nil},
	{"providers/revocation", []string{"reconciler/api", "reconciler/ports", "providers/internal/network", "providers/internal/outbound"},
		[]string{"golang.org/x/crypto/ocsp"}},
	{"providers/route53/fake", []string{"reconciler/api", "internal/sandbox/dnstest", "providers/internal/awsfake"},
		[]string{"github.com/miekg/dns"}},
	{"providers/route53", []string{"reconciler/api", "reconciler/ports", "providers/internal/awserr", "providers/internal/awsrole",
		"providers/internal/publicdns", "providers/route53"},
		[]string{sdk, smithy, "github.com/miekg/dns", group}},
	{"providers/keys/fake", []string{"providers/internal/awsfake"}, nil},
	{"providers/keys/contract", []string{"reconciler/api", "reconciler/ports", "internal/suite", "internal/testca"}, nil},
	{"providers/keys", []string{"reconciler/api", "reconciler/ports", "providers/internal/awserr"}, []string{sdk, smithy}},
	{"providers/queue/fake", []string{"providers/internal/awsfake"}, nil},
	{"providers/queue/contract", []string{"reconciler/api", "reconciler/ports", "internal/suite"}, nil},
	{"providers/queue", []string{"reconciler/api", "reconciler/ports", "providers/internal/awserr"}, []string{sdk, smithy, group}},
	{"providers/notify/fake", []string{"providers/internal/awsfake"}, nil},
	{"providers/notify/contract", []string{"reconciler/api", "reconciler/ports", "internal/suite"}, nil},
	{"providers/frontends/fake", []string{"providers/internal/awsfake"}, nil},
	{"providers/frontends/contract", []string{"reconciler/api", "reconciler/ports", "internal/suite"}, nil},
	{"providers/frontends", []string{"reconciler/api", "reconciler/ports", "providers/internal/awserr", "providers/internal/awsrole"}, []string{sdk}},
	{"providers/probe/fake", []string{"reconciler/api"}, nil},
	{"providers/probe/contract", []string{"reconciler/api", "reconciler/ports", "internal/suite", "internal/testca"}, nil},
	{"providers/probe", []string{"reconciler/api", "reconciler/ports", "providers/internal/network"}, nil},
	{"providers/metrics", []string{"reconciler/api", "reconciler/ports"}, nil},
	{"providers/notify", []string{"reconciler/api", "reconciler/ports", "providers/internal/awserr"}, []string{sdk, smithy}},
	{"cmd/bootstrap", []string{"reconciler", "store", "providers"}, []string{sdk, smithy, lambda, errs}},
	{"cmd/certloop/lang", []string{"reconciler/api"}, nil},
	{"cmd/certloop/plain", nil, nil},
	{"cmd/certloop/screen", []string{"cmd/certloop/lang", "cmd/certloop/plain"}, terminal},
	{"cmd/certloop/manifest", []string{"reconciler/api", "reconciler/spec", "cmd/certloop/lang"}, []string{yaml}},
	{"cmd/certloop/migrate", []string{"reconciler/api", "reconciler/spec", "cmd/certloop/lang"}, []string{errs}},
	{"cmd/certloop/inventory", []string{"reconciler/api", "cmd/certloop/lang"}, []string{sdk, smithy, group}},
	{"cmd/certloop/doctor", []string{"cmd/certloop/lang", "reconciler/plan"}, nil},
	{"cmd/certloop/forecast", nil, nil},
	{"cmd/certloop/report", []string{"cmd/certloop/lang", "cmd/certloop/plain"}, nil},
	{"cmd/certloop/deployment", []string{"reconciler/api", "store", "cmd/certloop/doctor", "cmd/certloop/inventory", "cmd/certloop/lang"},
		[]string{sdk, smithy}},
	{"cmd/certloop", []string{"reconciler/api", "reconciler/logkey", "reconciler/plan", "reconciler/spec", "store/memory", "cmd/certloop", "docs"},
		append([]string{"github.com/spf13", yaml, errs, group}, terminal...)},
	{"docs", nil, nil},
	{"internal/sandbox/dnstest", nil, []string{"github.com/miekg/dns"}},
	{"internal", []string{""}, []string{anything}},
}

func (r rule) allows(path string) bool {
	if own, ok := strings.CutPrefix(path, module); ok {
		return within(own, r.folder) || anyWithin(own, r.own)
	}
	// A path whose first element has no dot is in the standard library.
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") || anyWithin(path, r.modules)
}

func within(path, folder string) bool {
	return folder == "" || folder == anything || path == folder || strings.HasPrefix(path, folder+"/")
}

func anyWithin(path string, folders []string) bool {
	for _, f := range folders {
		if within(path, f) {
			return true
		}
	}
	return false
}

func ruleFor(folder string) (rule, bool) {
	for _, r := range rules {
		if within(folder, r.folder) {
			return r, true
		}
	}
	return rule{}, false
}

type source struct {
	ImportPath string
	Imports    []string
}

func sources(t *testing.T) []source {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []source
	for lines := json.NewDecoder(strings.NewReader(string(out))); ; {
		var s source
		err := lines.Decode(&s)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
}

func TestDependencies_PointOneWay(t *testing.T) {
	checked := 0
	for _, s := range sources(t) {
		folder := strings.TrimPrefix(s.ImportPath, module)
		r, ok := ruleFor(folder)
		if !ok {
			t.Errorf("no rule lists what %s may import", folder)
			continue
		}
		for _, path := range s.Imports {
			checked++
			if !r.allows(path) {
				t.Errorf("%s imports %s", folder, path)
			}
		}
	}
	if checked == 0 {
		t.Error("no import was checked")
	}
}

func TestDependencies_Rules(t *testing.T) {
	for sentence, c := range map[string]struct {
		folder, path string
		want         bool
	}{
		"spec imports api":                              {"reconciler/spec", "certloop/reconciler/api", true},
		"plan does not import spec":                     {"reconciler/plan", "certloop/reconciler/spec", false},
		"store does not import spec":                    {"store", "certloop/reconciler/spec", false},
		"api imports the standard library only":         {"reconciler/api", errs, false},
		"plan imports api":                              {"reconciler/plan", "certloop/reconciler/api", true},
		"plan does not import the loop":                 {"reconciler/plan", "certloop/reconciler", false},
		"plan does not import the SDK":                  {"reconciler/plan", sdk + "/aws", false},
		"api imports nothing of ours":                   {"reconciler/api", "certloop/reconciler/plan", false},
		"ports imports api":                             {"reconciler/ports", "certloop/reconciler/api", true},
		"ports does not import the loop":                {"reconciler/ports", "certloop/reconciler", false},
		"a provider imports ports":                      {"providers/acm", "certloop/reconciler/ports", true},
		"plan does not import ports":                    {"reconciler/plan", "certloop/reconciler/ports", false},
		"the loop does not import a provider":           {"reconciler", "certloop/providers/acm", false},
		"store does not import the loop":                {"store", "certloop/reconciler", false},
		"a provider does not import another":            {"providers/acm", "certloop/providers/keys", false},
		"a provider does not import the loop":           {"providers/queue", "certloop/reconciler", false},
		"lego is under acme only":                       {"providers/acm", lego + "/v4/acme", false},
		"lego is under acme":                            {"providers/acme", lego + "/v4/acme", true},
		"a folder is not a prefix of a longer name":     {"providers/acm", "certloop/providers/acme", false},
		"the command imports everything":                {"cmd/bootstrap", "certloop/providers/acme", true},
		"every package may import the standard library": {"reconciler/plan", "crypto/x509", true},
		"the catalogue imports api only":                {"cmd/certloop/lang", "certloop/reconciler/plan", false},
		"only tests import the sandbox":                 {"cmd/bootstrap", "certloop/internal/sandbox", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			r, ok := ruleFor(c.folder)
			if !ok || r.allows(c.path) != c.want {
				t.Errorf("%s imports %s: allowed %v, want %v", c.folder, c.path, r.allows(c.path), c.want)
			}
		})
	}
}
