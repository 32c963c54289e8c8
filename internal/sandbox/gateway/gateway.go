// Package gateway is the one AWS endpoint of the sandbox. It forwards requests for ACM and the tagging API to the
// strict fake, Lambda's Invoke to the deployed function, and all others to the cloud: an emulator or a handler of this
// process.
package gateway

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Config configures a gateway.
type Config struct {
	// Cloud answers all other requests, in this process. If it is nil, the server with the URL Emulator does.
	Cloud    http.Handler
	Emulator string
	// ACM answers for CertificateManager and ResourceGroupsTaggingAPI.
	ACM http.Handler
	// Frontends, if set, answers for Elastic Load Balancing, CloudFront and API Gateway.
	Frontends http.Handler
	// Assumed, if set, receives the account of each access key of an assumed role.
	Assumed func(accessKey, account string)
	// Changed, if set, is called with the ID of a hosted zone whose record sets may have changed, or with "" if a zone may
	// have been created or deleted. The client receives the reply to its change when Changed has returned.
	Changed func(zone string)
	// Invoke invokes the function with that name or ARN.
	Invoke func(ctx context.Context, function string, payload []byte) (answer []byte, functionError bool, err error)
	// Intercept, if set, wraps all of them; tests inject their faults there.
	Intercept func(http.Handler) http.Handler
}

// Server is a running gateway.
type Server struct {
	// URL is the value for AWS_ENDPOINT_URL.
	URL    string
	server *http.Server
}

// Start listens on a free loopback port.
func Start(c Config) (*Server, error) {
	behind := c.Cloud
	if behind == nil {
		emulator, err := url.Parse(c.Emulator)
		if err != nil {
			return nil, fmt.Errorf("emulator: %w", err)
		}
		behind = proxy(emulator, c.Assumed)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	route := &router{Config: c, emulator: behind}
	route.rest = route.routes()
	var handler http.Handler = route
	if c.Intercept != nil {
		handler = c.Intercept(handler)
	}
	s := &Server{URL: "http://" + listener.Addr().String(),
		server: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// Close ends the gateway and every connection to it.
func (s *Server) Close() { _ = s.server.Close() }

// proxy keeps the Host header: the emulator puts it into queue URLs, and those must lead back here.
func proxy(to *url.URL, assumed func(accessKey, account string)) http.Handler {
	return &httputil.ReverseProxy{
		ModifyResponse: sessions(assumed),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
		},
		// A client that closes its connection is not an error.
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadGateway)
		},
	}
}

type router struct {
	Config
	emulator http.Handler
	rest     http.Handler
	// recursive holds each function's setting.
	recursive sync.Map
}

func (s *router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch target := r.Header.Get("X-Amz-Target"); {
	case strings.HasPrefix(target, "CertificateManager."), strings.HasPrefix(target, "ResourceGroupsTaggingAPI_"):
		s.ACM.ServeHTTP(w, r)
	case s.Frontends != nil && frontend.MatchString(r.Header.Get("Authorization")):
		s.Frontends.ServeHTTP(w, r)
	default:
		s.rest.ServeHTTP(w, r)
	}
}

// frontend matches the credentials of requests for the services that use certificates.
var frontend = regexp.MustCompile(`Credential=[^/]+/\d+/[^/]+/(elasticloadbalancing|cloudfront|apigateway)/`)

// routes returns the handler of requests that are recognized by their path.
func (s *router) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{function}/invocations", s.invoke)
	mux.HandleFunc("/2024-08-31/functions/{function}/recursion-config", s.recursion)
	mux.HandleFunc(alarmsPath, s.describeAlarms)
	for _, path := range zonePaths {
		mux.HandleFunc(path, s.changeZone)
	}
	mux.Handle("/", s.emulator)
	return mux
}
