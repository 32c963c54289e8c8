package view

import (
	"cmp"
	"time"
)

func compare(x, y Certificate, key string) int {
	by := 0
	switch key {
	case "ready":
		by = cmp.Compare(x.Ready(), y.Ready())
	case "reason":
		by = cmp.Compare(x.Reason(), y.Reason())
	case "account":
		by = cmp.Compare(x.Account(), y.Account())
	case "expires":
		by = compareTimes(x.Expires(), y.Expires())
	case "renews":
		by = compareTimes(x.Renews(), y.Renews())
	}
	return cmp.Or(by, cmp.Compare(x.Name, y.Name))
}

// compareTimes sorts the zero time last.
func compareTimes(x, y time.Time) int {
	if x.IsZero() != y.IsZero() {
		if x.IsZero() {
			return 1
		}
		return -1
	}
	return x.Compare(y)
}
