package route53_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"certloop/providers/internal/awsfake"
	"certloop/providers/route53/fake"
	"certloop/reconciler/api"
)

const name = "_acme-challenge.example.com"

func (w world) publish(t *testing.T, zone string, values ...string) string {
	t.Helper()
	var all []api.TXT
	for _, v := range values {
		all = append(all, challenge("example.com", v))
	}
	id, err := w.Publish(t.Context(), own, zone, all)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (w world) put(zone string, ttl int64, values ...string) {
	w.Put(zone, fake.Set{Name: name, Type: "TXT", TTL: &ttl, Values: values})
}

func (w world) wantValues(t *testing.T, zone string, values ...string) {
	t.Helper()
	var got []string
	for _, s := range w.texts(zone, name) {
		got = append(got, s.Values...)
	}
	slices.Sort(got)
	slices.Sort(values)
	if !slices.Equal(got, values) {
		t.Errorf("there are %v, want %v", got, values)
	}
}

func TestAHundredNamesTakeOneReadingAndOneChange(t *testing.T) {
	w := serve(t, fake.Config{SyncAfter: time.Hour})
	zone := w.zone("example.com")
	var values []api.TXT
	for i := range 100 {
		values = append(values, challenge(fmt.Sprintf("h%d.example.com", i), "ours"))
	}
	for step, call := range []func() error{
		func() error { _, err := w.Publish(t.Context(), own, zone, values); return err },
		func() error { return w.Remove(t.Context(), own, zone, values) },
	} {
		if err := call(); err != nil {
			t.Fatal(err)
		}
		if n := step + 1; w.Calls("ListResourceRecordSets") != n || w.Calls("ChangeResourceRecordSets") != n || w.Calls("") != 2*n {
			t.Errorf("after %d steps %d calls", n, w.Calls(""))
		}
	}
}

// Names far apart in a large zone take a reading each, and never one for each page between them.
func TestALargeZoneIsNotReadWhole(t *testing.T) {
	w := serve(t, fake.Config{PageSize: 10})
	zone := w.zone("example.com")
	for i := range 500 {
		w.Put(zone, fake.Set{Name: fmt.Sprintf("h%03d.example.com", i), Type: "A", TTL: fake.TTL(60), Values: []string{"192.0.2.1"}})
	}
	values := []api.TXT{challenge("h001.example.com", "a"), challenge("h250.example.com", "b"), challenge("h251.example.com", "c"), challenge("h499.example.com", "d")}
	if _, err := w.Publish(t.Context(), own, zone, values); err != nil {
		t.Fatal(err)
	}
	if n := w.Calls("ListResourceRecordSets"); n != 3 {
		t.Errorf("%d readings for three places", n)
	}
	if _, err := w.Publish(t.Context(), own, zone, values[:1]); err != nil || w.Calls("ListResourceRecordSets") != 4 {
		t.Errorf("%d readings for one place more: %v", w.Calls("ListResourceRecordSets")-3, err)
	}
	near := []api.TXT{challenge("h100.example.com", "a"), challenge("h101.example.com", "b"), challenge("h102.example.com", "c")}
	if _, err := w.Publish(t.Context(), own, zone, near); err != nil || w.Calls("ListResourceRecordSets") != 5 {
		t.Errorf("%d readings for three names on one page: %v", w.Calls("ListResourceRecordSets")-4, err)
	}
	if id, err := w.Publish(t.Context(), own, zone, values); id != "" || err != nil {
		t.Errorf("published again as %q: %v", id, err)
	}
}

func TestManyWritersAtOneNameLoseNothing(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.put(zone, 60, `"theirs"`)
	const writers = 24
	want := []string{`"theirs"`}
	for i := range writers {
		want = append(want, fmt.Sprintf(`"v%d"`, i))
	}
	w.atOnce(t, writers, func(i int) error {
		_, err := w.Publish(t.Context(), own, zone, []api.TXT{challenge("example.com", fmt.Sprintf("v%d", i))})
		return err
	})
	w.wantValues(t, zone, want...)
	w.atOnce(t, writers, func(i int) error {
		return w.Remove(t.Context(), own, zone, []api.TXT{challenge("example.com", fmt.Sprintf("v%d", i))})
	})
	w.wantValues(t, zone, `"theirs"`)
}

// atOnce does what each of n writers has to do, again where others were faster.
func (w world) atOnce(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			err := do(i)
			for try := 0; api.KindOf(err) == api.Conflict && try < 1000; try++ {
				err = do(i)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// meddling changes the set between the reading and the change, so many times.
func meddling(w *world, zone *string, times int) func(fake.Call) *fake.Fault {
	n := 0
	return func(c fake.Call) *fake.Fault {
		if c.Operation == "ChangeResourceRecordSets" && n < times {
			n++
			w.put(*zone, 60, fmt.Sprintf(`"theirs-%d"`, n))
		}
		return nil
	}
}

func TestASetThatChangesInBetweenIsReadAgain(t *testing.T) {
	var w world
	var zone string
	w = serve(t, fake.Config{Fault: meddling(&w, &zone, 3)})
	zone = w.zone("example.com")
	if id := w.publish(t, zone, "ours"); id == "" {
		t.Error("no change")
	}
	w.wantValues(t, zone, `"theirs-3"`, `"ours"`)
}

func TestASetThatGoesInBetweenIsMadeAnew(t *testing.T) {
	var w world
	var zone string
	gone := false
	w = serve(t, fake.Config{Fault: func(c fake.Call) *fake.Fault {
		if c.Operation == "ChangeResourceRecordSets" && !gone {
			gone = true
			w.Delete(zone, name, "TXT")
		}
		return nil
	}})
	zone = w.zone("example.com")
	w.put(zone, 60, `"theirs"`)
	if id := w.publish(t, zone, "ours"); id == "" {
		t.Error("no change")
	}
	w.wantValues(t, zone, `"ours"`)
	gone = false
	if err := w.Remove(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")}); err != nil {
		t.Error(err)
	}
	w.wantValues(t, zone)
}

func TestASetThatChangesAgainAndAgainIsAConflict(t *testing.T) {
	var w world
	var zone string
	w = serve(t, fake.Config{Fault: meddling(&w, &zone, 1000)})
	zone = w.zone("example.com")
	_, err := w.Publish(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")})
	if api.KindOf(err) != api.Conflict || w.Calls("ChangeResourceRecordSets") != 5 {
		t.Errorf("%d tries, kind %s: %v", w.Calls("ChangeResourceRecordSets"), api.KindOf(err), err)
	}
	err = w.Remove(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")})
	if err != nil {
		t.Errorf("what is not there is not removed: %v", err)
	}
}

// A conflict promises that nothing happened: also where the last try took effect and its reply was lost.
func TestALastTryWhoseReplyIsLostIsNoConflict(t *testing.T) {
	var w world
	var zone string
	n := 0
	w = serve(t, fake.Config{Fault: func(c fake.Call) *fake.Fault {
		if c.Operation != "ChangeResourceRecordSets" {
			return nil
		}
		switch n++; {
		case n < 5:
			w.put(zone, 60, fmt.Sprintf(`"theirs-%d"`, n))
		case n == 5:
			lost := awsfake.LostReply()
			return &lost
		}
		return nil
	}})
	zone = w.zone("example.com")
	if id := w.publish(t, zone, "ours"); id == "" {
		t.Error("no change")
	}
	w.wantValues(t, zone, `"theirs-4"`, `"ours"`)
}

// A batch is refused as outrun, and the listing still shows what it showed: then each name is read by itself.
func TestAReadingThatIsContradictedIsMadeNameByName(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.Fail("ChangeResourceRecordSets", 1, fake.Fault{Code: "InvalidChangeBatch",
		Message: "[Tried to create resource record set [name='x.', type='TXT'] but it already exists]"})
	values := []api.TXT{challenge("a.example.com", "a"), challenge("b.example.com", "b"), challenge("c.example.com", "c")}
	if id, err := w.Publish(t.Context(), own, zone, values); id == "" || err != nil {
		t.Errorf("change %q: %v", id, err)
	}
	if n := w.Calls("ListResourceRecordSets"); n != 1+1+3 {
		t.Errorf("%d readings", n)
	}
}

func TestARefusalThatIsNoRaceIsTriedOnce(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.Fail("ChangeResourceRecordSets", -1, fake.Fault{Code: "InvalidChangeBatch", Message: "[Number of records limit of 1000 exceeded.]"})
	_, err := w.Publish(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")})
	if api.KindOf(err) != api.Terminal || w.Calls("ChangeResourceRecordSets") != 1 || !strings.Contains(api.MessageOf(err), "limit of 1000") {
		t.Errorf("%d tries, kind %s: %v", w.Calls("ChangeResourceRecordSets"), api.KindOf(err), err)
	}
}

func TestTooManyValuesOfOthersForOneBatchAreRefusedAsRoute53Does(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	var values []api.TXT
	for i := range 100 {
		domain := fmt.Sprintf("h%d.example.com", i)
		values = append(values, challenge(domain, "ours"))
		w.Put(zone, fake.Set{Name: "_acme-challenge." + domain, Type: "TXT", TTL: fake.TTL(60), Values: []string{`"1"`, `"2"`, `"3"`, `"4"`, `"5"`}})
	}
	_, err := w.Publish(t.Context(), own, zone, values)
	if api.KindOf(err) != api.Terminal || !strings.Contains(api.MessageOf(err), "limit of 1000") {
		t.Errorf("kind %s: %v", api.KindOf(err), err)
	}
}

func TestAChangeWhoseReplyIsLostStillHasAnID(t *testing.T) {
	w := serve(t, fake.Config{SyncPolls: 1})
	zone := w.zone("example.com")
	w.put(zone, 77, `"theirs"`)
	w.Fail("ChangeResourceRecordSets", 1, awsfake.LostReply())
	id := w.publish(t, zone, "ours")
	w.wantValues(t, zone, `"theirs"`, `"ours"`)
	if ttl := w.texts(zone, name)[0].TTL; ttl != 77 {
		t.Errorf("the TTL became %d", ttl)
	}
	for _, want := range []bool{false, true} {
		if synced, err := w.InSync(t.Context(), own, id); synced != want || err != nil {
			t.Errorf("change %q in sync: %v, %v", id, synced, err)
		}
	}
}

func TestAChangeWhoseReplyIsLostEachTimeIsTransient(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.Fail("ChangeResourceRecordSets", -1, awsfake.LostReply())
	_, err := w.Publish(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")})
	if api.KindOf(err) != api.Transient {
		t.Errorf("kind %s: %v", api.KindOf(err), err)
	}
	w.wantValues(t, zone, `"ours"`)
	w.Heal("ChangeResourceRecordSets")
	if id := w.publish(t, zone, "ours"); id != "" {
		t.Errorf("what is there was published again, as %q", id)
	}
	w.Fail("ChangeResourceRecordSets", 1, awsfake.LostReply())
	if err := w.Remove(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")}); err != nil {
		t.Errorf("a removal whose reply is lost: %v", err)
	}
	w.wantValues(t, zone)
}

// Where Route 53 does not let the values be put back once more, they are there all the same.
func TestALostReplyThatCannotBeMadeUpForIsTransient(t *testing.T) {
	changes := 0
	w := serve(t, fake.Config{Fault: func(c fake.Call) *fake.Fault {
		if c.Operation != "ChangeResourceRecordSets" {
			return nil
		}
		lost := awsfake.LostReply()
		changes++
		switch changes {
		case 1:
			return &lost
		case 2:
			return nil // the SDK's own repetition, which finds the set changed
		}
		return &fake.Fault{Code: "InvalidChangeBatch", Message: "[The request contains an invalid set of changes]"}
	}})
	zone := w.zone("example.com")
	_, err := w.Publish(t.Context(), own, zone, []api.TXT{challenge("example.com", "ours")})
	if api.KindOf(err) != api.Transient || !strings.Contains(api.MessageOf(err), "lost") {
		t.Errorf("kind %s: %v", api.KindOf(err), err)
	}
	w.wantValues(t, zone, `"ours"`)
}

func TestAPriorRequestIsWaitedFor(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.Fail("ChangeResourceRecordSets", 2, fake.PriorRequestNotComplete())
	if id := w.publish(t, zone, "ours"); id == "" {
		t.Error("no change")
	}
}

func TestAChangeIsInSyncOnceEveryNameServerHasIt(t *testing.T) {
	now := time.Now()
	w := serve(t, fake.Config{SyncAfter: 30 * time.Second, Now: func() time.Time { return now }})
	zone := w.zone("example.com")
	id := w.publish(t, zone, "ours")
	if synced, err := w.InSync(t.Context(), own, id); synced || err != nil || len(w.dns.TXT(name)) != 0 {
		t.Errorf("at once: in sync %v, %v; served %v", synced, err, w.dns.TXT(name))
	}
	w.SetNow(func() time.Time { return now.Add(30 * time.Second) })
	if synced, err := w.InSync(t.Context(), own, id); !synced || err != nil || len(w.dns.TXT(name)) != 1 {
		t.Errorf("later: in sync %v, %v; served %v", synced, err, w.dns.TXT(name))
	}
}

func TestASetWithARoutingPolicyIsLeftAlone(t *testing.T) {
	weighted := func(value string) []fake.Set {
		return []fake.Set{
			{Name: name, Type: "TXT", TTL: fake.TTL(60), SetIdentifier: "blue", Weight: fake.TTL(1), Values: []string{`"blue"`}},
			{Name: name, Type: "TXT", TTL: fake.TTL(60), SetIdentifier: "green", Weight: fake.TTL(2), Values: []string{`"` + value + `"`}},
		}
	}
	alias := []fake.Set{{Name: name, Type: "TXT", Alias: &fake.Alias{HostedZoneID: "Z1", DNSName: "other.example.com."}}}
	for sentence, tc := range map[string]struct {
		sets    []fake.Set
		removal api.ErrorKind
	}{
		"weighted":                           {weighted("green"), ""},
		"weighted, and with a value of ours": {weighted("ours"), api.Terminal},
		"weighted, the only one":             {weighted("green")[:1], ""},
		"an alias":                           {alias, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := serve(t, fake.Config{})
			zone := w.zone("example.com")
			w.Put(zone, tc.sets...)
			values := []api.TXT{challenge("a.example.com", "ours"), challenge("example.com", "ours")}
			_, err := w.Publish(t.Context(), own, zone, values)
			if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonDNSFailed || !strings.Contains(api.MessageOf(err), name+" in hosted zone "+zone) {
				t.Errorf("published: kind %q: %v", api.KindOf(err), err)
			}
			if err := w.Remove(t.Context(), own, zone, values); api.KindOf(err) != tc.removal {
				t.Errorf("removed: kind %q: %v", api.KindOf(err), err)
			}
			if w.Calls("ChangeResourceRecordSets") != 0 || len(w.Sets(zone, name)) != len(tc.sets) {
				t.Error("something was changed")
			}
		})
	}
}

func TestEscapedNamesAreTheNamesTheyStandFor(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.Put(zone, fake.Set{Name: "*.example.com", Type: "TXT", TTL: fake.TTL(60), Values: []string{`"theirs"`}})
	for _, spelled := range []string{`\052.example.com`, `*.EXAMPLE.com.`, `\052.\145xample.com`} {
		value := []api.TXT{{FQDN: spelled, Value: spelled}}
		if id, err := w.Publish(t.Context(), own, zone, value); id == "" || err != nil {
			t.Errorf("%s: change %q: %v", spelled, id, err)
		}
		if found := w.texts(zone, `\052.example.com`); len(found) != 1 || len(found[0].Values) != 2 || found[0].Values[0] != `"theirs"` {
			t.Errorf("%s: there is %v", spelled, found)
		}
		if err := w.Remove(t.Context(), own, zone, value); err != nil {
			t.Error(err)
		}
	}
}
