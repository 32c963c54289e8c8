package command

import (
	"strings"
	"testing"
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
