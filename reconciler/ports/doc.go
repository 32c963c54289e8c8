// Package ports declares what the loop needs of the outside: one interface for each service, with the contract that its
// implementers owe. Package reconciler calls them, store and providers implement them, and their contract suites embed
// them.
//
// Every method:
//
//   - returns when its context ends, with an error of kind Transient;
//   - returns errors made with api.Error, whose kind follows the contract in api/errors.go: Terminal, Throttled,
//     Conflict and NotFound promise that the effect did not happen, Transient promises nothing;
//   - is safe for concurrent use;
//   - puts no secret into an error.
package ports
