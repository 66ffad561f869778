package page

import "testing"

func TestGzipIsSentToThoseWhoTakeIt(t *testing.T) {
	for header, want := range map[string]bool{"gzip": true, "gzip, deflate, br": true, "br, gzip;q=0.5": true, "": false,
		"br": false, "gzip;q=0": false, "gzip;q=0.0": false, "xgzip": false, "identity": false} {
		if got := TakesGzip(header); got != want {
			t.Errorf("%q: %t", header, got)
		}
	}
}
