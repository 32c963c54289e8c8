package fake

import "net/http"

// routes are the actions that are served. Each runs while the Service is locked.
var routes = []route{
	{"ListHostedZones", http.MethodGet, "/2013-04-01/hostedzone", (*Service).listZones},
	{"CreateHostedZone", http.MethodPost, "/2013-04-01/hostedzone", (*Service).createZone},
	{"ListHostedZonesByName", http.MethodGet, "/2013-04-01/hostedzonesbyname", (*Service).listZonesByName},
	{"GetHostedZone", http.MethodGet, "/2013-04-01/hostedzone/*", (*Service).getZone},
	{"ListResourceRecordSets", http.MethodGet, "/2013-04-01/hostedzone/*/rrset", (*Service).listSets},
	{"ChangeResourceRecordSets", http.MethodPost, "/2013-04-01/hostedzone/*/rrset", (*Service).changeSets},
	{"GetChange", http.MethodGet, "/2013-04-01/change/*", (*Service).getChange},
	{"AssumeRole", http.MethodPost, "/", (*Service).assumeRole},
}
