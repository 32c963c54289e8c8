package acm_test

// notEnforcedByMoto are the parts of the contract that moto 5.2.1 does not pass, each with the reason. All of them run
// on the strict fake.
var notEnforcedByMoto = map[string]string{}
