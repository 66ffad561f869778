package settings

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"quitt/debt"
)

// Lookup finds a setting in an environment, "" without.
func Lookup(environ []string, name string) string {
	for _, kv := range environ {
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}

// Listen takes the socket systemd has opened, else opens one. A socket that outlives the
// process keeps the connections of visitors who come during a restart (sd_listen_fds(3)).
func Listen(environ []string, address string) (ln net.Listener, handedOver bool, err error) {
	const first = 3 // the first descriptor after standard input, output and error
	if Lookup(environ, "LISTEN_PID") == strconv.Itoa(os.Getpid()) {
		if n := Lookup(environ, "LISTEN_FDS"); n != "1" {
			return nil, false, debt.E(debt.Invalid, "listen_handed_over", debt.Args{"n": n})
		}
		f := os.NewFile(first, "listen")
		ln, err = net.FileListener(f)
		return ln, true, errors.Join(err, f.Close()) // the listener has a descriptor of its own
	}
	ln, err = net.Listen("tcp", address)
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "listen_failed", debt.Args{"address": address}), err)
	}
	return ln, false, nil
}
