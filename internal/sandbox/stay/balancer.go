package stay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"certloop/internal/sandbox/fronts"
	"certloop/internal/sandbox/tlsfront"
	"certloop/internal/testca"
)

// These are where the load balancer is reached, and for which name certificate.json has it probed.
const (
	balancerHost    = "lb.example.com"
	balancerAddress = "127.0.0.1"
	visitedName     = "www.example.com"
)

// balancer is the load balancer of the sandbox, and its switch. It serves nothing until somebody sets it to a certificate.
type balancer struct {
	*fronts.Front
	mu    sync.Mutex
	arn   string
	shown string
}

func (b *Box) openBalancer(ctx context.Context) (err error) {
	b.lb.shown = "serves nothing"
	if b.lb.Front, err = b.Fronts.Open(balancerAddress); err != nil {
		return err
	}
	return b.PointTo(ctx, b.ZoneIDs["example.com"], balancerHost, balancerAddress)
}

func (l *balancer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.shown
}

// set notes what the load balancer does now. The caller holds mu.
func (l *balancer) set(shown string) string {
	l.shown = shown
	return "The load balancer " + shown + "."
}

// use makes it serve what ACM holds under the ARN of that record, and what is imported there.
func (l *balancer) use(name, arn string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.listen(); err != nil {
		return "", err
	}
	l.arn = arn
	l.Delay(0)
	l.Use(arn)
	return l.set("serves the certificate of " + name), nil
}

// lag makes it pick up later imports after a delay.
func (l *balancer) lag(d time.Duration) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.arn == "" {
		return "", errors.New("the load balancer serves no certificate of ACM: enter lb use NAME")
	}
	l.Delay(d)
	return l.set(fmt.Sprintf("picks up imports after %s", d)), nil
}

// other makes it serve a certificate of another CA for another name.
func (l *balancer) other() (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.listen(); err != nil {
		return "", err
	}
	i := testca.New(testca.Options{Name: "Somebody Else", Intermediates: 1}).Issue(testca.Leaf{Names: []string{"other.example.net"}})
	l.arn = ""
	l.Use()
	l.Serve(tlsfront.Certificate(i))
	return l.set("serves somebody else's certificate"), nil
}

// down makes it refuse connections.
func (l *balancer) down() (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Edge(balancerAddress).Close()
	return l.set("is down"), nil
}

// up makes it listen again, and serve at once what ACM holds.
func (l *balancer) up() (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.listen(); err != nil {
		return "", err
	}
	l.Delay(0)
	if l.arn == "" {
		return l.set("is up"), nil
	}
	l.Use(l.arn)
	return l.set("serves what ACM holds"), nil
}

// listen makes it listen if it is down. The caller holds mu.
func (l *balancer) listen() error {
	if l.shown != "is down" {
		return nil
	}
	return l.Edge(balancerAddress).Reopen()
}

// useCertificate sets the load balancer to the first target of a record.
func (b *Box) useCertificate(ctx context.Context, name string) (string, error) {
	s, err := b.Status(ctx, name)
	switch {
	case err != nil:
		return "", err
	case s == nil:
		return "", fmt.Errorf("there is no record %s with a status: use the name of a Certificate record", name)
	case s.ACMARN == "":
		return "", errors.New(name + " has no certificate in ACM yet: wait until it is Ready")
	}
	return b.lb.use(name, s.ACMARN)
}
