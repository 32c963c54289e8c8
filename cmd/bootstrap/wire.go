package main

import (
	"context"
	"log/slog"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"certloop/providers/acm"
	"certloop/providers/acme"
	"certloop/providers/caa"
	"certloop/providers/delegation"
	"certloop/providers/frontends"
	"certloop/providers/keys"
	"certloop/providers/notify"
	"certloop/providers/probe"
	"certloop/providers/queue"
	"certloop/providers/revocation"
	"certloop/providers/route53"
	"certloop/reconciler"
	"certloop/reconciler/logkey"
	"certloop/reconciler/ports"
	"certloop/store"
)

// noteHosts returns a function that logs one line about the other hosts to which a CA's URLs lead.
func noteHosts(log *slog.Logger) func(ctx context.Context, account, directory string, hosts []string) {
	return func(ctx context.Context, account, directory string, hosts []string) {
		log.InfoContext(ctx, "CA uses other hosts", slog.String(logkey.Name, account), slog.String(logkey.Directory, directory),
			slog.Any(logkey.Hosts, hosts))
	}
}

// wire makes the loop from the real services. It sends nothing: the first pass that needs a service reports in the
// record's status if it cannot be reached.
func wire(_ context.Context, c config, p parts) (controller, error) {
	clients := p.clients
	table := store.New(store.Config{Client: dynamodb.NewFromConfig(clients), Table: c.Table, IndexName: c.Index})
	certificates := acm.New(acm.Config{AWS: clients})
	ca := acme.New(acme.Config{UserAgent: "certloop/" + version, OtherHosts: noteHosts(p.log)})
	loop := reconciler.Config{
		Certificates: table, Accounts: table, Policies: table, Usage: table, Ledgers: table, Index: table, Controller: table, Served: table,
		ACM: certificates, Sweeper: certificates,
		CA: ca, RenewalInformer: ca, Registrar: ca, Directories: ca,
		DNS:         route53.New(route53.Config{AWS: clients, Resolvers: c.Resolvers}),
		CAA:         caa.New(caa.Config{Resolvers: c.Resolvers}),
		NameServers: delegation.New(delegation.Config{Resolvers: c.Resolvers}),
		Sealer:      keys.NewSealer(keys.SealerConfig{Client: kms.NewFromConfig(clients), KeyID: c.KMSKeyID}),
		AccountKeys: keys.NewVault(keys.VaultConfig{AWS: clients, Prefix: c.SecretPrefix, KMSKeyID: c.SecretsKeyID}),
		Queue:       queue.New(queue.Config{Client: sqs.NewFromConfig(clients), URL: c.QueueURL}),
		Notifier: notify.New(notify.Config{
			SNS: sns.NewFromConfig(clients), TopicARN: c.TopicARN,
			Events: eventbridge.NewFromConfig(clients), EventBus: c.EventBus,
			From: notify.Deployment{Account: strings.Split(c.TableARN, ":")[4], Region: c.Region, Table: c.Table, DocsURL: c.DocsURL},
		}),
		MailFailuresOnly: c.MailFailuresOnly, MailsPerHour: c.mailsPerHour(),
		Log: p.log, Meter: p.metrics, RevocationMeter: p.metrics, ProbeMeter: p.metrics,
		TableARN: c.TableARN, Region: c.Region,
		EffectTimeout: c.EffectTimeout, ClockSkew: c.ClockSkew, ImportGrace: c.ImportGrace, Reserve: c.Reserve,
		MinInterval: c.MinInterval,
		Prober:      newProber(c),
	}
	if !c.RevocationOff {
		loop.Revocation = revocation.New(revocation.Config{UserAgent: "certloop/" + version})
	}
	if c.Probe != "" && !c.ProbeNamesOnly {
		loop.Users, loop.Frontends = certificates, frontends.New(frontends.Config{AWS: clients})
	}
	return reconciler.New(loop), nil
}

// newProber returns nil if nothing is probed.
func newProber(c config) ports.Prober {
	if c.Probe == "" {
		return nil
	}
	return probe.New(probe.Config{Network: c.Probe, Resolvers: c.Resolvers})
}
