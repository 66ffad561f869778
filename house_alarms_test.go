package quitt_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	alarmName  = regexp.MustCompile(`(?m)^\s*- alert: (\w+)$`)
	figureName = regexp.MustCompile(`quitt_[a-z_]+`)
	section    = regexp.MustCompile(`(?m)^## (\w+)$`)
	ofCounts   = strings.NewReplacer("_bucket", "", "_count", "", "_sum", "")
)

func names(re *regexp.Regexp, text string) (list []string) {
	for _, m := range re.FindAllStringSubmatch(text, -1) {
		list = append(list, m[len(m)-1])
	}
	return list
}

// An alarm nobody knows what to do about, or about a figure that is not there, never helps.
func TestEveryAlarmIsAboutAFigureAndHasItsSection(t *testing.T) {
	read := func(path string) string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	rules, book := read("deploy/alerts.yml"), read("docs/runbook.md")
	alarms := names(alarmName, rules)
	if sections := names(section, book); len(alarms) == 0 || !slices.Equal(alarms, sections) {
		t.Errorf("alarms %v\nsections %v", alarms, sections)
	}
	var code strings.Builder
	for _, room := range []string{"portal/*.go", "portal/figures/*.go"} {
		files, err := filepath.Glob(room)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			code.WriteString(read(f))
		}
	}
	for _, name := range figureName.FindAllString(rules, -1) {
		if !strings.Contains(code.String(), `"`+ofCounts.Replace(name)+`"`) {
			t.Errorf("no figure is called %s", name)
		}
	}
}
