package plan

import (
	"math/bits"
	"time"
)

// Certificates may be valid from year 1 to 9999, and a time.Duration overflows after 292 years. The functions of this
// file therefore calculate in whole seconds and return points in time. No other code of this package multiplies the
// length of a validity or divides it.

// seconds truncates to what the table keeps. A time that is read back differently from how it was written would be
// written again by every pass.
func seconds(d time.Duration) time.Duration { return d.Truncate(time.Second) }

// span returns the whole seconds between two points in time, and 0 if to is not after from.
func span(from, to time.Time) int64 { return max(to.Unix()-from.Unix(), 0) }

// part returns the point num/den of the way between two points in time, and from if to is not after from.
func part(from, to time.Time, num, den int64) time.Time {
	s := span(from, to)
	return after(from, s/den*num+s%den*num/den)
}

// hashed returns the point at fraction point/2^32 between two points in time, and from if to is not after from.
func hashed(from, to time.Time, point uint32) time.Time {
	hi, lo := bits.Mul64(uint64(span(from, to)), uint64(point))
	return after(from, int64(hi<<32|lo>>32))
}

// after returns the point that many seconds after from.
func after(from time.Time, s int64) time.Time { return time.Unix(from.Unix()+s, 0).UTC() }

// bounded returns d, at least least and at most most.
func bounded(d, least, most time.Duration) time.Duration { return min(max(d, least), most) }
