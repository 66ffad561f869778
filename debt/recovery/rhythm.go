package recovery

import (
	"time"

	"quitt/debt"
)

// Rhythm is how often a report is sent.
type Rhythm string

// The rhythms: from Monday to Sunday, and months and quarters of the calendar.
const (
	Weekly    Rhythm = "weekly"
	Monthly   Rhythm = "monthly"
	Quarterly Rhythm = "quarterly"
)

// Rhythms lists every Rhythm.
func Rhythms() []Rhythm { return []Rhythm{Weekly, Monthly, Quarterly} }

// First is the first day of the period that a day is in.
func (r Rhythm) First(day debt.Date) debt.Date {
	switch r {
	case Monthly:
		return day.AddDays(1 - day.Time().Day())
	case Quarterly:
		first := day.AddDays(1 - day.Time().Day())
		return first.AddMonths(-(int(first.Time().Month()) - 1) % 3)
	}
	return day.AddDays(-(int(day.Weekday()) + 6) % 7)
}

// Next is the first day of the period after the one that begins on a day.
func (r Rhythm) Next(first debt.Date) debt.Date {
	switch r {
	case Monthly:
		return first.AddMonths(1)
	case Quarterly:
		return first.AddMonths(3)
	}
	return first.AddDays(7)
}

// Last is the last day of the period that begins on a day.
func (r Rhythm) Last(first debt.Date) debt.Date { return r.Next(first).AddDays(-1) }

// sentAt is the hour of the morning, in Berlin, at which reports are sent.
const sentAt = 6

// DueAt is when the report of the period that begins on a day is sent: in the morning of the first
// day after it that is a working day in every Land, for readers are in all of them.
func (r Rhythm) DueAt(first debt.Date) time.Time {
	day := debt.NextBusinessDay(r.Next(first), "").Time()
	return time.Date(day.Year(), day.Month(), day.Day(), sentAt, 0, 0, 0, debt.Berlin)
}

// EndsAt is the instant at which the period that begins on a day is over.
func (r Rhythm) EndsAt(first debt.Date) time.Time {
	day := r.Next(first).Time()
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, debt.Berlin)
}
