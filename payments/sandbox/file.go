package sandbox

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"quitt/payments/sandbox/world"
)

// kept is all that outlives a restart, and what export and import move.
type kept struct {
	World   json.RawMessage    `json:"world"`
	Answers map[string]*answer `json:"answers"`
	Serial  int64              `json:"serial"`
}

// Export gives the whole state. Put back into a server it goes on as if nothing happened.
func (s *Server) Export() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.export()
}

func (s *Server) export() ([]byte, error) {
	state, err := s.world.Export()
	if err != nil {
		return nil, err
	}
	answers := map[string]*answer{}
	for scope, a := range s.answers {
		if !a.running && s.world.Now().Sub(a.At) < keptAnswers {
			answers[scope] = a
		}
	}
	return json.Marshal(kept{state, answers, s.serial})
}

// Import replaces the whole state by an exported one; a broken one changes nothing.
func (s *Server) Import(b []byte) error {
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.world.Import(k.World); err != nil {
		return err
	}
	s.answers = map[string]*answer{}
	for scope, a := range k.Answers {
		if a != nil {
			a.kept = true
			s.answers[scope] = a
		}
	}
	s.serial = max(s.serial, k.Serial)
	s.recall()
	s.send()
	s.dirty = true
	return nil
}

// recall takes back letters of a state that is no more.
func (s *Server) recall() {
	for endpoint := range s.queues {
		s.queues[endpoint] = nil
	}
}

// Reset forgets everything but the time.
func (s *Server) Reset() {
	s.Do(func(w *world.World) {
		w.Reset()
		s.answers, s.faults, s.calls, s.dirty = map[string]*answer{}, nil, nil, true
		s.recall()
	})
}

// load goes on where the file says. A file that cannot be read is an error: starting empty
// would write over it.
func (s *Server) load() error {
	if s.o.File == "" {
		return nil
	}
	b, err := os.ReadFile(s.o.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Import(b)
}

// save writes the file beside itself and renames it, so that a crash leaves the old one.
func (s *Server) save() error {
	s.mu.Lock()
	if s.o.File == "" || !s.dirty {
		s.mu.Unlock()
		return nil
	}
	b, err := s.export()
	s.dirty = false
	s.mu.Unlock()
	if err == nil {
		err = replace(s.o.File, b)
	}
	if err != nil {
		s.mu.Lock()
		s.dirty = true
		s.mu.Unlock()
	}
	return err
}

// replace puts a new file in the place of the old one in one step.
func replace(file string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(b)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error that matters is the first
	}
	return err
}
