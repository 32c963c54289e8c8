package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// ErrNoFunction is the error of Config.Invoke about a function that does not exist.
var ErrNoFunction = errors.New("the function does not exist")

// invoke answers Lambda's Invoke (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
func (s *router) invoke(w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	function := r.PathValue("function")
	switch r.Header.Get("X-Amz-Invocation-Type") {
	case "DryRun":
		// It checks the request and the rights of the caller, and invokes nothing.
		w.WriteHeader(http.StatusNoContent)
	case "Event":
		ctx := context.WithoutCancel(r.Context())
		go func() { _, _, _ = s.Invoke(ctx, function, payload) }()
		w.WriteHeader(http.StatusAccepted)
	default:
		answer, functionError, err := s.Invoke(r.Context(), function, payload)
		respond(w, function, answer, functionError, err)
	}
}

func respond(w http.ResponseWriter, function string, answer []byte, functionError bool, err error) {
	switch {
	case errors.Is(err, ErrNoFunction):
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
		w.WriteHeader(http.StatusNotFound)
		_ = json.NewEncoder(w).Encode(map[string]string{"Type": "User", "Message": fmt.Sprintf("Function not found: %s", function)})
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amz-Executed-Version", "$LATEST")
	if functionError {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
	}
	_, _ = w.Write(answer)
}
