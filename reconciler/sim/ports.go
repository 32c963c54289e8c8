package sim

import (
	"context"
	"iter"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// worldPorts is the world as the loop sees it. Each call goes through its fault point first.
type worldPorts struct{ w *World }

func (p worldPorts) Get(ctx context.Context, name string) (api.Object, error) {
	return do(ctx, &p.w.calls, "table.Get", func() (api.Object, error) { return p.w.Table.Get(ctx, name) })
}

func (p worldPorts) Write(ctx context.Context, w api.Write) error {
	return do0(ctx, &p.w.calls, "table.Write", func() error {
		err := p.w.Table.Write(ctx, w)
		if err == nil && w.Status != nil {
			p.w.posted(w.Status.Outbox)
		}
		if err == nil && p.w.stored != nil {
			p.w.stored(w.Name)
		}
		return err
	})
}

func (p worldPorts) ClaimARN(ctx context.Context, arn, record, replace string) (string, error) {
	return do(ctx, &p.w.calls, "table.ClaimARN", func() (string, error) { return p.w.Table.ClaimARN(ctx, arn, record, replace) })
}

func (p worldPorts) ClaimOwner(ctx context.Context, arn string) (string, error) {
	return do(ctx, &p.w.calls, "table.ClaimOwner", func() (string, error) { return p.w.Table.ClaimOwner(ctx, arn) })
}

func (p worldPorts) ReleaseARN(ctx context.Context, arn, record string) error {
	return do0(ctx, &p.w.calls, "table.ReleaseARN", func() error { return p.w.Table.ReleaseARN(ctx, arn, record) })
}

func (p worldPorts) GetAccount(ctx context.Context, name string) (api.AccountObject, error) {
	return do(ctx, &p.w.calls, "table.GetAccount", func() (api.AccountObject, error) { return p.w.Table.GetAccount(ctx, name) })
}

func (p worldPorts) ForgetAccount(ctx context.Context, name string, version int64) error {
	return do0(ctx, &p.w.calls, "table.ForgetAccount", func() error { return p.w.Table.ForgetAccount(ctx, name, version) })
}

func (p worldPorts) WriteAccount(ctx context.Context, name string, s *api.AccountStatus) error {
	return do0(ctx, &p.w.calls, "table.WriteAccount", func() error {
		err := p.w.Table.WriteAccount(ctx, name, s)
		if err == nil {
			p.w.posted(s.Outbox)
		}
		return err
	})
}

func (p worldPorts) GetPolicy(ctx context.Context, name string) (api.PolicyObject, error) {
	return do(ctx, &p.w.calls, "table.GetPolicy", func() (api.PolicyObject, error) { return p.w.Table.GetPolicy(ctx, name) })
}

func (p worldPorts) GetPolicySet(ctx context.Context) (api.PolicySet, error) {
	return do(ctx, &p.w.calls, "table.GetPolicySet", func() (api.PolicySet, error) { return p.w.Table.GetPolicySet(ctx) })
}

func (p worldPorts) WritePolicySet(ctx context.Context, set *api.PolicySet) error {
	return do0(ctx, &p.w.calls, "table.WritePolicySet", func() error { return p.w.Table.WritePolicySet(ctx, set) })
}

func (p worldPorts) WritePolicyStatus(ctx context.Context, name string, s *api.PolicyStatus) error {
	return do0(ctx, &p.w.calls, "table.WritePolicyStatus", func() error { return p.w.Table.WritePolicyStatus(ctx, name, s) })
}

func (p worldPorts) ForgetPolicyStatus(ctx context.Context, name string, version int64) error {
	return do0(ctx, &p.w.calls, "table.ForgetPolicyStatus", func() error { return p.w.Table.ForgetPolicyStatus(ctx, name, version) })
}

func (p worldPorts) Admit(ctx context.Context, policy, record string, most int) (bool, error) {
	return do(ctx, &p.w.calls, "table.Admit", func() (bool, error) { return p.w.Table.Admit(ctx, policy, record, most) })
}

func (p worldPorts) Dismiss(ctx context.Context, policy, record string) error {
	return do0(ctx, &p.w.calls, "table.Dismiss", func() error { return p.w.Table.Dismiss(ctx, policy, record) })
}

func (p worldPorts) GetLedger(ctx context.Context, account string) (api.Ledger, error) {
	return do(ctx, &p.w.calls, "table.GetLedger", func() (api.Ledger, error) { return p.w.Table.GetLedger(ctx, account) })
}

func (p worldPorts) GetController(ctx context.Context) (api.ControllerStatus, error) {
	return do(ctx, &p.w.calls, "table.GetController", func() (api.ControllerStatus, error) { return p.w.Table.GetController(ctx) })
}

func (p worldPorts) WriteController(ctx context.Context, s *api.ControllerStatus) error {
	return do0(ctx, &p.w.calls, "table.WriteController", func() error { return p.w.Table.WriteController(ctx, s) })
}

func (p worldPorts) All(ctx context.Context) iter.Seq2[api.Listed, error] {
	return listed(ctx, &p.w.calls, "table.All", p.w.Table.All(ctx))
}

func (p worldPorts) Glance(ctx context.Context) iter.Seq2[api.Listed, error] {
	return listed(ctx, &p.w.calls, "table.Glance", p.w.Table.Glance(ctx))
}

func (p worldPorts) Due(ctx context.Context, now time.Time) iter.Seq2[api.Key, error] {
	return listed(ctx, &p.w.calls, "table.Due", p.w.Table.Due(ctx, now))
}

func (p worldPorts) WriteServed(ctx context.Context, name string, s *api.ServedStatus) error {
	return do0(ctx, &p.w.calls, "table.WriteServed", func() error { return p.w.Table.WriteServed(ctx, name, s) })
}

func (p worldPorts) ForgetServed(ctx context.Context, name string, version int64) error {
	return do0(ctx, &p.w.calls, "table.ForgetServed", func() error { return p.w.Table.ForgetServed(ctx, name, version) })
}

func (p worldPorts) DueServed(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	return listed(ctx, &p.w.calls, "table.DueServed", p.w.Table.DueServed(ctx, now))
}

// Probe shows nothing where a fault strikes: what could not be seen is Unknown.
func (p worldPorts) Probe(ctx context.Context, e api.Endpoint) []api.Sighting {
	seen, err := do(ctx, &p.w.calls, "endpoint.Probe", func() ([]api.Sighting, error) { return p.w.frontAt(e).probe(ctx, e), nil })
	if err != nil {
		return []api.Sighting{{Family: api.IPv4, State: api.SightingUnknown, Message: err.Error()}}
	}
	return seen
}

func (p worldPorts) InUseBy(ctx context.Context, at api.Location, arn string) ([]string, error) {
	return do(ctx, &p.w.calls, "acm.InUseBy", func() ([]string, error) {
		found, err := p.w.ACM.describe(at, arn)
		return found.InUseBy, err
	})
}

// Frontends describes nothing where a fault strikes.
func (p worldPorts) Frontends(ctx context.Context, at api.Location, certificate string, inUseBy []string) []api.Frontend {
	all, err := do(ctx, &p.w.calls, "aws.Frontends", func() ([]api.Frontend, error) { return p.w.front.describe(inUseBy), nil })
	if err == nil {
		return all
	}
	for _, arn := range inUseBy {
		all = append(all, api.Frontend{ARN: arn, State: api.FrontendUnknown, Message: err.Error()})
	}
	return all
}

// listed goes through its fault point once; an error is the end of the listing.
func listed[T any](ctx context.Context, c *calls, op string, all iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if err := do0(ctx, c, op, func() error { return nil }); err != nil {
			var none T
			yield(none, err)
			return
		}
		all(yield)
	}
}

