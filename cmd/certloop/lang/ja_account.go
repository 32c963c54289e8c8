package lang

// accounting are the texts of certloop account.
var accounting = []entry{}
