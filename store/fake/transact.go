package fake

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// mostActions is how many actions a transaction may have, mostTransactBytes how many bytes of items.
const (
	mostActions       = 100
	mostTransactBytes = 4 << 20
)

// transacted is a transaction that was made with a token.
type transacted struct {
	body string
	when time.Time
}

// tokenLasts is how long a repeated transaction has the outcome of the first.
const tokenLasts = 10 * time.Minute

type transactWriteInput struct {
	ClientRequestToken string
	TransactItems      []struct{ ConditionCheck, Put, Delete, Update *change }
}

func (s *Service) transactWrite(in transactWriteInput) (any, error) {
	if n := len(in.TransactItems); n == 0 || n > mostActions {
		return nil, invalid("1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and %d", mostActions)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	all, err := s.prepareAll(in)
	if err != nil {
		return nil, err
	}
	if again, err := s.repeated(in.ClientRequestToken, string(body)); again || err != nil {
		return map[string]any{}, err
	}
	if err := s.commitAll(all); err != nil {
		return nil, err
	}
	if in.ClientRequestToken != "" {
		s.done[in.ClientRequestToken] = transacted{string(body), s.config.Now()}
	}
	return map[string]any{}, nil
}

// repeated reports whether the transaction with that token was made.
func (s *Service) repeated(token, body string) (bool, error) {
	for known, t := range s.done {
		if s.config.Now().Sub(t.when) > tokenLasts {
			delete(s.done, known)
		}
	}
	before, known := s.done[token]
	if known && before.body != body {
		return false, refuse("IdempotentParameterMismatchException", "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical")
	}
	return known, nil
}

func (s *Service) prepareAll(in transactWriteInput) (all []*prepared, err error) {
	seen := map[string]bool{}
	for _, i := range in.TransactItems {
		given := 0
		var p *prepared
		for _, one := range []struct {
			*change
			as func(*prepared, *placeholders) error
		}{{i.ConditionCheck, asCheck}, {i.Put, asPut}, {i.Delete, asDelete}, {i.Update, asUpdate}} {
			if one.change == nil {
				continue
			}
			given++
			if p, err = one.prepare(s, one.as); err != nil {
				return nil, err
			}
		}
		if given != 1 {
			return nil, invalid("TransactItems can only contain one of Check, Put, Update or Delete")
		}
		id := p.table.name + "\x00" + p.table.primary(p.key)
		if seen[id] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		}
		seen[id] = true
		all = append(all, p)
	}
	return all, nil
}

// reason is why one action of a transaction failed; its code is None if it did not.
type reason struct {
	Code    string
	Message string `json:",omitempty"`
	Item    item   `json:",omitempty"`
}

func (s *Service) commitAll(all []*prepared) error {
	type outcome struct{ before, after item }
	outcomes, reasons := make([]outcome, len(all)), make([]reason, len(all))
	failed, bytes := false, 0
	for i, p := range all {
		before, after, err := p.decide()
		outcomes[i], reasons[i] = outcome{before, after}, reason{Code: "None"}
		bytes += after.bytes()
		if err != nil {
			failed, reasons[i] = true, reasonOf(err)
		}
	}
	if failed {
		var codes []string
		for _, r := range reasons {
			codes = append(codes, r.Code)
		}
		cancelled := refuse("TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons [%s]", strings.Join(codes, ", "))
		cancelled.Reasons = reasons
		return cancelled
	}
	if bytes > mostTransactBytes {
		return invalid("Collection size of items in the transaction exceeded the maximum of %d bytes", mostTransactBytes)
	}
	for i, p := range all {
		s.commit(p, outcomes[i].before, outcomes[i].after)
	}
	return nil
}

func reasonOf(err error) reason {
	var refused *Refusal
	if !errors.As(err, &refused) {
		return reason{Code: "ValidationError", Message: err.Error()}
	}
	code := strings.TrimSuffix(refused.Code, "Exception")
	if code == "Validation" {
		code = "ValidationError"
	}
	return reason{Code: code, Message: refused.Message, Item: refused.Item}
}

type transactGetInput struct {
	TransactItems []struct {
		Get struct {
			TableName string
			Key       item
		}
	}
}

func (s *Service) transactGet(in transactGetInput) (any, error) {
	if n := len(in.TransactItems); n == 0 || n > mostActions {
		return nil, invalid("1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and %d", mostActions)
	}
	responses, seen := []map[string]item{}, map[string]bool{}
	for _, i := range in.TransactItems {
		t, err := s.find(i.Get.TableName)
		if err != nil {
			return nil, err
		}
		if err := t.checkKey(i.Get.Key); err != nil {
			return nil, err
		}
		id := t.name + "\x00" + t.primary(i.Get.Key)
		if seen[id] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		}
		seen[id] = true
		response := map[string]item{}
		if found := t.at(i.Get.Key); found != nil {
			response["Item"] = found
		}
		responses = append(responses, response)
	}
	return map[string]any{"Responses": responses}, nil
}
