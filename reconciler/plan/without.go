package plan

import "slices"

// Rows returns the names of the rows that Decide goes through, in their order.
func Rows() []string {
	var names []string
	for _, r := range rows {
		names = append(names, r.name)
	}
	return names
}

// Without is Decide with the row of that name taken out. It is for the simulation, which has to notice the loss of any
// row; nothing else may decide by it.
func Without(name string) func(Input) Plan {
	i := slices.Index(Rows(), name)
	if i < 0 {
		panic("plan: no row is called " + name)
	}
	left := slices.Delete(slices.Clone(rows), i, i+1)
	return func(in Input) Plan { return decide(in, left) }
}
