package api

import "strings"

// FrontendState is whether it is known where an AWS resource is reached.
type FrontendState string

// These are the states of a frontend.
const (
	// FrontendFound: Hosts and Ports are where it is reached.
	FrontendFound FrontendState = "Found"
	// FrontendDeleted: the resource does not exist any more. ACM's InUseBy lags behind.
	FrontendDeleted FrontendState = "Deleted"
	// FrontendUnknown: the resource cannot be described. Access is denied, AWS did not answer, or it is of another kind.
	FrontendUnknown FrontendState = "Unknown"
)

// These bound what is asked about one certificate.
const (
	// MaxFrontends is how many resources of one certificate are described.
	MaxFrontends = 40
	// MaxFrontendNames is how many names one resource serves, MaxFrontendPorts on how many ports.
	MaxFrontendNames = 250
	MaxFrontendPorts = 10
)

// Frontend is where an AWS resource that uses a certificate is reached.
type Frontend struct {
	// ARN is that of the resource. A custom domain name of API Gateway has its own, though ACM names the load balancers of
	// AWS behind it.
	ARN   string
	State FrontendState
	// Host is the DNS name that AWS gave it, Ports are those on which it serves the certificate.
	Host  string
	Ports []int
	// Names are the names for which it serves the certificate, wildcards among them; empty: any.
	Names []string
	// Message is why it is not Found, for users; empty if it is.
	Message string
}

// Serves reports whether f serves the certificate to clients that ask for name.
func (f Frontend) Serves(name string) bool {
	if len(f.Names) == 0 {
		return true
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	_, parent, _ := strings.Cut(name, ".")
	for _, n := range f.Names {
		if n == name || parent != "" && n == "*."+parent {
			return true
		}
	}
	return false
}