func (p worldPorts) Describe(ctx context.Context, at api.Location, arn string) (api.Installed, error) {
	return do(ctx, &p.w.calls, "acm.Describe", func() (api.Installed, error) { return p.w.ACM.describe(at, arn) })
}

func (p worldPorts) Find(ctx context.Context, at api.Location, owner, target string) ([]string, error) {
	return do(ctx, &p.w.calls, "acm.Find", func() ([]string, error) { return p.w.ACM.find(at, owner, target), nil })
}

func (p worldPorts) Import(ctx context.Context, at api.Location, r api.ImportRequest) (string, error) {
	return do(ctx, &p.w.calls, "acm.Import", func() (string, error) {
		p.w.checkCovered("an import", r.ARN)
		p.w.checkAllowed("an import")
		return p.w.ACM.importCertificate(at, r)
	})
}

func (p worldPorts) Tag(ctx context.Context, at api.Location, arn string, set map[string]string, remove []string) error {
	return do0(ctx, &p.w.calls, "acm.Tag", func() error {
		p.w.checkCovered("tagging", arn)
		p.w.checkAllowed("tagging")
		return p.w.ACM.tag(arn, set, remove)
	})
}

func (p worldPorts) Delete(ctx context.Context, at api.Location, arn string) error {
	return do0(ctx, &p.w.calls, "acm.Delete", func() error {
		p.w.checkCovered("a deletion", arn)
		return p.w.ACM.delete(arn)
	})
}

