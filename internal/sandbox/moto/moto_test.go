package moto

import (
	"net/http"
	"testing"
)

func TestAServerAnswersOnItsOwnPort(t *testing.T) {
	a, b := ForTest(t), ForTest(t)
	if a.URL == b.URL {
		t.Fatalf("two servers share %s", a.URL)
	}
	for _, s := range []*Server{a, b} {
		resp, err := http.Get(s.URL + "/moto-api/data.json")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
}
