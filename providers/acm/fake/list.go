package fake

import (
	"encoding/base64"
	"slices"
	"strconv"
)

type listInput struct {
	CertificateStatuses []string
	Includes            struct {
		KeyTypes []string `json:"keyTypes"`
	}
	MaxItems  int
	NextToken string
}

// listCertificates names, where no key types are asked for, only RSA of 1024 and 2048 bits, as ACM does.
func (s *Service) listCertificates(c *request, in listInput) (any, *Refusal) {
	keyTypes := in.Includes.KeyTypes
	if len(keyTypes) == 0 {
		keyTypes = []string{"RSA_1024", "RSA_2048"}
	}
	if in.MaxItems > 1000 {
		return nil, invalid("Value '%d' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000", in.MaxItems)
	}
	var all []any
	for _, cert := range s.inventory(c.Account, c.Region).certificates {
		line := s.summary(cert)
		if slices.Contains(keyTypes, line["KeyAlgorithm"].(string)) &&
			(len(in.CertificateStatuses) == 0 || slices.Contains(in.CertificateStatuses, s.status(cert))) {
			all = append(all, line)
		}
	}
	page, next, err := s.page(all, in.NextToken, in.MaxItems, 100)
	if err != nil {
		return nil, err
	}
	out := map[string]any{"CertificateSummaryList": page}
	if next != "" {
		out["NextToken"] = next
	}
	return out, nil
}

// page cuts the part of all that token asks for, and the token of the next; size 0 asks for usual.
func (s *Service) page(all []any, token string, size, usual int) (part []any, next string, err *Refusal) {
	if size <= 0 {
		size = usual
	}
	if s.config.PageSize > 0 {
		size = min(size, s.config.PageSize)
	}
	start := 0
	if token != "" {
		text, decodeErr := base64.StdEncoding.DecodeString(token)
		n, numberErr := strconv.Atoi(string(text))
		if decodeErr != nil || numberErr != nil || n < 0 || n > len(all) {
			return nil, "", invalid("The next token is not valid.")
		}
		start = n
	}
	end := min(start+size, len(all))
	if end < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(end)))
	}
	return append([]any{}, all[start:end]...), next, nil
}
