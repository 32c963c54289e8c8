package acm_test

// Reasons that several parts share.
const (
	noUsers     = "nothing can make a certificate of moto's be in use"
	noIssued    = "moto issues leaves of its own making, and never leaves one without"
	noSearch    = "moto's GetResources knows the resource type acm, and not acm:certificate as AWS does"
	noLeaf      = "moto does not look at the leaf's issuer, names and key"
	noChain     = "moto takes any certificates for the chain"
	noKeyLimits = "moto does not compare the key with the certificate, and takes any length"
	noSuccessor = "moto does not compare the certificate with its predecessor"
	noCN        = "moto answers 500 to a certificate without a common name"
)

// notEnforcedByMoto are the parts of the contract that moto 5.2.1 does not pass, each with the reason. All of them run
// on the strict fake.
var notEnforcedByMoto = map[string]string{
	"a certificate in use is not deleted, and its users named": noUsers,
	"a certificate is deleted once nobody uses it":             noUsers,
	"a re-import keeps the users":                              noUsers,
	"the users of a certificate are those that ACM knows":      noUsers,

	"a certificate that ACM issued is described as such":         noIssued,
	"a certificate that is not issued yet has its type and tags": noIssued,
	"a re-import of what ACM issued is refused":                  noIssued,
	"a sweep leaves out what ACM issued":                         noIssued,

	"a certificate is found by its owner and its target": noSearch,
	"a certificate of another key type is found too":     noSearch,
	"what has lost its ownership tags is not found":      noSearch,

	"a certificate without an issuer is refused":      noLeaf,
	"a P-224 key is refused":                          noLeaf,
	"an Ed25519 key is refused":                       noLeaf,
	"a certificate without a common name is imported": noCN,
	"a certificate without a name is refused":         noCN,

	"a certificate that is not self-signed is refused without a chain": noChain,
	"a first import is refused where the chain is another authority's": noChain,
	"a first import is refused where the chain is the wrong way round": noChain,
	"a first import is refused where the leaf is in the chain":         noChain,
	"a first import is refused where the leaf's issuer is missing":     noChain,

	"the key of another certificate is refused": noKeyLimits,
	"a key of more than 5,120 bytes is refused": noKeyLimits,

	"a re-import keeps the tags, and those it carries are left": "moto forgets the tags on a re-import",
	"a first import with tags that are refused makes nothing":   "moto keeps the certificate whose tags it refuses",

	"a re-import with another kind of key is refused":                       noSuccessor,
	"a re-import with a key of another size is refused":                     noSuccessor,
	"a re-import on another curve is refused":                               noSuccessor,
	"a re-import that lacks keyEncipherment is refused of RSA":              noSuccessor,
	"a re-import that lacks a key usage is refused of ECDSA":                noSuccessor,
	"a re-import that lacks an extended key usage is refused":               noSuccessor,
	"a re-import that lacks the extension of key usages is refused":         noSuccessor,
	"a re-import that adds the extension of key usages is refused":          noSuccessor,
	"a re-import that adds the extension of extended key usages is refused": noSuccessor,
	"a re-import that replaces all names is refused":                        noSuccessor,
}
