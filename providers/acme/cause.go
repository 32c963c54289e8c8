package acme

import "certloop/providers/internal/outbound"

// ca names the CA in messages.
func (s *session) ca() string { return "the CA at " + s.host() }

// causeOf returns ": " and why a request got no response; empty where the error names no stable cause.
var causeOf = outbound.CauseOf
