package spec_test

import (
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

func accountLimits(directory string, limits any) map[string]any {
	record := map[string]any{"name": "default", "kind": "Account", "directory": directory}
	if limits != nil {
		record["limits"] = limits
	}
	return record
}

func TestDecodeAccount_Limits(t *testing.T) {
	published := api.PublishedLimits(api.DirectoryAliases["letsencrypt"])
	few := published
	few.Orders = api.Limit{Count: 3000, Per: 3 * time.Hour}
	unlimited := published
	unlimited.CertificatesPerDomain = api.Limit{}
	for sentence, c := range map[string]struct {
		directory string
		limits    any
		want      api.CALimits
	}{
		"those that Let's Encrypt publishes":         {"letsencrypt", nil, published},
		"the same by the directory's URL":            {api.DirectoryAliases["letsencrypt"], nil, published},
		"none of a CA that publishes none":           {"jprs", nil, api.CALimits{}},
		"one that the CA raised; the others stay":    {"letsencrypt", object{"orders": "3000/3h"}, few},
		"one that does not apply":                    {"letsencrypt", object{"certificates_per_domain": "none"}, unlimited},
		"an empty map changes nothing":               {"letsencrypt", object{}, published},
		"those of another CA, which refills nothing": {"jprs", object{"orders": "10/1d"}, api.CALimits{Orders: api.Limit{Count: 10, Per: 24 * time.Hour}}},
		"the largest": {"jprs", object{"failed_validations": "100000/31d"}, api.CALimits{FailedValidations: api.Limit{Count: 100_000, Per: 31 * 24 * time.Hour}}},
		"exactly the same names, at another CA than one": {"jprs", object{"certificates_per_set": "5/168h"}, api.CALimits{CertificatesPerSet: api.Limit{Count: 5, Per: 7 * 24 * time.Hour}}},
	} {
		a, err := spec.DecodeAccount(accountLimits(c.directory, c.limits))
		if err != nil || a.Limits != c.want {
			t.Errorf("%s: %+v, %v", sentence, a, err)
		}
	}
}

func TestDecodeAccount_RefusesLimits(t *testing.T) {
	for sentence, c := range map[string]struct {
		limits any
		want   string
	}{
		"not a map":             {"300/3h", `limits: is the string "300/3h", not a map`},
		"a number":              {object{"orders": 300}, "limits.orders: is"},
		"no window":             {object{"orders": "300"}, `limits.orders: "300" is not a limit: write a number and whole hours or days, such as 300/3h or 50/7d (at most 100000/31d), or none`},
		"none at all":           {object{"orders": "0/3h"}, `limits.orders: "0/3h" is not a limit`},
		"minutes":               {object{"orders": "300/180m"}, "limits.orders: "},
		"a sign":                {object{"orders": "+300/3h"}, "limits.orders: "},
		"too many":              {object{"orders": "100001/3h"}, "limits.orders: "},
		"too long a window":     {object{"orders": "300/32d"}, "limits.orders: "},
		"a window of nothing":   {object{"orders": "300/0h"}, "limits.orders: "},
		"an attribute besides":  {object{"order": "300/3h"}, "limits.order: is not a known attribute: did you mean orders?"},
		"one that is forgotten": {object{"failed_validations": ""}, "limits.failed_validations: is empty"},
	} {
		_, err := spec.DecodeAccount(accountLimits("letsencrypt", c.limits))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", sentence, err, c.want)
		}
	}
}

// TestLimit_ReadsWhatItWrites holds the notation of a limit.
func TestLimit_ReadsWhatItWrites(t *testing.T) {
	for _, s := range []string{"300/3h", "50/7d", "1/1d", "5/1h", "100000/31d", "none"} {
		if l, ok := api.ParseLimit(s); !ok || l.String() != s {
			t.Errorf("%s reads as %s (%v)", s, l, ok)
		}
	}
}
