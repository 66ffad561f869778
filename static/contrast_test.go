package static

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// colours reads custom properties with six hexadecimal digits.
func colours(css string) map[string]uint64 {
	out := map[string]uint64{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(css, -1) {
		n, err := strconv.ParseUint(m[2], 16, 32)
		if err != nil {
			panic(err)
		}
		out[m[1]] = n
	}
	return out
}

// luminance is that of WCAG 2.2.
func luminance(rgb uint64) float64 {
	sum := 0.0
	for i, weight := range []float64{0.0722, 0.7152, 0.2126} {
		v := float64(rgb>>(8*i)&0xff) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

func contrast(a, b uint64) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrastIsThatOfTheStandard(t *testing.T) {
	if got := contrast(0, 0xffffff); math.Abs(got-21) > 0.001 {
		t.Errorf("black on white is %f", got)
	}
	if got := contrast(0x777777, 0xffffff); math.Abs(got-4.48) > 0.01 {
		t.Errorf("#777 on white is %f", got)
	}
}
