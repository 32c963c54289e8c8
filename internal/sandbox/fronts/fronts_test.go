package fronts_test

import (
	"fmt"
	"testing"
	"time"

	"certloop/internal/sandbox/fronts"
	"certloop/internal/sandbox/progress"
	"certloop/internal/testca"
)

const first, second = "arn:aws:acm:us-east-1:123456789012:certificate/1", "arn:aws:acm:us-east-1:123456789012:certificate/2"

var ca = testca.New(testca.Options{Intermediates: 1})

// world is a service with two edges, and what is imported.
type world struct {
	*fronts.Front
	t   *testing.T
	all *fronts.Fronts
}

func open(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, all: &fronts.Fronts{}}
	t.Cleanup(w.all.Close)
	var err error
	if w.Front, err = w.all.Open("127.0.0.1", "127.0.0.2"); err != nil {
		t.Fatal(err)
	}
	return w
}

// imports imports a certificate for name under the ARN and returns its serial.
func (w *world) imports(arn, name string) string {
	w.t.Helper()
	i := ca.Issue(testca.Leaf{Names: []string{name}})
	if err := w.all.Imported(arn, []byte(i.Leaf), []byte(i.Chain), []byte(i.Key)); err != nil {
		w.t.Fatal(err)
	}
	return i.Certificate.SerialNumber.Text(16)
}

// serial returns what the edge serves to a client that asks for name.
func (w *world) serial(address, name string) (string, error) {
	leaf, err := fronts.Visit(w.t.Context(), address, w.Port, name, ca.Root())
	if err != nil {
		return "", err
	}
	return leaf.SerialNumber.Text(16), nil
}

func (w *world) serves(sentence, address, want string) {
	w.t.Helper()
	if got, err := w.serial(address, "www.example.com"); err != nil || got != want {
		w.t.Errorf("%s: %s serves %q (%v), want %q", sentence, address, got, err, want)
	}
}

func TestFront_ServesWhatACMHoldsUnderItsARN(t *testing.T) {
	w := open(t)
	if _, err := w.serial("127.0.0.1", "www.example.com"); err == nil {
		t.Error("it serves something before it uses anything")
	}
	before := w.imports(first, "www.example.com")
	w.imports(second, "www.example.com")
	w.Use(first)
	w.serves("what was imported before", "127.0.0.1", before)
	after := w.imports(first, "www.example.com")
	w.imports(second, "www.example.com")
	w.serves("a re-import", "127.0.0.1", after)
	w.serves("on every edge", "127.0.0.2", after)
}

func TestFront_AnEdgeThatIsHeldKeepsWhatItServes(t *testing.T) {
	w := open(t)
	before := w.imports(first, "www.example.com")
	w.Use(first)
	w.Hold("127.0.0.2")
	after := w.imports(first, "www.example.com")
	w.serves("the edge that is held", "127.0.0.2", before)
	w.serves("the other one", "127.0.0.1", after)
	w.Release("127.0.0.2")
	w.serves("released", "127.0.0.2", after)
}

func TestFront_PicksUpAReimportAfterItsDelay(t *testing.T) {
	w := open(t)
	before := w.imports(first, "www.example.com")
	w.Use(first)
	w.Delay(time.Hour)
	w.imports(first, "www.example.com")
	w.serves("an hour is not over", "127.0.0.1", before)
	w.Delay(10 * time.Millisecond)
	after := w.imports(first, "www.example.com")
	err := progress.Default.Until(t.Context(), func() string {
		if got, err := w.serial("127.0.0.1", "www.example.com"); err != nil || got != after {
			return fmt.Sprintf("it serves %q (%v)", got, err)
		}
		return ""
	})
	if err != nil {
		t.Error(err)
	}
}

func TestFront_ServesTheCertificateOfTheName(t *testing.T) {
	w := open(t)
	www, api := w.imports(first, "www.example.com"), w.imports(second, "api.example.com")
	w.Use(first, second)
	w.serves("the first", "127.0.0.1", www)
	if got, err := w.serial("127.0.0.1", "api.example.com"); err != nil || got != api {
		t.Errorf("for the second name it serves %q (%v), want %q", got, err, api)
	}
}

func TestFronts_RefuseWhatNoServerCanServe(t *testing.T) {
	i, other := ca.Issue(testca.Leaf{Names: []string{"www.example.com"}}), ca.Issue(testca.Leaf{Names: []string{"www.example.com"}})
	if err := new(fronts.Fronts).Imported(first, []byte(i.Leaf), []byte(i.Chain), []byte(other.Key)); err == nil {
		t.Error("a key of another certificate was accepted")
	}
}
