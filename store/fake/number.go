package fake

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var numberForm = regexp.MustCompile(`^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$`)

// These are the limits of a number.
const (
	mostDigits     = 38
	largestPower   = 125
	smallestPower  = -130
	tooManyDigits  = "Attempting to store more than 38 significant digits in a Number"
	overflow       = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	underflow      = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
	notNumericText = "The parameter cannot be converted to a numeric value: %s"
)

// number returns a number in the form in which DynamoDB returns it: without an exponent, a plus sign, or zeros that have
// no meaning.
func number(text string) (string, error) {
	m := numberForm.FindStringSubmatch(text)
	if m == nil || m[2]+m[3] == "" {
		if text == "" {
			return "", invalid("The parameter cannot be converted to a numeric value")
		}
		return "", invalid(notNumericText, text)
	}
	power := 0
	if m[4] != "" {
		power, _ = strconv.Atoi(m[4])
	}
	digits := strings.TrimLeft(m[2]+m[3], "0")
	power -= len(m[3])
	short := strings.TrimRight(digits, "0")
	power += len(digits) - len(short)
	if short == "" {
		return "0", nil
	}
	switch top := power + len(short) - 1; {
	case len(short) > mostDigits:
		return "", invalid(tooManyDigits)
	case top > largestPower:
		return "", invalid(overflow)
	case top < smallestPower:
		return "", invalid(underflow)
	}
	return strings.TrimPrefix(m[1], "+") + plain(short, power), nil
}

// plain returns digits × 10^power without an exponent.
func plain(digits string, power int) string {
	if power >= 0 {
		return digits + strings.Repeat("0", power)
	}
	if point := len(digits) + power; point > 0 {
		return digits[:point] + "." + digits[point:]
	}
	return "0." + strings.Repeat("0", -power-len(digits)) + digits
}

func rational(text string) *big.Rat {
	r, _ := new(big.Rat).SetString(text)
	return r
}

// sum returns a + b, or a - b if minus is true.
func sum(a, b string, minus bool) (string, error) {
	r := rational(b)
	if minus {
		r.Neg(r)
	}
	r.Add(r, rational(a))
	return number(r.FloatString(-smallestPower + mostDigits))
}
