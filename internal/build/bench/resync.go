package main

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"certloop/providers/acm"
	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/store/memory"
)

const (
	records = 10_000
	// latency is that of one request to AWS.
	latency = 20 * time.Millisecond
	// recordsAPage is how many records and statuses a page of a scan has: 1 MB of items of 6.4 KB.
	recordsAPage = 160
)

// fleet is a table of converged records, and the ACM that lists their certificates. It counts what it is asked for.
type fleet struct {
	now           time.Time
	lists, queued atomic.Int64
}

func (f *fleet) arn(i int) string {
	return fmt.Sprintf("arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-4000-8000-%012d", i)
}

func (f *fleet) imported() time.Time { return f.now.AddDate(0, -1, 0) }

func (f *fleet) notAfter() time.Time { return f.now.AddDate(0, 2, 0) }

// All makes each item when it is asked for, as the table does.
func (f *fleet) All(context.Context) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		if !yield(account(), nil) {
			return
		}
		for i := range records {
			if i%recordsAPage == 0 {
				time.Sleep(latency)
			}
			if !yield(f.item(i), nil) {
				return
			}
		}
	}
}

func (f *fleet) Glance(ctx context.Context) iter.Seq2[api.Listed, error] { return f.All(ctx) }

func (f *fleet) Due(context.Context, time.Time) iter.Seq2[api.Key, error] {
	return func(func(api.Key, error) bool) {}
}

// account is the account of all of them.
func account() api.Listed {
	record := map[string]any{"name": "default", "kind": "Account", "directory": "https://ca.test/dir"}
	return api.Listed{Key: api.Key{Kind: api.KindAccount, Name: "default"}, Record: record, AccountStatus: &api.AccountStatus{
		SpecDigest: api.SpecDigest(record), Conditions: []api.Condition{{Type: api.ConditionAccepted, Status: api.ConditionTrue},
			{Type: api.ConditionReady, Status: api.ConditionTrue}}}}
}

func (f *fleet) item(i int) api.Listed {
	name := fmt.Sprintf("%06d.example", i)
	record := map[string]any{"name": name, "kind": "Certificate", "domains": []any{name + ".com", "*." + name + ".com"},
		"key_type": "EC_prime256v1", "tags": map[string]any{"team": "a"}}
	return api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: name}, Record: record, Status: &api.CertificateStatus{
		SpecDigest: api.SpecDigest(record), NotBefore: f.imported(), NotAfter: f.notAfter(), RenewAt: f.now.AddDate(0, 1, 0),
		Account: "default", DueAt: f.now.Add(time.Hour).Unix(),
		Conditions: []api.Condition{{Type: api.ConditionAccepted, Status: api.ConditionTrue, LastTransitionTime: f.now},
			{Type: api.ConditionReady, Status: api.ConditionTrue, LastTransitionTime: f.now}},
		Targets: []api.TargetStatus{{Key: "eu-central-1", Location: api.Location{Region: "eu-central-1"}, ARN: f.arn(i), NotAfter: f.notAfter(),
			ImportedAt: f.imported(), State: api.Satisfies}},
	}}
}

// Enqueue counts what would need a pass.
func (f *fleet) Enqueue(_ context.Context, _ time.Duration, requests ...api.Request) error {
	f.queued.Add(int64(len(requests)))
	return nil
}

// ServeHTTP answers ListCertificates, a thousand a page.
func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ NextToken string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Header.Get("X-Amz-Target") != "CertificateManager.ListCertificates" {
		http.Error(w, "only ListCertificates is answered", http.StatusBadRequest)
		return
	}
	f.lists.Add(1)
	time.Sleep(latency)
	from, _ := strconv.Atoi(in.NextToken) // no token is the first page
	answer := map[string]any{}
	var page []map[string]any
	for i := from; i < min(from+1000, records); i++ {
		page = append(page, map[string]any{"CertificateArn": f.arn(i), "Type": "IMPORTED", "Status": "ISSUED",
			"NotAfter": f.notAfter().Unix(), "ImportedAt": f.imported().Unix()})
	}
	if from+1000 < records {
		answer["NextToken"] = strconv.Itoa(from + 1000)
	}
	answer["CertificateSummaryList"] = page
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(answer)
}

// resync compares converged records with ACM's listing, through the real client of ACM.
func resync() ([]row, error) {
	f := &fleet{now: time.Now().UTC().Truncate(time.Second)}
	server := httptest.NewServer(f)
	defer server.Close()
	table := memory.New()
	loop := reconciler.New(reconciler.Config{Index: f, Queue: f, Policies: table, Usage: table, Controller: table,
		Sweeper: acm.New(acm.Config{AWS: aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL,
			Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "bench", "")}})})
	runtime.GC()
	peak := heapPeak()
	began := time.Now()
	if err := loop.Resync(context.Background()); err != nil {
		return nil, err
	}
	took, heap := time.Since(began), peak()
	controller, _ := table.GetController(context.Background())
	set, _ := table.GetPolicySet(context.Background())
	return []row{
		count("resync of 10,000 converged: ListCertificates", int(f.lists.Load()), 10),
		count("resync of 10,000 converged: writes", int(controller.Version+set.Version), 0),
		count("resync of 10,000 converged: records queued", int(f.queued.Load()), 0),
		count("resync of 10,000 converged: MB of heap", int(heap>>20), 256),
		printed("resync of 10,000 converged: time with 20 ms a call", took.Round(10*time.Millisecond).String(), "≤ 10s"),
	}, nil
}

// heapPeak returns a function that returns the most memory of the heap since then.
func heapPeak() func() uint64 {
	var most uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-stopped
		return most
	}
}
