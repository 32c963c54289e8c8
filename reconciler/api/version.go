package api

// DamagedVersion is the Version of an item whose stored version is none. A write of that version replaces the item, while the stored
// version is still none. Otherwise such an item would conflict with every write for ever.
const DamagedVersion = -1

// MaxVersion is far above any real version, and far below the overflow of a number in the table.
const MaxVersion = 1 << 53

// VersionRead returns the version as it is read: DamagedVersion for a stored one that no writer can have reached.
func VersionRead(stored int64) int64 {
	if stored < 1 || stored > MaxVersion {
		return DamagedVersion
	}
	return stored
}

// NextVersion returns the version that a write stores after the one that was read.
func NextVersion(read int64) int64 { return max(read, 0) + 1 }
