package email

// Far makes a sender believe that its server is on another machine.
func Far(s *Sender) { s.near = false }
