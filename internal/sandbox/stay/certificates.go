package stay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/acm"

	"certloop/internal/sandbox"
)

// changes are the calls of ACM about which CloudTrail sends an event (terraform/events.tf).
var changes = []string{"AddTagsToCertificate", "DeleteCertificate", "ImportCertificate", "RemoveTagsFromCertificate"}

// certificateEvents sends the function an event about each certificate that somebody else changed, as EventBridge does.
// The emulator has no CloudTrail.
func (b *Box) certificateEvents(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "CertificateManager.")
		if !slices.Contains(changes, operation) || strings.Contains(r.Header.Get("Authorization"), "Credential="+sandbox.AccessKey+"/") {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
		if answer.Code == http.StatusOK {
			b.sendEvent(operation, arnIn(answer.Body.Bytes()), arnIn(body))
		}
	})
}

// arnIn returns the certificate that a request or an answer names, or "".
func arnIn(body []byte) string {
	var named struct{ CertificateArn string }
	_ = json.Unmarshal(body, &named)
	return named.CertificateArn
}

// sendEvent invokes the function with an event of CloudTrail about a certificate.
func (b *Box) sendEvent(operation string, arns ...string) {
	arns = slices.DeleteFunc(arns, func(arn string) bool { return arn == "" })
	if len(arns) == 0 || b.Deployed == nil || b.ctx.Err() != nil {
		return
	}
	event, err := json.Marshal(map[string]any{"source": "aws.acm", "detail-type": "AWS API Call via CloudTrail",
		"detail": map[string]any{"eventSource": "acm.amazonaws.com", "eventName": operation,
			"requestParameters": map[string]any{"certificateArn": arns[0]}}})
	if err != nil {
		return
	}
	b.spawn(func() { b.deliverEvent(string(event)) })
}

// retries and retryPause are how an event is delivered again that the function does not process. EventBridge and Lambda do
// so too, with longer pauses.
const (
	retries    = 5
	retryPause = time.Second
)

func (b *Box) deliverEvent(event string) {
	for try := 0; ; try++ {
		err := b.invoke(b.ctx, event)
		if err == nil || b.ctx.Err() != nil {
			return
		}
		if try == retries {
			b.out.print("sandbox: an event of ACM was not processed: %v", err)
			return
		}
		select {
		case <-b.ctx.Done():
		case <-time.After(retryPause):
		}
	}
}

// deleteCertificate deletes in ACM what a record has installed, in all its regions, as an operator does by mistake.
func (b *Box) deleteCertificate(ctx context.Context, name string) (string, error) {
	s, err := b.Status(ctx, name)
	if err != nil {
		return "", err
	}
	if s == nil {
		return "", fmt.Errorf("there is no record %s with a status: use the name of a Certificate record", name)
	}
	var deleted []string
	for _, t := range s.Targets {
		if t.ARN == "" {
			continue
		}
		if _, err := b.CertificateManager(regionOf(t.ARN)).DeleteCertificate(ctx, &acm.DeleteCertificateInput{CertificateArn: &t.ARN}); err != nil {
			return "", fmt.Errorf("delete %s: %w", t.ARN, err)
		}
		deleted = append(deleted, t.ARN)
	}
	if len(deleted) == 0 {
		return "", errors.New(name + " has no certificate in ACM yet: wait until it is Ready")
	}
	return "Deleted in ACM: " + strings.Join(deleted, ", "), nil
}

func regionOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 3 {
		return parts[3]
	}
	return sandbox.Region
}
