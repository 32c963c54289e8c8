package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"certloop/internal/sandbox/fronts"
	"certloop/reconciler/api"
)

// visitedHost is a name of the certificate apex. Visitors reach it at the edges of a distribution.
const visitedHost = "shop.example.com"

// openDistribution opens a distribution with two edges, and lets visitors' DNS lead to it.
func (d *demo) openDistribution(ctx context.Context) (err error) {
	if d.distribution, err = d.Fronts.Open("127.0.0.1", "127.0.0.2"); err != nil {
		return err
	}
	return d.PointTo(ctx, d.ZoneIDs["example.com"], visitedHost, d.distribution.Addresses...)
}

// visit sets the distribution to the ARN of a certificate and renews it, while one edge lags behind. It connects to both
// edges as a browser does.
func (d *demo) visit(ctx context.Context) error {
	d.distribution.Use(d.arn(ctx, "apex"))
	if err := d.until(ctx, func() error { return d.served(ctx, "20s") }); err != nil {
		return err
	}
	late := d.distribution.Addresses[1]
	d.distribution.Hold(late)
	if err := d.force(ctx, "apex"); err != nil {
		return err
	}
	if err := d.until(ctx, func() error { return d.propagates(ctx) }); err != nil {
		return err
	}
	d.distribution.Release(late)
	if err := d.until(ctx, func() error { return d.served(ctx, "20s") }); err != nil {
		return err
	}
	return d.visitors(ctx)
}

// served waits until every edge serves the certificate, as the controller sees it.
func (d *demo) served(ctx context.Context, wait string) error {
	_, err := d.Invoke(ctx, fmt.Sprintf(`{"action":"reconcile","names":["apex"],"wait":%q,"require":"Served"}`, wait))
	return err
}

// propagates checks that the controller has seen the edge that serves the certificate before, and shows it.
func (d *demo) propagates(ctx context.Context) error {
	if err := d.served(ctx, "1s"); err == nil {
		return errors.New("an edge serves the certificate before, and apex is Served")
	}
	s, err := d.Status(ctx, "apex")
	if err != nil || s == nil {
		return errors.Join(err, errors.New("apex has no status"))
	}
	c, _ := api.GetCondition(s.Conditions, api.ConditionServed)
	if c.Reason != api.ReasonPropagating {
		return fmt.Errorf("apex is Served=%s (%s)", c.Status, c.Reason)
	}
	d.board.leave()
	fmt.Printf("   Served=%s (%s): %s\n", c.Status, c.Reason, c.Message)
	return nil
}

// visitors checks what a browser gets at each edge.
func (d *demo) visitors(ctx context.Context) error {
	w := d.wanted("apex")
	serials := w.ca.Serials(w.names...)
	for _, address := range d.distribution.Addresses {
		leaf, err := fronts.Visit(ctx, address, d.distribution.Port, visitedHost, strings.Join(w.ca.IssuerRoots(), ""))
		if err != nil {
			return fmt.Errorf("visit %s at %s: %w", visitedHost, address, err)
		}
		if got := leaf.SerialNumber.Text(16); got != serials[len(serials)-1] {
			return fmt.Errorf("a visitor at %s gets serial %s, the CA issued %s last", address, got, serials[len(serials)-1])
		}
	}
	fmt.Printf("   a visitor gets the certificate with serial %s at both edges\n", serials[len(serials)-1])
	return nil
}
