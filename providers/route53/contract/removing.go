package contract

import (
	"fmt"
	"sync"
	"testing"

	"certloop/reconciler/api"
)

var removing = map[string]part{
	"with its last value a set goes":                          removeLast,
	"values of others and their TTL stay":                     removeBeside,
	"a value that is gone is removed without an error":        removeGone,
	"a value in a zone that is gone is removed without one":   removeZoneGone,
	"a set that somebody has changed is changed as it is now": removeChanged,
	"what is removed the public DNS no longer shows":          removeSeen,
	"a value is published again after it was removed":         removeAndBack,
}

func removeLast(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.published(t, zone, txt(name, "one"), txt(name, "two"), txt("www."+name, "three"))
	s.removed(t, zone, txt(name, "one"), txt(name, "two"), txt("www."+name, "three"))
	s.wantSet(t, zone, challenge(name), 0)
	s.wantSet(t, zone, challenge("www."+name), 0)
}

func removeBeside(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "TXT", TTL: 1234, Values: []string{`"ours"`, `"theirs"`}})
	s.Put(t, zone, Set{Name: challenge("www." + name), Type: "TXT", TTL: 60, Values: []string{`"ours"`}})
	s.removed(t, zone, txt(name, "ours"))
	s.wantSet(t, zone, challenge(name), 1234, `"theirs"`)
	s.wantSet(t, zone, challenge("www."+name), 60, `"ours"`)
}

func removeGone(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "TXT", TTL: 60, Values: []string{`"theirs"`}})
	s.removed(t, zone, txt(name, "ours"), txt("www."+name, "ours"))
	s.wantSet(t, zone, challenge(name), 60, `"theirs"`)
}

func removeZoneGone(t *testing.T, s Subject) { s.removed(t, "ZNOTTHERE", txt(domain(), "ours")) }

func removeChanged(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.published(t, zone, txt(name, "ours"))
	old := s.Sets(t, zone, challenge(name))[0]
	s.Replace(t, zone, old, Set{Name: challenge(name), Type: "TXT", TTL: 77, Values: []string{`"theirs"`, `"ours"`}})
	s.removed(t, zone, txt(name, "ours"))
	s.wantSet(t, zone, challenge(name), 77, `"theirs"`)
}

func removeSeen(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.published(t, zone, txt(name, "ours"))
	s.removed(t, zone, txt(name, "ours"))
	if got := s.TXT(t, challenge(name)); len(got) != 0 {
		t.Errorf("the public DNS shows %q", got)
	}
}

func removeAndBack(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.published(t, zone, txt("zz."+name, "stays"))
	for range 2 {
		if id := s.published(t, zone, txt(name, "one"), txt(name, "two")); id == "" {
			t.Error("no change")
		}
		s.removed(t, zone, txt(name, "one"))
		s.wantSet(t, zone, challenge(name), 0, `"two"`)
		s.removed(t, zone, txt(name, "two"))
		s.wantSet(t, zone, challenge(name), 0)
	}
	s.wantSet(t, zone, challenge("zz."+name), 0, `"stays"`)
}

var racing = map[string]part{
	"two writers at one name lose nothing": twoWriters,
}

// twoWriters publish and remove at one name at once, as two records with a name in common do. Each of them tries again
// where the other was faster, as the loop does.
func twoWriters(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "TXT", TTL: 60, Values: []string{`"theirs"`}})
	const writers, values = 2, 5
	s.together(t, writers, func(w, i int) error {
		_, err := s.Publish(t.Context(), s.Role, zone, []api.TXT{txt(name, fmt.Sprintf("%d-%d", w, i))})
		return err
	}, values)
	want := []string{`"theirs"`}
	for w := range writers {
		for i := range values {
			want = append(want, fmt.Sprintf(`"%d-%d"`, w, i))
		}
	}
	s.wantSet(t, zone, challenge(name), 60, want...)
	s.together(t, writers, func(w, i int) error {
		return s.Remove(t.Context(), s.Role, zone, []api.TXT{txt(name, fmt.Sprintf("%d-%d", w, i))})
	}, values)
	s.wantSet(t, zone, challenge(name), 60, `"theirs"`)
}

func (s Subject) together(t *testing.T, writers int, do func(w, i int) error, times int) {
	t.Helper()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range times {
				err := do(w, i)
				for try := 0; api.KindOf(err) == api.Conflict && try < 100; try++ {
					err = do(w, i)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
