package figures

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestSlowFiguresAreThoseOfTheTimeBefore(t *testing.T) {
	answers, asked := make(chan int), 0
	var failure error
	l := &latest[int]{ask: func(context.Context) (int, error) { asked++; return <-answers, failure }}
	if _, known := l.get(time.Millisecond); known {
		t.Error("known before the first answer")
	}
	answers <- 1
	round := func(answer int) {
		go func() { answers <- answer }()
		for {
			if got, known := l.get(time.Minute); known && got == answer {
				return
			}
		}
	}
	round(2)
	if got, known := l.get(time.Millisecond); !known || got != 2 {
		t.Errorf("while a round is going on: %d, %v", got, known)
	}
	l.mu.Lock()
	going := l.round
	l.mu.Unlock()
	failure = errors.New("gone")
	answers <- 3
	<-going
	if _, known := l.get(time.Millisecond); known {
		t.Error("figures although the database does not answer")
	}
	answers <- 4
	if asked < 4 {
		t.Errorf("asked %d times", asked)
	}
}
