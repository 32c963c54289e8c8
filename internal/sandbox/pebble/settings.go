package pebble

import (
	"os"
	"strconv"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
)

func (o Options) keyAlgorithm() string {
	if o.KeyAlgorithm == "" {
		return "ecdsa"
	}
	return o.KeyAlgorithm
}

// dnsServer never leaves the choice to Pebble, which would query the machine's resolver. Nothing listens on port 1.
func (o Options) dnsServer() string {
	if o.DNSServer == "" {
		return "127.0.0.1:1"
	}
	return o.DNSServer
}

func (o Options) profiles() map[string]ca.Profile {
	if len(o.Profiles) == 0 {
		return map[string]ca.Profile{"default": {Description: "the default profile", PromoteCommonName: true}}
	}
	profiles := map[string]ca.Profile{}
	for name, p := range o.Profiles {
		profiles[name] = ca.Profile{
			Description: p.Description, PromoteCommonName: p.CommonName, ValidityPeriod: uint64(p.Validity / time.Second),
		}
	}
	return profiles
}

// environment returns the variables that Pebble reads at its start. Every variable is set, because the environment of
// the tests may set it too.
func (o Options) environment() map[string]string {
	return map[string]string{
		"PEBBLE_VA_NOSLEEP":          flag(!o.SlowValidation),
		"PEBBLE_VA_SLEEPTIME":        "",
		"PEBBLE_VA_ALWAYS_VALID":     flag(o.AlwaysValid),
		"PEBBLE_WFE_NONCEREJECT":     strconv.Itoa(o.RejectNonces),
		"PEBBLE_AUTHZREUSE":          strconv.Itoa(o.ReuseAuthorizations),
		"PEBBLE_WFE_ORDERS_PER_PAGE": "",
	}
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// setEnvironment sets variables of this process until restore is called.
func setEnvironment(variables map[string]string) (restore func(), err error) {
	type variable struct {
		value string
		known bool
	}
	before := map[string]variable{}
	restore = func() {
		for name, was := range before {
			if was.known {
				_ = os.Setenv(name, was.value)
			} else {
				_ = os.Unsetenv(name)
			}
		}
	}
	for name, value := range variables {
		was, known := os.LookupEnv(name)
		before[name] = variable{was, known}
		if err := os.Setenv(name, value); err != nil {
			restore()
			return nil, err
		}
	}
	return restore, nil
}
