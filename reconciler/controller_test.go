package reconciler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// shared is the controller's item with many concurrent writers: each call takes time.
type shared struct {
	mu sync.Mutex
	s  api.ControllerStatus
}

func (c *shared) GetController(context.Context) (api.ControllerStatus, error) {
	time.Sleep(5 * time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.s, nil
}

func (c *shared) WriteController(_ context.Context, s *api.ControllerStatus) error {
	time.Sleep(5 * time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.s.Version != s.Version {
		return &api.Error{Kind: api.Conflict, Message: "another version"}
	}
	s.Version++
	c.s = *s
	return nil
}

// post is a topic and a bus. It records what was delivered on which channel.
type post struct {
	mu        sync.Mutex
	delivered map[string][]string
	mail      error
}

func (p *post) Notify(_ context.Context, n api.Notice, delivered []string) (accepted []string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, channel := range []string{api.ChannelMail, api.ChannelEvents} {
		switch {
		case slices.Contains(delivered, channel):
		case channel == api.ChannelMail && p.mail != nil:
			err = p.mail
		default:
			p.delivered[channel] = append(p.delivered[channel], n.Name)
			accepted = append(accepted, channel)
		}
	}
	return accepted, err
}

// TestDeliver_ConcurrentInvocationsLoseNoNotice: each notice is mailed, or is in the digest, or is refused and
// retried.
func TestDeliver_ConcurrentInvocationsLoseNoNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const notices = 60
		item, p := &shared{}, &post{delivered: map[string][]string{}}
		r := New(Config{Controller: item, Notifier: p, MailsPerHour: 10})
		var running sync.WaitGroup
		for i := range notices {
			running.Go(func() {
				e := api.OutboxEntry{Notice: api.Notice{ID: fmt.Sprintf("%012d", i), Type: api.NoticeIssued, Name: fmt.Sprint(i)}}
				for try := range 50 {
					accepted, err := r.send(t.Context(), e)
					if err == nil {
						return
					}
					e.DeliveredTo = append(e.DeliveredTo, accepted...)
					time.Sleep(time.Duration(try+1) * time.Second)
				}
				t.Errorf("%d was not delivered", i)
			})
		}
		running.Wait()
		item.mu.Lock()
		withheld := item.s.Withheld
		item.mu.Unlock()
		if len(withheld) != 1 || len(p.delivered[api.ChannelMail]) != 10 || withheld[0].Count != notices-10 || len(withheld[0].Names) != notices-10 ||
			len(p.delivered[api.ChannelEvents]) != notices {
			t.Errorf("%d mails, %+v withheld, %d events", len(p.delivered[api.ChannelMail]), withheld, len(p.delivered[api.ChannelEvents]))
		}
		time.Sleep(2 * time.Hour)
		if err := r.sendDigest(t.Context()); err != nil || len(p.delivered[api.ChannelMail]) != 11 || len(item.s.Withheld)+len(item.s.Outbox) != 0 {
			t.Errorf("%v; %d mails; %+v", err, len(p.delivered[api.ChannelMail]), item.s)
		}
	})
}

// TestSendDigest_KeepsARefusedDigest checks that it is sent at a later tick.
func TestSendDigest_KeepsARefusedDigest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := plan.AdmitMail(api.ControllerStatus{Mails: []api.Mail{{ID: "x", Time: time.Now()}}},
			api.Notice{ID: "1", Type: api.NoticeFailed, Name: "www", Reason: api.ReasonOrderFailed}, 1, time.Now())
		item, p := &shared{s: s}, &post{delivered: map[string][]string{}, mail: errors.New("no topic")}
		r := New(Config{Controller: item, Notifier: p, MailsPerHour: 1})
		time.Sleep(2 * time.Hour)
		for range 3 {
			if err := r.sendDigest(t.Context()); err == nil {
				t.Error("the refusal is not reported")
			}
		}
		p.mail = nil
		if err := r.sendDigest(t.Context()); err != nil || !slices.Equal(p.delivered[api.ChannelMail], []string{"1 notice"}) || len(p.delivered[api.ChannelEvents]) != 0 {
			t.Errorf("%v; delivered %v", err, p.delivered)
		}
	})
}
