package notifications

// ReadOptOut is for the fuzz test.
var ReadOptOut = readOptOut

// ErrDown is what a loop's work says when the other side takes nothing.
var ErrDown = errDown
