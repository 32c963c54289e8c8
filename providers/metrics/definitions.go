package metrics

// definition is one metric. Its unit is one of CloudWatch's (API_MetricDatum); by is the dimension it has besides Table,
// if any.
type definition struct{ name, unit, by string }

// The units, and the dimensions.
const (
	count   = "Count"
	seconds = "Seconds"
	none    = "None"

	byTable  = "Table"
	byResult = "Result"
	byReason = "Reason"
)

// All metrics there are.
var (
	minimumDaysToExpiry   = definition{"MinimumDaysToExpiry", none, ""}
	certificatesReady     = definition{"CertificatesReady", count, ""}
	certificatesNotReady  = definition{"CertificatesNotReady", count, ""}
	certificatesSuspended = definition{"CertificatesSuspended", count, ""}
	longestNotReady       = definition{"LongestNotReady", seconds, ""}
	oldestOverdue         = definition{"OldestOverdue", seconds, ""}
	unknownKinds          = definition{"UnknownKinds", count, ""}
	resyncs               = definition{"Resyncs", count, ""}
	reconciles            = definition{"Reconciles", count, byResult}
	failures              = definition{"Failures", count, byReason}
	certificatesIssued    = definition{"CertificatesIssued", count, ""}
	certificatesRevoked   = definition{"CertificatesRevoked", count, ""}
	issuanceDuration      = definition{"IssuanceDuration", seconds, ""}

	minimumDaysToExpiryServed = definition{"MinimumDaysToExpiryServed", none, ""}
	endpointsNotCurrent       = definition{"EndpointsNotCurrent", count, ""}
	endpointsUnreachable      = definition{"EndpointsUnreachable", count, ""}
	oldestOverdueProbe        = definition{"OldestOverdueProbe", seconds, ""}
	probes                    = definition{"Probes", count, ""}

	definitions = []definition{minimumDaysToExpiry, certificatesReady, certificatesNotReady, certificatesSuspended,
		longestNotReady, oldestOverdue, unknownKinds, resyncs, reconciles, failures, certificatesIssued, certificatesRevoked, issuanceDuration,
		minimumDaysToExpiryServed, endpointsNotCurrent, endpointsUnreachable, oldestOverdueProbe, probes}
)

// series is a metric with the value of its second dimension.
type series struct {
	metric definition
	value  string
}
