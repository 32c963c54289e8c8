package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/internal/sandbox/progress"
	"certloop/reconciler/api"
)

// until shows the statuses and repeats check until it returns nil, it fails with nothing new for a while, or ctx ends.
func (d *demo) until(ctx context.Context, check func() error) error {
	var why string
	return limits.Until(ctx, func() string {
		d.board.show(d.rows(ctx))
		err := check()
		if err == nil {
			return ""
		}
		if ctx.Err() == nil {
			why = err.Error() // the last error of check, not that of a call that ctx interrupted
		}
		return cmp.Or(why, err.Error())
	})
}

var limits = progress.Limits{Idle: progress.Default.Idle, Most: progress.Default.Most, Poll: 250 * time.Millisecond}

// installed checks that the certificate is Ready. It also checks that ACM holds, in each region and under the status's
// ARN, the last certificate that the CA issued for exactly these names. issued is how many it must have issued by now.
func (d *demo) installed(ctx context.Context, w wanted, issued int) error {
	s, err := d.Status(ctx, w.name())
	if err != nil || s == nil {
		return errors.Join(err, fmt.Errorf("%s has no status", w.name()))
	}
	if !api.IsTrue(s.Conditions, api.ConditionReady) || api.IsTrue(s.Conditions, api.ConditionIssuing) {
		return fmt.Errorf("%s is not Ready: %s", w.name(), reason(s))
	}
	serials := w.ca.Serials(w.names...)
	if len(serials) != issued {
		return fmt.Errorf("the CA issued %d certificates for %s, wanted %d", len(serials), w.name(), issued)
	}
	if len(s.Targets) != len(w.regions) {
		return fmt.Errorf("%s has %d targets, wanted %d", w.name(), len(s.Targets), len(w.regions))
	}
	for i, region := range w.regions {
		leaf, err := d.leaf(ctx, region, s.Targets[i].ARN, w)
		if err != nil {
			return err
		}
		if got := leaf.SerialNumber.Text(16); got != serials[len(serials)-1] {
			return fmt.Errorf("ACM in %s holds serial %s of %s, the CA issued %s last", region, got, w.name(), serials[len(serials)-1])
		}
	}
	return nil
}

// leaf reads a certificate from ACM and verifies it as a browser does that trusts the CA.
func (d *demo) leaf(ctx context.Context, region, arn string, w wanted) (*x509.Certificate, error) {
	out, err := d.CertificateManager(region).GetCertificate(ctx, &acm.GetCertificateInput{CertificateArn: &arn})
	if err != nil {
		return nil, fmt.Errorf("get %s of %s in %s: %w", arn, w.name(), region, err)
	}
	certificates, err := api.ParseChain([]byte(aws.ToString(out.Certificate)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", arn, err)
	}
	leaf := certificates[0]
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(strings.Join(w.ca.IssuerRoots(), "")))
	between.AppendCertsFromPEM([]byte(aws.ToString(out.CertificateChain)))
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between}); err != nil {
		return nil, fmt.Errorf("the certificate of %s in %s: %w", w.name(), region, err)
	}
	if !slices.Equal(slices.Sorted(slices.Values(leaf.DNSNames)), slices.Sorted(slices.Values(w.names))) {
		return nil, fmt.Errorf("the certificate of %s is for %v", w.name(), leaf.DNSNames)
	}
	return leaf, nil
}

func (d *demo) refused(ctx context.Context, name string) error {
	s, err := d.Status(ctx, name)
	if err != nil || s == nil {
		return errors.Join(err, fmt.Errorf("%s has no status", name))
	}
	if c, _ := api.GetCondition(s.Conditions, api.ConditionAccepted); c.Reason != api.ReasonInvalidSpec {
		return fmt.Errorf("%s is %s", name, c.Reason)
	}
	return nil
}

func (d *demo) deletedFromACM(ctx context.Context, arn string) error {
	_, err := d.CertificateManager(regionOf(arn)).DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: &arn})
	if notFound := (*types.ResourceNotFoundException)(nil); errors.As(err, &notFound) {
		return nil
	}
	return errors.Join(err, fmt.Errorf("%s is still in ACM", arn))
}

func regionOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 3 {
		return parts[3]
	}
	return ""
}

// arn returns the first target's ARN, or "" if there is none.
func (d *demo) arn(ctx context.Context, name string) string {
	s, err := d.Status(ctx, name)
	if err != nil || s == nil {
		return ""
	}
	return s.ACMARN
}

// challenges returns the names of all TXT records in the hosted zones.
func (d *demo) challenges(ctx context.Context) (names []string, err error) {
	for _, id := range d.ZoneIDs {
		out, err := d.Route53.ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: &id})
		if err != nil {
			return nil, err
		}
		for _, set := range out.ResourceRecordSets {
			if set.Type == route53types.RRTypeTxt {
				names = append(names, aws.ToString(set.Name))
			}
		}
	}
	return names, nil
}
