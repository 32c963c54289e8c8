package reconciler

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

const (
	// checkTime bounds a check; what it did not get to by then is in its answer.
	checkTime = time.Minute
	// directoryTime is how long one CA may take to answer.
	directoryTime = 15 * time.Second
	// mostChecked are the certificates and the accounts that one check reads.
	mostChecked = 200
	// checkName is the name under which the check seals something. No record is concerned.
	checkName = "certloop-check"
)

// Checks is the answer to a check.
type Checks struct {
	Checks []plan.Check `json:"checks"`
}

// Check returns what the function itself sees of everything that its work depends on, for these certificates, or for all. It
// has no effect: KMS encrypts a constant, which is decrypted and dropped.
func (r *Reconciler) Check(ctx context.Context, names []string) (Checks, error) {
	ctx, cancel := r.beforeReserve(ctx)
	defer cancel()
	ctx, end := r.Clock.WithDeadline(ctx, r.Clock.Now().Add(checkTime))
	defer end()
	c := &check{Reconciler: r}
	c.add(plan.CheckKey(c.sealAndOpen(ctx)))
	found := c.list(ctx, names)
	c.each(ctx, found)
	return Checks{Checks: plan.Summarize(c.checks)}, nil
}

// check is one check.
type check struct {
	*Reconciler
	mu     sync.Mutex
	checks []plan.Check
}

func (c *check) add(checks ...plan.Check) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.checks = append(c.checks, checks...)
}

func (c *check) sealAndOpen(ctx context.Context) error {
	sealed, err := c.Sealer.Seal(ctx, checkName, api.NewSecret([]byte(checkName)))
	if err != nil {
		return wrap("encrypt", err)
	}
	_, err = c.Sealer.Open(ctx, checkName, sealed)
	return wrap("decrypt", err)
}

// listed are the records to check.
type listed struct{ certificates, accounts []string }

// list reads the table once. It keeps names only, those of certificates that are not ready first.
func (c *check) list(ctx context.Context, names []string) listed {
	var (
		ready   listed
		failing listed
		unknown plan.Unknown
		records int
		problem error
		served  plan.ServedCount
		now     = c.Clock.Now()
	)
	for item, err := range c.Index.All(ctx) {
		if problem = err; err != nil {
			break
		}
		served.Add(item, now)
		if item.Unknown {
			unknown.Add(item.Key)
			continue
		}
		if item.Record == nil {
			continue
		}
		records++
		switch item.Key.Kind {
		case api.KindPolicy:
			_, err := spec.DecodePolicyEntry(item.Key.Name, item.Record)
			c.add(plan.CheckPolicy(item.Key.Name, item.PolicyStatus, err))
		case api.KindAccount:
			ready.accounts = append(ready.accounts, item.Key.Name)
		case api.KindCertificate:
			to := &failing
			if item.Status != nil && api.IsTrue(item.Status.Conditions, api.ConditionReady) {
				to = &ready
			}
			to.certificates = append(to.certificates, item.Key.Name)
		}
	}
	c.add(plan.CheckTable(records, unknown, problem)...)
	if problem == nil {
		c.add(plan.CheckProbes(c.servedCensus(served))...)
	}
	c.add(plan.CheckPolicySet(c.Policies.GetPolicySet(ctx))...)
	if len(names) > 0 {
		return listed{certificates: names, accounts: c.accountsOf(ctx, names)}
	}
	slices.Sort(failing.certificates)
	slices.Sort(ready.certificates)
	slices.Sort(ready.accounts)
	return listed{certificates: slices.Concat(failing.certificates, ready.certificates), accounts: ready.accounts}
}

// accountsOf returns the accounts of these certificates, each once.
func (c *check) accountsOf(ctx context.Context, names []string) []string {
	var accounts []string
	for _, name := range names {
		o, err := c.Certificates.Get(ctx, name)
		if err != nil || o.Record == nil {
			continue // the certificate's own check reports it
		}
		if account := plan.AccountOf(o.Record); !slices.Contains(accounts, account) {
			accounts = append(accounts, account)
		}
	}
	slices.SortFunc(accounts, cmp.Compare)
	return accounts
}

// each checks the records, several at a time and accounts and certificates in turn, while there is time, and at most
// mostChecked of either.
func (c *check) each(ctx context.Context, found listed) {
	var running errgroup.Group
	running.SetLimit(c.Concurrency)
	accounts, certificates := &counted{left: len(found.accounts)}, &counted{left: len(found.certificates)}
	for i := range mostChecked {
		if i < len(found.accounts) {
			running.Go(c.job(ctx, accounts, plan.AreaAccount, found.accounts[i], c.account))
		}
		if i < len(found.certificates) {
			running.Go(c.job(ctx, certificates, plan.AreaCertificate, found.certificates[i], c.certificate))
		}
	}
	_ = running.Wait() // what went wrong is in the checks
	for _, left := range []struct {
		area plan.CheckArea
		n    int
		what string
	}{{plan.AreaAccount, accounts.left, "accounts"}, {plan.AreaCertificate, certificates.left, "certificates"}} {
		if line, some := plan.NotChecked(left.area, left.n, left.what); some {
			c.add(line)
		}
	}
}

// counted is how many records are left to check.
type counted struct{ left int }

// job returns the check of one record. What ends with the time is not checked: its errors say nothing about the record.
func (c *check) job(ctx context.Context, n *counted, area plan.CheckArea, name string, do func(context.Context, string) ([]plan.Check, error)) func() error {
	return func() error {
		if ctx.Err() != nil {
			return nil
		}
		checks, err := do(ctx, name)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			checks = []plan.Check{plan.CheckUnreadable(area, name, err)}
		}
		c.add(checks...)
		c.mu.Lock()
		defer c.mu.Unlock()
		n.left--
		return nil
	}
}

func (c *check) account(ctx context.Context, name string) ([]plan.Check, error) {
	in, err := c.observeAccountRecord(ctx, name)
	if err != nil {
		return nil, err
	}
	var directory error
	if plan.ReadsDirectory(in) {
		directory = c.readDirectory(ctx, in)
	}
	return plan.CheckAccount(in, directory), nil
}

// readDirectory waits for one CA no longer than directoryTime: that it does not answer is then known.
func (c *check) readDirectory(ctx context.Context, in plan.AccountInput) error {
	ctx, end := c.Clock.WithDeadline(ctx, c.Clock.Now().Add(directoryTime))
	defer end()
	_, err := c.Directories.ReadDirectory(ctx, directoryOf(in.Spec))
	return err
}

// certificate observes the certificate as a pass does, and its zones, CAA records and name servers besides.
func (c *check) certificate(ctx context.Context, name string) ([]plan.Check, error) {
	in := plan.Input{Now: c.now(), Name: name, Owner: api.Owner(c.TableARN, name), Config: c.planConfig()}
	if err := c.observeTable(ctx, &in, nil); err != nil {
		return nil, err
	}
	if in.HasRecord {
		c.observeTargets(ctx, &in, nil)
	}
	if plan.ReadsZones(in) {
		in.Zones, in.ZoneErr = c.DNS.Resolve(ctx, in.Spec.DNS, in.Spec.Domains, in.Spec.Zone)
		in.CAA, in.CAAErr = c.CAA.ReadCAA(ctx, in.Spec.Domains)
		if questions := plan.PreflightQuestions(in); len(questions) > 0 {
			in.Servers, in.ServersErr = c.NameServers.AskServers(ctx, questions)
		}
	}
	return plan.CheckCertificate(in), nil
}
