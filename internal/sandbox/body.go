package sandbox

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"certloop/internal/sandbox/cloud"
	"certloop/internal/sandbox/dnsserver"
	"certloop/internal/sandbox/gateway"
	"certloop/internal/sandbox/moto"
)

// body returns what answers for AWS.
func (o Options) body() (Body, error) {
	body := cmp.Or(o.Cloud, Body(os.Getenv("CLOUD")), Own)
	switch {
	case o.Bare && o.Cloud == Own:
		return "", fmt.Errorf("a bare sandbox is on %s: what deploys it needs services that %s does not have", Moto, Own)
	case o.Bare:
		return Moto, nil
	case body != Own && body != Moto:
		return "", fmt.Errorf("CLOUD is %q: set it to %s or %s", body, Own, Moto)
	}
	return body, nil
}

func (s *Sandbox) startCloud(ctx context.Context) error {
	front := gateway.Config{ACM: s.ACM, Frontends: s.Frontends, Assumed: s.assumedOnMoto, Invoke: s.invokeNamed, Intercept: s.intercept}
	start := s.startOwn
	if s.options.Cloud == Moto {
		start = s.startMoto
	}
	if err := start(ctx, &front); err != nil {
		return err
	}
	s.atEnd(s.DNS.Close)
	s.Resolver = s.DNS.Addr
	server, err := gateway.Start(front)
	if err != nil {
		return err
	}
	s.atEnd(server.Close)
	s.Clients = newClients(server.URL)
	return nil
}

func (s *Sandbox) startOwn(_ context.Context, front *gateway.Config) (err error) {
	s.Cloud = cloud.New(cloud.Config{Region: Region, ACM: s.ACM})
	front.Cloud = s.Cloud
	s.DNS, err = dnsserver.StartHosted(s.Cloud.Route53)
	return err
}

func (s *Sandbox) startMoto(ctx context.Context, front *gateway.Config) error {
	emulator, err := moto.Start(ctx)
	if err != nil {
		return err
	}
	s.atEnd(emulator.Close)
	s.emulator = emulator.URL
	if s.DNS, err = dnsserver.Start(newClients(emulator.URL).Route53); err != nil {
		return err
	}
	front.Emulator, front.Changed = emulator.URL, s.DNS.Changed
	return nil
}

// assumedOnMoto makes ACM know what moto's STS answered.
func (s *Sandbox) assumedOnMoto(accessKey, account string) {
	s.accounts.Store(accessKey, account)
	s.ACM.Session(accessKey, account)
}

// accountOf returns the account of an access key.
func (s *Sandbox) accountOf(accessKey string) string {
	if account, ok := s.accounts.Load(accessKey); ok {
		return account.(string)
	}
	return accountID
}

// assumed makes Route 53 and the faults know the account of an assumed role.
func (s *Sandbox) assumed(accessKey, account string) {
	s.accounts.Store(accessKey, account)
	if s.Cloud != nil {
		s.Cloud.Route53.Session(accessKey, account)
	}
}
