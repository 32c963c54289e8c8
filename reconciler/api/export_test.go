package api

// KnowsEAB reports whether it is stated for an alias whether the CA requires an EAB credential.
func KnowsEAB(alias string) bool {
	_, ok := requiresEAB[alias]
	return ok && len(requiresEAB) == len(DirectoryAliases)
}
