// Package sim runs the loop in a small world of its own: a table, an ACM, a CA, a DNS, a queue, on a clock that it
// turns itself. Every call that leaves the loop is a fault point; a run puts faults at chosen points and checks after
// every pass that nothing was lost, done twice, touched that is foreign, or told to nobody.
//
// It does not test the services' clients (they have tests of their own against the real protocols), and it knows
// nothing of how the loop decides: it looks at the world only.
package sim
