package lang

// messages are the texts of the commands, in alphabetical order.
var messages = []entry{}
