package gateway

import (
	"encoding/json"
	"net/http"
)

// recursion implements Lambda's recursive loop detection, which the emulator does not have
// (https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html).
func (s *router) recursion(w http.ResponseWriter, r *http.Request) {
	setting := struct{ RecursiveLoop string }{"Terminate"}
	function := r.PathValue("function")
	switch r.Method {
	case http.MethodPut:
		err := json.NewDecoder(r.Body).Decode(&setting)
		if err != nil || (setting.RecursiveLoop != "Allow" && setting.RecursiveLoop != "Terminate") {
			http.Error(w, `{"Type":"User","Message":"RecursiveLoop is Allow or Terminate"}`, http.StatusBadRequest)
			return
		}
		s.recursive.Store(function, setting.RecursiveLoop)
	case http.MethodGet:
		if put, ok := s.recursive.Load(function); ok {
			setting.RecursiveLoop, _ = put.(string)
		}
	default:
		http.Error(w, r.Method, http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(setting)
}
