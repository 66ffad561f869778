package notifications

// ReadOptOut is for the fuzz test.
var ReadOptOut = readOptOut
