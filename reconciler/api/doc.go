// Package api holds the records of certloop: what people declare, what the controller writes back, and the
// values that pass between the reconciler and the outside services.
//
// It is the leaf of the module: no I/O, no clock, no SDK. The JSON tags of the types are the attribute names of
// the table, so one set of tags serves the table, the direct invocation and the command line.
package api
