package command

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/charmbracelet/x/ansi"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/inventory"
	"certloop/reconciler/api"
)

func TestGolden_ImportConfig(t *testing.T) {
	const conf = "../migrate/testdata/renewal/"
	for name, c := range map[string]struct {
		terminal terminal
		code     int
		args     string
	}{
		"import-config":            {terminal{}, 1, "import-config ../migrate/testdata/domains.json"},
		"import-config-ja":         {terminal{environ: japanese}, 1, "import-config ../migrate/testdata/domains.json"},
		"import-config-certbot":    {terminal{}, 0, "import-config " + conf + "example.com.conf"},
		"import-config-certbot-ja": {terminal{environ: japanese}, 1, "import-config " + conf + "blog.example.com-0001.conf"},
		"import-config-problems":   {terminal{}, 1, "import-config " + conf + "example.com.conf " + conf + "blog.example.com-0001.conf"},
		"import-config-stdin":      {terminal{in: `{"certificates": []}`}, 0, "import-config -"},
		"import-config-missing":    {terminal{}, 1, "import-config testdata/none.json"},
		"import-config-bad-format": {terminal{}, 3, "import-config --from lego x"},
		"import-config-no-file":    {terminal{}, 3, "import-config"},
	} {
		t.Run(name, func(t *testing.T) {
			c.terminal.world = sample()
			c.terminal.golden(t, name, c.code, strings.Fields(c.args)...)
		})
	}
}

func TestGolden_Discover(t *testing.T) {
	for name, c := range map[string]struct {
		terminal terminal
		code     int
		args     string
	}{
		"discover":          {terminal{width: 100}, 0, "discover"},
		"discover-narrow":   {terminal{width: 80}, 0, "discover"},
		"discover-ja":       {terminal{width: 100, environ: japanese}, 0, "discover --organization"},
		"discover-wide":     {terminal{}, 0, "discover -o wide"},
		"discover-yaml":     {terminal{}, 0, "discover -o yaml"},
		"discover-name":     {terminal{}, 0, "discover -o name"},
		"discover-json":     {terminal{}, 0, "discover -o json"},
		"discover-bad-role": {terminal{}, 3, "discover --role audit"},
		"discover-help":     {terminal{}, 0, "discover --help"},
	} {
		t.Run(name, func(t *testing.T) {
			c.terminal.world = crowd()
			c.terminal.golden(t, name, c.code, strings.Fields(c.args)...)
		})
	}
	t.Run("discover-failures", func(t *testing.T) {
		w := crowd()
		w.fails = deployment.Explain(&smithy.OperationError{ServiceID: "DynamoDB", OperationName: "Scan",
			Err: &smithy.GenericAPIError{Code: "ResourceNotFoundException"}}, deployment.Place{Table: "certloop", Region: "ap-northeast-1"})
		w.moving.found = inventory.Found{Failures: []inventory.Failure{{Region: "us-east-1", Err: io.ErrUnexpectedEOF,
			Role: api.Role{RoleARN: "arn:aws:iam::222222222222:role/audit"}}}}
		terminal{world: w, width: 100}.golden(t, "discover-failures", 1, "discover")
	})
}

// What the table has is known without reading tags, and the regions are those of the flags, else the usual two.
func TestDiscover_Scope(t *testing.T) {
	w := crowd()
	if _, code := (terminal{world: w}).run(t, "discover"); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if s := w.moving.scope; !slices.Equal(s.Regions, []string{"ap-northeast-1", "us-east-1"}) || len(s.Roles) != 1 || s.Users ||
		s.Known[arn+"0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"] != "shop" && s.Known[arn+"0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"] != "www" {
		t.Errorf("the scope is %+v", s)
	}
	args := "discover --region eu-west-1,us-west-2 --region eu-west-1 --role arn:aws:iam::333333333333:role/a --external-id x --organization --role-name r -o wide"
	if output, code := (terminal{world: w}).run(t, strings.Fields(args)...); code != 0 {
		t.Fatalf("exit code %d: %s", code, output)
	}
	want := []api.Role{{}, {RoleARN: "arn:aws:iam::222222222222:role/r"}, {RoleARN: "arn:aws:iam::333333333333:role/a", ExternalID: "x"}}
	if s := w.moving.scope; !slices.Equal(s.Regions, []string{"eu-west-1", "us-west-2"}) || !slices.Equal(s.Roles, want) || !s.Users {
		t.Errorf("the scope is %+v", s)
	}
}

// The regions to search and the region of the table are said apart.
func TestDiscover_TheRegionOfTheTable(t *testing.T) {
	for args, c := range map[string]struct {
		table  string
		search []string
		code   int
	}{
		"discover": {"", []string{"ap-northeast-1", "us-east-1"}, 0},
		"discover --region eu-west-1 --table-region ap-northeast-3":                          {"ap-northeast-3", []string{"eu-west-1"}, 0},
		"--region eu-west-1 discover --region us-west-2 --table-region ap-northeast-3":       {"ap-northeast-3", []string{"eu-west-1", "us-west-2"}, 0},
		"discover --table-region ap-northeast-3":                                             {"ap-northeast-3", []string{"ap-northeast-1", "us-east-1"}, 0},
		"adopt --all --dry-run --region eu-west-1 --table-region ap-northeast-3":             {"ap-northeast-3", []string{"eu-west-1"}, 1},
		"adopt " + arn + "0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d --table-region eu-west-1":     {"eu-west-1", nil, 1},
		"adopt " + arn + "0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d --region eu-west-1 --dry-run": {"", nil, 3},
	} {
		w := crowd()
		var opened deployment.Config
		output, code := terminal{world: w, opened: &opened}.run(t, strings.Fields(args)...)
		if code != c.code || opened.Region != c.table || !slices.Equal(w.moving.scope.Regions, c.search) {
			t.Errorf("certloop %s: code %d, the table is in %q, and %q are searched, want %+v:\n%s", args, code, opened.Region, w.moving.scope.Regions, c, output)
		}
	}
}

func TestDiscover_FitsTheTerminal(t *testing.T) {
	for _, environ := range [][]string{nil, japanese} {
		for _, width := range []int{80, 100, 120} {
			output, _ := terminal{world: crowd(), width: width, environ: environ}.run(t, "discover")
			for line := range strings.Lines(output) {
				if got := ansi.StringWidth(strings.TrimRight(line, "\n")); got > width {
					t.Errorf("at %d cells a line has %d: %s", width, got, line)
				}
			}
		}
	}
}

func TestCloudFrontRegion(t *testing.T) {
	for region, want := range map[string]string{"ap-northeast-1": "us-east-1", "cn-north-1": "cn-north-1", "us-gov-west-1": "us-gov-west-1", "eu": "us-east-1", "cn-x": "cn-x"} {
		if got := cloudFrontRegion(region); got != want {
			t.Errorf("for %s it is %s, want %s", region, got, want)
		}
	}
}
