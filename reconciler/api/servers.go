package api

// ServerQuestion is one TXT record that the name servers are asked for.
type ServerQuestion struct {
	// Domain is the identifier without "*.". A CA reads the TXT record at _acme-challenge.<Domain>.
	Domain string
	// FQDN is the name of the TXT record, where the CNAME records of the domain lead; empty: where resolvers say.
	FQDN string
	// Value is the value that must be there; empty: it is only asked whether the server answers for the zone.
	Value string
}

// ServerState is how one name server answers.
type ServerState string

// These are the states, the one that needs the most attention first.
const (
	// ServerLacks: it answers for the zone, and without the value. A CA that asks it fails the validation.
	ServerLacks ServerState = "Lacks"
	// ServerBogus: the DNSSEC signatures of its answer do not validate.
	ServerBogus ServerState = "Bogus"
	// ServerLame: it responds, and does not answer for the zone (RFC 9499, "lame delegation").
	ServerLame ServerState = "Lame"
	// ServerSilent: it does not respond at any address to which certloop has a way.
	ServerSilent ServerState = "Silent"
	// ServerUnreachable: certloop has no way to any of its addresses, which says nothing about the server.
	ServerUnreachable ServerState = "Unreachable"
	// ServerServes: it answers for the zone, with the value.
	ServerServes ServerState = "Serves"
)

// ServerFinding is how one name server of one zone answers.
type ServerFinding struct {
	// Zone is the zone for which it is asked, without a final dot; Server is its name.
	Zone   string
	Server string
	// Address is the one that gave the answer; empty: it has none.
	Address string
	State   ServerState
	// Name is the name of the record that was asked for.
	Name string
	// Message is what it answered, the same from run to run.
	Message string
}
