// Package sim runs the loop in a simulated world: a table, an ACM, a CA, a DNS and a queue, with a clock of its own.
// Every call that leaves the loop is a fault point. A run injects faults at chosen points. After every pass it checks
// that nothing was lost or done twice, that nothing unmanaged was changed, and that every failure was reported.
//
// It does not test the services' clients, which have tests of their own against the real protocols. It does not depend
// on how the loop decides: it checks the world only.
package sim
