package awsrole

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"certloop/reconciler/api"
)

// Clients caches the clients of a service, one for each key. A client holds the credentials of its role, which last an hour. It
// is safe for concurrent use.
type Clients[K comparable, C any] struct {
	config Config[K, C]
	sts    *sts.Client

	mu   sync.Mutex
	made map[K]C
}

// Config is what Clients are made of.
type Config[K comparable, C any] struct {
	// AWS holds credentials, retryer, HTTP client and endpoints; its region is that of the STS which assumes the roles.
	AWS aws.Config
	// Role returns the role of a key; zero: the function's own.
	Role func(K) api.Role
	// New makes the client of a key. aws has the credentials of its role. Calls of New never overlap.
	New func(key K, aws aws.Config) C
}

// NewClients makes Clients; it sends nothing.
func NewClients[K comparable, C any](c Config[K, C]) *Clients[K, C] {
	if c.AWS.HTTPClient == nil {
		// The SDK would make one per client: a connection pool for every role.
		c.AWS.HTTPClient = awshttp.NewBuildableClient()
	}
	return &Clients[K, C]{config: c, sts: sts.NewFromConfig(c.AWS), made: map[K]C{}}
}

// Get returns the client of the key, made on the first call.
func (c *Clients[K, C]) Get(key K) C {
	c.mu.Lock()
	defer c.mu.Unlock()
	if client, ok := c.made[key]; ok {
		return client
	}
	config := c.config.AWS.Copy()
	if r := c.config.Role(key); r.RoleARN != "" {
		config.Credentials = Credentials(c.sts, r)
	}
	client := c.config.New(key, config)
	c.made[key] = client
	return client
}
