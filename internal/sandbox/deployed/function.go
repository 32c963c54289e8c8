package deployed

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"certloop/internal/sandbox/lambdaruntime"
)

// architectures maps GOARCH to Lambda's name of the architecture.
var architectures = map[string]string{"amd64": "x86_64", "arm64": "arm64"}

// function is a function in one configuration. A changed configuration is another function.
type function struct {
	configuration
	*lambdaruntime.Function
}

// Invoke invokes the function with that name or ARN in its current configuration. Running invocations end in the
// configuration in which they began, as in Lambda. The error is the sandbox's own.
func (r *Runner) Invoke(ctx context.Context, name string, payload []byte) (lambdaruntime.Result, error) {
	r.replacing.RLock()
	defer r.replacing.RUnlock()
	c, err := r.emulator.function(ctx, name)
	if err != nil {
		return lambdaruntime.Result{}, err
	}
	f, err := r.function(c)
	if err != nil {
		r.problem(err)
		return lambdaruntime.Result{}, err
	}
	return f.Invoke(ctx, payload)
}

func (r *Runner) function(c configuration) (*function, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.functions {
		if same(f.configuration, c) {
			return f, nil
		}
	}
	if err := r.check(c); err != nil {
		return nil, fmt.Errorf("function %s: %w", c.FunctionName, err)
	}
	config := lambdaruntime.Config{
		Zip: r.config.Zip, Env: r.environment(c), ARN: c.FunctionArn, Log: r.config.Log,
		Timeout: time.Duration(c.Timeout) * time.Second,
	}
	if line := r.config.Line; line != nil {
		config.Line = func(stream string, text []byte) { line(c.FunctionName, stream, text) }
	}
	if r.program != nil {
		config.Zip, config.Env = r.program.Zip, append(config.Env, r.program.Env...)
	}
	running, err := lambdaruntime.Deploy(config)
	if err != nil {
		return nil, err
	}
	f := &function{c, running}
	r.functions = append(r.functions, f)
	return f, nil
}

// check returns an error if this machine cannot run the function: it has only one archive, and runs only programs of
// its own architecture.
func (r *Runner) check(c configuration) error {
	body, err := os.ReadFile(r.config.Zip)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if packed := base64.StdEncoding.EncodeToString(sum[:]); packed != c.CodeSha256 {
		return fmt.Errorf("the deployed code has the SHA-256 %s, and %s has %s", c.CodeSha256, r.config.Zip, packed)
	}
	if want := []string{architectures[r.config.Architecture]}; !slices.Equal(c.Architectures, want) {
		return fmt.Errorf("it is deployed for %v, and the archive is for %v", c.Architectures, want)
	}
	if c.Runtime != "provided.al2023" {
		return fmt.Errorf("its runtime is %q, and a program called bootstrap needs provided.al2023", c.Runtime)
	}
	return nil
}

// environment returns the variables that were deployed, those that Lambda adds
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime), and those
// that lead to the sandbox.
func (r *Runner) environment(c configuration) []string {
	env := []string{"AWS_REGION=" + r.config.Region, "AWS_DEFAULT_REGION=" + r.config.Region,
		"AWS_LAMBDA_FUNCTION_NAME=" + c.FunctionName, "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + c.FunctionName,
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", c.MemorySize)}
	for name, value := range c.Environment.Variables {
		env = append(env, name+"="+value)
	}
	return append(env, r.config.Env...)
}

// Replacement is a program that runs in place of the deployed one. The deployed configuration stays as it is.
type Replacement struct {
	// Zip is its archive. Env are variables besides those of the configuration.
	Zip string
	Env []string
	// Meanwhile, if set, is called when no program runs.
	Meanwhile func()
}

// Replace runs another program from now on. It waits until all running invocations have ended, and starts no other
// before that, so that no two programs work at the same time.
func (r *Runner) Replace(p Replacement) {
	r.replacing.Lock()
	defer r.replacing.Unlock()
	r.mu.Lock()
	r.program = &p
	r.mu.Unlock()
	r.closeFunctions()
	if p.Meanwhile != nil {
		p.Meanwhile()
	}
}

func same(a, b configuration) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

// nameOf returns the resource part of an ARN.
func nameOf(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }
