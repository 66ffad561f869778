package notifications

// ReadOptOut is for the fuzz test.
var ReadOptOut = readOptOut

// ErrDown is what a loop's work says when the other side takes nothing.
var ErrDown = errDown

// IdlePause is how long a loop waits after a sweep that found nothing.
var IdlePause = idlePause
