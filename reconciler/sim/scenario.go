package sim

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// A Scenario is a part of a certificate's life. It drives a world, and Check has its expectations of the end. Faults
// hit the calls of Drive only.
type Scenario struct {
	Name string
	// Kinds are the faults that are tried; nil stands for all of Kinds.
	Kinds []Kind
	// Before prepares the world, without faults.
	Before func(*World)
	// Drive runs with faults.
	Drive func(*World)
	// Check checks the settled world.
	Check func(*World)
}

// Run runs the scenario with these faults and returns the world with the number of fault points.
func (s Scenario) Run(f Faults) *World { return s.RunWith(f, plan.Decide) }

// RunWith is Run with other decisions than plan.Decide's, after Before.
func (s Scenario) RunWith(f Faults, decide func(plan.Input) plan.Plan) *World {
	w := New(f)
	w.calls.quiet = true
	if s.Before != nil {
		s.Before(w)
	}
	w.calls.quiet = false
	w.calls.n, w.calls.trace = 0, nil
	w.Loop.Decide = decide
	s.Drive(w)
	points := w.calls.n
	w.calls.faults = nil
	if len(f) > 0 {
		// Several crashes in a row may need one resync each. After them everything must recover.
		w.Run(time.Duration(len(f)) * day)
	}
	s.Check(w)
	if !w.lenient {
		w.checkDelivered()
	}
	w.calls.n = points
	return w
}

// Singles returns each fault at each of the points. Of a scenario's own kinds, which are many, it returns every fourth,
// a different one at each point.
func (s Scenario) Singles(points int) iter.Seq[Faults] {
	if s.Kinds == nil {
		return singles(points, Kinds)
	}
	return Sample(singles(points, s.Kinds), 4)
}

// Random returns n sets of one to six faults, drawn from the seed. If the scenario has its own kinds, it draws from all
// others too.
func (s Scenario) Random(seed uint64, points, n int) iter.Seq[Faults] {
	kinds := s.kinds()
	if s.Kinds != nil {
		kinds = slices.Concat(kinds, Kinds)
	}
	return random(seed, points, n, kinds)
}

func (s Scenario) kinds() []Kind {
	if s.Kinds == nil {
		return Kinds
	}
	return s.Kinds
}

// Points returns how many calls left the loop during Drive.
func (w *World) Points() int { return w.calls.n }

func (w *World) account(extra ...any) {
	r := map[string]any{"name": "default", "kind": "Account", "directory": "https://ca.test/dir", "email": "ops@example.com"}
	w.Put(with(r, extra))
}

func (w *World) certificate(name string, extra ...any) {
	r := map[string]any{"name": name, "kind": "Certificate", "domains": []any{"www.example.com"}, "key_type": "EC_prime256v1"}
	w.Put(with(r, extra))
}

func with(r map[string]any, extra []any) map[string]any {
	for i := 0; i+1 < len(extra); i += 2 {
		r[extra[i].(string)] = extra[i+1]
	}
	return r
}

func twoTargets() []any {
	return []any{map[string]any{"region": "us-east-1"}, map[string]any{"region": "ap-northeast-1"}}
}

// settle is time for every back-off that one or two faults can cause.
const settle = 30 * time.Hour

// RunCalmly is Run without faults, for a wait in which every hour is like the one before.
func (w *World) RunCalmly(d time.Duration) {
	w.calls.quiet = true
	w.Run(d)
	w.calls.quiet = false
}

// atLongest bounds what must happen in spite of any fault. A crash before the first write of a record costs a day: only
// the resync finds it.
const atLongest = 5 * settle

// registered prepares a world with a ready account.
func registered(w *World) {
	w.account()
	w.Run(time.Minute)
}

func installedWith(extra ...any) func(*World) {
	return func(w *World) {
		registered(w)
		w.AllowedCertificates = 1
		w.certificate("www", extra...)
		w.Run(time.Hour)
		if !w.ready("www") {
			panic("the scenario does not begin with a certificate: " + w.Explain("www"))
		}
	}
}

func (w *World) ready(name string) bool {
	return api.IsTrue(w.status(name).Conditions, api.ConditionReady)
}

func (w *World) status(name string) api.CertificateStatus {
	o, err := w.Table.Get(context.Background(), name)
	must(err)
	if o.Status == nil {
		return api.CertificateStatus{}
	}
	return *o.Status
}

func (w *World) object(name string) api.Object {
	o, err := w.Table.Get(context.Background(), name)
	must(err)
	return o
}

// want is an expectation about the settled world.
func (w *World) want(ok bool, format string, args ...any) {
	if !ok {
		w.violate("at the end: "+format, args...)
	}
}

func converged(names ...string) func(*World) {
	return func(w *World) {
		w.CheckConverged(names...)
		w.want(len(w.CA.Issued) == w.AllowedCertificates, "%d certificates issued, %d asked for", len(w.CA.Issued), w.AllowedCertificates)
	}
}

// All are the scenarios whose fault points are all tried.
var All = slices.Concat(issuing, keeping, ending, trouble, together, governing, zoo, besieging, registry, preflight, revoking, serving, rolling, limiting)

// First returns the first issuance, in which every pair of faults is tried.
func First() Scenario {
	return All[slices.IndexFunc(All, func(s Scenario) bool { return s.Name == "issue" })]
}

const eabARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:eab-AbCdEf"

// requireEAB makes the CA require a single-use credential.
func (w *World) requireEAB() {
	w.CA.RequireEAB = map[string]bool{"kid-1": true}
	w.Vault.EAB[eabARN] = api.EAB{KID: "kid-1", HMACKey: api.NewSecret([]byte("c2VjcmV0LWhtYWMta2V5LW9mLXRoZS1zaW11bGF0aW9u"))}
}

// accountStatus returns the status of the account; empty: there is none.
func (w *World) accountStatus() api.AccountStatus {
	o, err := w.Table.GetAccount(context.Background(), "default")
	must(err)
	if o.Status == nil {
		return api.AccountStatus{}
	}
	return *o.Status
}

func (w *World) accountReady() bool {
	o, err := w.Table.GetAccount(context.Background(), "default")
	must(err)
	return o.Status.IsReady()
}

func certificateKey(name string) api.Key { return api.Key{Kind: api.KindCertificate, Name: name} }

func renewed(targets int) func(*World) {
	return func(w *World) {
		converged("www")(w)
		w.want(len(w.ACM.certs) == targets, "%d certificates in ACM, each under its ARN", targets)
		for arn, c := range w.ACM.certs {
			w.want(c.Serial == w.CA.Issued[len(w.CA.Issued)-1].Serial, "%s holds the renewed certificate", arn)
		}
	}
}

// withUnmanaged prepares a world with a certificate that users imported, close to its end, and two bystanders.
func withUnmanaged(w *World) {
	registered(w)
	key, err := pooledKey(api.EC256)
	must(err)
	life := w.CA.Life
	w.CA.Life = 2 * time.Hour
	old, _ := w.CA.make(key, []string{"www.example.com"})
	w.CA.Life = life
	w.ACM.put("us-east-1", "IMPORTED", old, map[string]string{"team": "web"})
	w.Guard(w.ACM.put("us-east-1", "IMPORTED", old, nil))
	w.Guard(w.ACM.put("us-east-1", "AMAZON_ISSUED", old, nil))
	w.clock.now = w.clock.now.Add(3 * time.Hour)
	w.lastTick = w.clock.now
}

func (w *World) adoptable() string {
	return fmt.Sprintf("arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-%012d", 1)
}