func (p worldPorts) Sweep(ctx context.Context, at api.Location) (map[string]api.Summary, error) {
	return do(ctx, &p.w.calls, "acm.Sweep", func() (map[string]api.Summary, error) { return p.w.ACM.sweep(at), nil })
}

func (p worldPorts) NewOrder(ctx context.Context, a api.ACMEAccount, r api.OrderRequest) (api.Order, error) {
	return do(ctx, &p.w.calls, "ca.NewOrder", func() (api.Order, error) {
		p.w.checkAllowed("an order")
		p.w.checkCAA(r.Domains)
		return p.w.CA.newOrder(a, r)
	})
}

func (p worldPorts) GetOrder(ctx context.Context, a api.ACMEAccount, url string) (api.Order, error) {
	return do(ctx, &p.w.calls, "ca.GetOrder", func() (api.Order, error) { return p.w.CA.getOrder(a, url) })
}

func (p worldPorts) Accept(ctx context.Context, a api.ACMEAccount, urls []string) error {
	return do0(ctx, &p.w.calls, "ca.Accept", func() error {
		p.w.checkAllowed("a validation")
		p.w.checkServers(urls)
		return p.w.CA.accept(a, urls)
	})
}

func (p worldPorts) Finalize(ctx context.Context, a api.ACMEAccount, orderURL, finalizeURL string, csr []byte) error {
	return do0(ctx, &p.w.calls, "ca.Finalize", func() error {
		p.w.checkAllowed("a finalization")
		return p.w.CA.finalize(a, orderURL, csr)
	})
}

func (p worldPorts) Download(ctx context.Context, a api.ACMEAccount, certificateURL, preferred string) (api.Chain, error) {
	return do(ctx, &p.w.calls, "ca.Download", func() (api.Chain, error) { return p.w.CA.download(a, certificateURL) })
}

func (p worldPorts) RenewalInfo(ctx context.Context, a api.ACMEAccount, certID string) (api.RenewalInfo, error) {
	return do(ctx, &p.w.calls, "ca.RenewalInfo", func() (api.RenewalInfo, error) { return p.w.CA.renewalInfo(certID) })
}

func (p worldPorts) CheckRevocation(ctx context.Context, q api.RevocationQuery) (api.Revocation, error) {
	return do(ctx, &p.w.calls, "ca.CheckRevocation", func() (api.Revocation, error) { return p.w.answer(askedAbout(q.Chain)), nil })
}

func (p worldPorts) ReadDirectory(ctx context.Context, a api.ACMEAccount) (api.Directory, error) {
	return do(ctx, &p.w.calls, "ca.ReadDirectory", func() (api.Directory, error) { return p.w.CA.readDirectory(a) })
}

func (p worldPorts) Lookup(ctx context.Context, a api.ACMEAccount) (string, error) {
	return do(ctx, &p.w.calls, "ca.Lookup", func() (string, error) { return p.w.CA.lookup(a) })
}

func (p worldPorts) Register(ctx context.Context, a api.ACMEAccount, email string, eab *api.EAB) (string, error) {
	return do(ctx, &p.w.calls, "ca.Register", func() (string, error) { return p.w.CA.register(a, email, eab) })
}

