// Package api holds the records of certloop: what users declare, what the controller stores, and the values that pass
// between the reconciler and the services.
//
// It is the leaf of the module: no I/O, no clock, no SDK. The JSON tags of the types are the attribute names of the
// table. The same tags serve the direct invocation and the command line.
package api
