package fake

import "slices"

type getInput struct {
	TableName                string
	Key                      item
	ConsistentRead           bool
	ProjectionExpression     string
	ExpressionAttributeNames map[string]string
}

func (s *Service) getItem(in getInput) (any, error) {
	t, err := s.find(in.TableName)
	if err != nil {
		return nil, err
	}
	shared := newPlaceholders(t, in.ExpressionAttributeNames, nil)
	project, err := projected(shared, in.ProjectionExpression)
	if err != nil {
		return nil, err
	}
	if err := shared.finish(); err != nil {
		return nil, err
	}
	if err := t.checkKey(in.Key); err != nil {
		return nil, err
	}
	out := map[string]any{}
	if found := t.at(in.Key); found != nil {
		out["Item"] = project(found)
	}
	return out, nil
}

// projected reads a projection of whole attributes.
func projected(shared *placeholders, text string) (func(item) item, error) {
	if text == "" {
		return func(it item) item { return it }, nil
	}
	names, err := parse(shared, "ProjectionExpression", text, func(p *parser) (names []string, err error) {
		for more := true; more; more = p.sign(",") {
			at, err := p.path()
			if err != nil {
				return nil, err
			}
			if len(at) > 1 {
				return nil, invalid("Invalid ProjectionExpression: the fake projects whole attributes only, not %s", at)
			}
			names = append(names, at[0].name)
		}
		return names, nil
	})
	return func(it item) item { return it.only(names...) }, err
}

// mostBatch is how many requests a BatchWriteItem may have.
const mostBatch = 25

type batchWriteInput struct {
	RequestItems map[string][]struct {
		PutRequest    *struct{ Item item }
		DeleteRequest *struct{ Key item }
	}
}

func (s *Service) batchWrite(in batchWriteInput) (any, error) {
	var all []*prepared
	for name, requests := range in.RequestItems {
		for _, r := range requests {
			c, as := change{TableName: name}, asDelete
			switch {
			case r.PutRequest != nil && r.DeleteRequest == nil:
				c.Item, as = r.PutRequest.Item, asPut
			case r.DeleteRequest != nil && r.PutRequest == nil:
				c.Key = r.DeleteRequest.Key
			default:
				return nil, invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
			}
			p, err := c.prepare(s, as)
			if err != nil {
				return nil, err
			}
			same := func(o *prepared) bool { return o.table == p.table && o.key.equal(p.key) }
			if slices.ContainsFunc(all, same) {
				return nil, invalid("Provided list of item keys contains duplicates")
			}
			all = append(all, p)
		}
	}
	if len(all) == 0 || len(all) > mostBatch {
		return nil, invalid("1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Member must have length between 1 and %d", mostBatch)
	}
	return map[string]any{"UnprocessedItems": map[string]any{}}, s.commitAll(all)
}