func (p worldPorts) UpdateContact(ctx context.Context, a api.ACMEAccount, email string) error {
	return do0(ctx, &p.w.calls, "ca.UpdateContact", func() error { return p.w.CA.updateContact(a, email) })
}

func (p worldPorts) Resolve(ctx context.Context, r api.Role, domains []string, zone string) ([]api.ChallengeZone, error) {
	return do(ctx, &p.w.calls, "dns.Resolve", func() ([]api.ChallengeZone, error) { return p.w.DNS.resolve(domains, zone) })
}

func (p worldPorts) ReadCAA(ctx context.Context, domains []string) ([]api.CAASet, error) {
	p.w.DNS.caa.unread = true // until the call has succeeded
	sets, err := do(ctx, &p.w.calls, "dns.ReadCAA", func() ([]api.CAASet, error) { return p.w.DNS.caa.read(domains), nil })
	p.w.noteCAA(sets, err)
	return sets, err
}

func (p worldPorts) AskServers(ctx context.Context, questions []api.ServerQuestion) ([]api.ServerFinding, error) {
	p.w.DNS.servers.unread = true // until the call has succeeded
	found, err := do(ctx, &p.w.calls, "dns.AskServers", func() ([]api.ServerFinding, error) { return p.w.DNS.ask(questions), nil })
	p.w.DNS.servers.unread = err != nil
	return found, err
}

func (p worldPorts) Publish(ctx context.Context, r api.Role, zone string, values []api.TXT) (string, error) {
	return do(ctx, &p.w.calls, "dns.Publish", func() (string, error) {
		p.w.checkAllowed("a TXT value")
		return p.w.DNS.publish(zone, values)
	})
}

func (p worldPorts) InSync(ctx context.Context, r api.Role, id string) (bool, error) {
	return do(ctx, &p.w.calls, "dns.InSync", func() (bool, error) { return p.w.DNS.inSync(id), nil })
}

func (p worldPorts) Remove(ctx context.Context, r api.Role, zone string, values []api.TXT) error {
	return do0(ctx, &p.w.calls, "dns.Remove", func() error { return p.w.DNS.remove(zone, values) })
}

func (p worldPorts) Seal(ctx context.Context, name string, plain api.Secret) ([]byte, error) {
	return do(ctx, &p.w.calls, "kms.Seal", func() ([]byte, error) { return p.w.Vault.seal(name, plain) })
}

func (p worldPorts) Open(ctx context.Context, name string, sealed []byte) (api.Secret, error) {
	return do(ctx, &p.w.calls, "kms.Open", func() (api.Secret, error) { return p.w.Vault.open(name, sealed) })
}

func (p worldPorts) Create(ctx context.Context, id string, key api.Secret) (api.Secret, error) {
	return do(ctx, &p.w.calls, "secrets.Create", func() (api.Secret, error) { return p.w.Vault.create(id, key) })
}

func (p worldPorts) Key(ctx context.Context, id string) (api.Secret, error) {
	return do(ctx, &p.w.calls, "secrets.Key", func() (api.Secret, error) { return p.w.Vault.read(id) })
}

func (p worldPorts) EAB(ctx context.Context, arn string) (api.EAB, error) {
	return do(ctx, &p.w.calls, "secrets.EAB", func() (api.EAB, error) { return p.w.Vault.eab(arn) })
}

func (p worldPorts) Enqueue(ctx context.Context, delay time.Duration, requests ...api.Request) error {
	return do0(ctx, &p.w.calls, "queue.Enqueue", func() error { p.w.enqueue(delay, requests); return nil })
}

// Notify has a fault point for each channel: one may accept what the other refuses.
func (p worldPorts) Notify(ctx context.Context, n api.Notice, delivered []string) (accepted []string, err error) {
	for _, channel := range channels {
		if slices.Contains(delivered, channel) {
			continue
		}
		if failed := do0(ctx, &p.w.calls, "notify."+channel, func() error { return p.w.deliver(channel, n) }); failed != nil {
			err = failed
			continue
		}
		accepted = append(accepted, channel)
	}
	return accepted, err
}
