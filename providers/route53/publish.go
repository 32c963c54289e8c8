package route53

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// maxTries bounds how often a change is made anew because somebody else was faster.
const maxTries = 5

// Publish implements ports.DNS. All names go into one change batch, which Route 53 accepts or refuses as a whole: up to
// 1,000 values and 32,000 characters, old and new ones counted. A name that has its values is left out; the ID is empty
// where all have, and then a change that another call made may still be on its way to the name servers. Where this call
// made it itself and the reply was lost, the sets are put back once more, so that there is an ID to wait for.
func (c *Client) Publish(ctx context.Context, r api.Role, zone string, values []api.TXT) (string, error) {
	z := zoneRecords{c.through(r), zone}
	wanted := byName(values)
	id, err := z.change(ctx, wanted, adding(zone, wanted, false))
	if !errors.Is(err, errAlreadyMade) {
		return id, err
	}
	id, err = z.change(ctx, wanted, adding(zone, wanted, true))
	if api.KindOf(err) == api.Terminal && api.ReasonOf(err, "") == api.ReasonDNSFailed {
		// The values are there; that they cannot be put back once more is no reason to give up.
		err = &api.Error{Kind: api.Transient, Reason: api.ReasonDNSFailed, Err: err,
			Message: "the reply of Route 53 to a change in hosted zone " + zone + " was lost; certloop reads the zone again"}
	}
	return id, err
}

// Remove implements ports.DNS. The values of a deleted zone are deleted.
func (c *Client) Remove(ctx context.Context, r api.Role, zone string, values []api.TXT) error {
	z := zoneRecords{c.through(r), zone}
	unwanted := byName(values)
	_, err := z.change(ctx, unwanted, removing(zone, unwanted))
	if errors.Is(err, errAlreadyMade) || api.ReasonOf(err, "") == api.ReasonZoneNotFound {
		return nil
	}
	return err
}

// errAlreadyMade: nothing is left to change after a change was refused: it took effect and its reply was lost,
// or somebody else made it.
var errAlreadyMade = errors.New("the change was made already")

// change reads the sets at the names of values, edits them and sends the changes; where they changed in between, again.
// It returns the ID of the change; empty: there was nothing to change.
func (z zoneRecords) change(ctx context.Context, values map[string][]string, e edit) (string, error) {
	names := inOrder(values)
	var before sets
	var refusal error
	for try := 0; ; try++ {
		now, err := z.read(ctx, names, false)
		if err == nil && refusal != nil && reflect.DeepEqual(now, before) {
			if !outrun(refusal) {
				return "", z.changing().classify(refusal)
			}
			// A set is not as it was read, and still reads the same: the listing is in another order than we think.
			now, err = z.read(ctx, names, true)
		}
		if err != nil {
			return "", err
		}
		changes, err := e(now)
		switch {
		case err != nil:
			return "", err
		case len(changes) == 0 && refusal != nil:
			return "", errAlreadyMade
		case len(changes) == 0:
			return "", nil
		case try == maxTries:
			// Only now: the last try may have been the SDK's repetition of one that took effect.
			return "", z.conflict(refusal)
		}
		id, err := z.send(ctx, changes)
		if err == nil {
			return id, nil
		}
		if awserr.Code(err) != "InvalidChangeBatch" {
			return "", z.changing().classify(err)
		}
		before, refusal = now, err
	}
}

func (z zoneRecords) conflict(refusal error) error {
	return &api.Error{Kind: api.Conflict, Reason: api.ReasonDNSFailed, Err: refusal,
		Message: fmt.Sprintf("another writer changes the same TXT record sets in hosted zone %s; certloop retries", z.zone)}
}

func (z zoneRecords) send(ctx context.Context, changes []types.Change) (string, error) {
	out, err := z.api.ChangeResourceRecordSets(ctx, &route53.ChangeResourceRecordSetsInput{
		HostedZoneId: &z.zone, ChangeBatch: &types.ChangeBatch{Changes: changes, Comment: aws.String("certloop: ACME DNS-01")},
	})
	if err != nil {
		return "", err
	}
	if out.ChangeInfo == nil || aws.ToString(out.ChangeInfo.Id) == "" {
		return "", errors.New("the reply of Route 53 has no change ID")
	}
	return strings.TrimPrefix(*out.ChangeInfo.Id, "/change/"), nil
}

func (z zoneRecords) changing() call {
	return call{action: "route53:ChangeResourceRecordSets", role: z.role, zone: z.zone}
}

// outrunBy is how Route 53 reports that a set is not, or no longer, what the batch expects.
var outrunBy = regexp.MustCompile(`but it already exists|but it was not found|do not match the current values`)

func outrun(refusal error) bool { return outrunBy.MatchString(message(refusal)) }
