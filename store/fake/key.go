package fake

func (k keySchema) has(name string) bool { return name == k.partition || name == k.sort }

// isKey reports whether an attribute is part of the key of the table or of an index.
func (t *table) isKey(name string) bool {
	for _, i := range t.indexes {
		if i.key.has(name) {
			return true
		}
	}
	return t.key.has(name)
}

// checkKey refuses what is not exactly a key of the table.
func (t *table) checkKey(key item) error {
	for _, name := range []string{t.key.partition, t.key.sort} {
		v, ok := key[name]
		if !ok || v.kind != t.types[name] || len(key) != 2 {
			return invalid("The provided key element does not match the schema")
		}
		if v.text == "" {
			return emptyKey(name)
		}
	}
	return nil
}

func emptyKey(name string) error {
	return invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", name)
}

// checkItem refuses an item that the table cannot hold.
func (t *table) checkItem(it item) error {
	for _, name := range []string{t.key.partition, t.key.sort} {
		v, ok := it[name]
		switch {
		case !ok:
			return invalid("One or more parameter values were invalid: Missing the key %s in the item", name)
		case v.kind != t.types[name]:
			return invalid("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", name, t.types[name], v.kind)
		case v.text == "":
			return emptyKey(name)
		}
	}
	if err := t.checkIndexKeys(it); err != nil {
		return err
	}
	return it.checkSize()
}

func (t *table) checkIndexKeys(it item) error {
	for _, i := range t.indexes {
		for _, name := range []string{i.key.partition, i.key.sort} {
			v, ok := it[name]
			switch {
			case !ok:
			case v.kind != t.types[name]:
				return invalid("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s",
					name, t.types[name], v.kind, i.name)
			case v.text == "":
				return invalid("One or more parameter values are not valid. A value specified for a secondary index key is not supported. "+
					"The AttributeValue for a key attribute cannot contain an empty string value. IndexName: %s, IndexKey: %s", i.name, name)
			}
		}
	}
	return nil
}
