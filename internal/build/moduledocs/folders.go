package moduledocs

import (
	"path/filepath"
	"slices"
)

// Folders returns the folders of the modules below root, which is the folder terraform of the tree: the module itself
// and those beside it.
func Folders(root string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(root, "modules", "*", "versions.tf"))
	if err != nil {
		return nil, err
	}
	folders := []string{root}
	for _, file := range files {
		folders = append(folders, filepath.Dir(file))
	}
	return slices.Clip(folders), nil
}
