package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/fronts"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// demo runs its steps on a sandbox.
type demo struct {
	*sandbox.Sandbox
	board *board
	began time.Time

	// distribution is what visitors of one certificate reach.
	distribution *fronts.Front
	records      []wanted
	adopted      string
	steps        []step
}

// step is one outcome that must be observed; err is nil if it was.
type step struct {
	what string
	took time.Duration
	err  error
}

// run runs the steps in order. After a step that fails it goes on: later steps do not all depend on it.
func (d *demo) run(ctx context.Context) {
	d.step(ctx, "six certificates are issued and imported, an invalid record is refused", d.issue)
	d.step(ctx, "a forced renewal installs a new certificate under the same ARN", d.renew)
	d.step(ctx, "visitors get a renewal at the edges of a distribution, the last one late", d.visit)
	d.step(ctx, "a certificate that is deleted in ACM is replaced", d.repair)
	d.step(ctx, "a deleted record's certificate is deleted", d.remove)
	d.step(ctx, "nothing was issued twice, and nothing is left in DNS", d.audit)
}

func (d *demo) step(ctx context.Context, what string, do func(context.Context) error) {
	fmt.Printf("\n── %s\n", what)
	s := step{what: what}
	begun := time.Now()
	if s.err = context.Cause(ctx); s.err == nil {
		s.err = do(ctx)
	}
	s.took = time.Since(begun)
	d.board.leave()
	d.steps = append(d.steps, s)
	if s.err != nil {
		fmt.Printf("   failed: %v\n", s.err)
		return
	}
	fmt.Printf("   done after %.1f s\n", s.took.Seconds())
}

// verdict prints the results and returns the exit code.
func (d *demo) verdict(ctx context.Context) int {
	failed := 0
	fmt.Println()
	for _, s := range d.steps {
		mark := "ok    "
		if s.err != nil {
			mark, failed = "FAILED", failed+1
		}
		fmt.Printf("%s  %s\n", mark, s.what)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		fmt.Println("interrupted")
		return 130
	}
	fmt.Printf("%d of %d steps succeeded, %.0f s\n", len(d.steps)-failed, len(d.steps), time.Since(d.began).Seconds())
	if failed > 0 {
		return 1
	}
	return 0
}

// issue creates all records and waits for the outcome of each.
func (d *demo) issue(ctx context.Context) (err error) {
	if d.adopted, err = d.importByHand(ctx); err != nil {
		return fmt.Errorf("import a certificate by hand: %w", err)
	}
	if err := d.openDistribution(ctx); err != nil {
		return fmt.Errorf("open a distribution: %w", err)
	}
	if err := d.accounts(ctx); err != nil {
		return err
	}
	d.records = d.certificates(d.adopted)
	for _, w := range d.records {
		if err := d.Put(ctx, w.record); err != nil {
			return fmt.Errorf("create record %s: %w", w.name(), err)
		}
	}
	for _, w := range d.records {
		if err := d.until(ctx, func() error { return d.reached(ctx, w) }); err != nil {
			return err
		}
	}
	if arn := d.arn(ctx, "adopted"); arn != d.adopted {
		return fmt.Errorf("adopted is at %s, not at the ARN that it sets", arn)
	}
	if n := d.EABCA.Presented(sandbox.EABKeyID); n != 1 {
		return fmt.Errorf("the EAB credential was presented %d times", n)
	}
	return nil
}

// reached checks that a record has its expected outcome.
func (d *demo) reached(ctx context.Context, w wanted) error {
	if w.invalid {
		return d.refused(ctx, w.name())
	}
	return d.installed(ctx, w, 1)
}

// importByHand imports what a user had before: a certificate of another CA that expires soon.
func (d *demo) importByHand(ctx context.Context) (string, error) {
	old := testca.New(testca.Options{}).Issue(testca.Leaf{Names: []string{"legacy.example.com"},
		NotBefore: time.Now().Add(-80 * 24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour)})
	request := old.Import(nil)
	out, err := d.CertificateManager(sandbox.Region).ImportCertificate(ctx, &acm.ImportCertificateInput{
		Certificate: []byte(request.Leaf), CertificateChain: []byte(request.Chain), PrivateKey: request.Key.Reveal(),
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.CertificateArn), nil
}

func (d *demo) renew(ctx context.Context) error {
	before := d.arn(ctx, "www")
	if err := d.force(ctx, "www"); err != nil {
		return err
	}
	if err := d.until(ctx, func() error { return d.installed(ctx, d.wanted("www"), 2) }); err != nil {
		return err
	}
	if after := d.arn(ctx, "www"); after != before {
		return fmt.Errorf("it is at %s, and was at %s before", after, before)
	}
	return nil
}

// force forces a renewal. The token forces one certificate, however often it is sent.
func (d *demo) force(ctx context.Context, name string) error {
	return d.until(ctx, func() error {
		_, err := d.Invoke(ctx, fmt.Sprintf(`{"action":"reconcile","names":[%q],"wait":"30s","require":"Ready","force":"demo"}`, name))
		return err
	})
}

// repair deletes a certificate through ACM's API. In an account the daily resync detects that; the demo starts a
// resync.
func (d *demo) repair(ctx context.Context) error {
	deleted := d.arn(ctx, "unicode")
	if _, err := d.CertificateManager(sandbox.Region).DeleteCertificate(ctx, &acm.DeleteCertificateInput{CertificateArn: &deleted}); err != nil {
		return fmt.Errorf("delete %s: %w", deleted, err)
	}
	if _, err := d.Invoke(ctx, `{"action":"resync"}`); err != nil {
		return err
	}
	return d.until(ctx, func() error {
		if d.arn(ctx, "unicode") == deleted {
			return errors.New("the status still has the ARN of the deleted certificate")
		}
		return d.installed(ctx, d.wanted("unicode"), 2)
	})
}

func (d *demo) remove(ctx context.Context) error {
	arn := d.arn(ctx, "reseller")
	if err := d.Delete(ctx, "reseller", api.KindCertificate); err != nil {
		return err
	}
	return d.until(ctx, func() error {
		if s, err := d.Status(ctx, "reseller"); err != nil || s != nil {
			return errors.Join(err, errors.New("its status is still there"))
		}
		return d.deletedFromACM(ctx, arn)
	})
}

// audit counts what each CA issued, and searches for TXT records.
func (d *demo) audit(ctx context.Context) error {
	for _, w := range d.records {
		if want := map[string]int{"www": 2, "apex": 2, "unicode": 2, "invalid": 0}[w.name()]; !w.invalid && w.name() != "reseller" {
			if err := d.until(ctx, func() error { return d.installed(ctx, w, max(want, 1)) }); err != nil {
				return err
			}
		}
	}
	if issued := len(d.CA.Issued()) + len(d.EABCA.Issued()); issued != 9 {
		return fmt.Errorf("%d certificates were issued, 9 were asked for", issued)
	}
	return d.until(ctx, func() error {
		left, err := d.challenges(ctx)
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("TXT records are left: %s", strings.Join(left, ", "))
		}
		return err
	})
}

func (d *demo) wanted(name string) wanted {
	for _, w := range d.records {
		if w.name() == name {
			return w
		}
	}
	return wanted{}
}
