package tc

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// An Estimator makes the kernel estimate rates: how often it looks, and over
// which time it takes the average. The kernel never reports it, only what it
// finds: Stats.Rate.
type Estimator struct{ interval, weight int8 } // struct tc_estimator

// The kernel looks every 2^interval seconds, and what is new counts 1/2^weight.
const (
	minInterval, maxInterval = -2, 3
	maxWeight                = 30
)

// NewEstimator rounds the interval up to 250 ms, 500 ms, 1 s, … 8 s, and the
// average down to what such a filter can take, as tc(8) does.
func NewEstimator(interval, average time.Duration) (e Estimator, err error) {
	e.interval = minInterval
	for interval > e.every() {
		if e.interval++; e.interval > maxInterval {
			return e, fmt.Errorf("an estimator's interval is 8 s at most")
		}
	}
	for e.weight <= maxWeight && timeConstant(interval, e.weight+1) <= float64(average) {
		e.weight++
	}
	if e.weight == 0 || e.weight > maxWeight {
		return e, fmt.Errorf("an estimator cannot take the average over %s every %s", average, interval)
	}
	return e, nil
}

func (e Estimator) every() time.Duration {
	return time.Second / 4 << (e.interval - minInterval)
}

// timeConstant is the time in ns after which what was seen counts 1/e. Beyond
// the largest weight it is too long for a time.Duration.
func timeConstant(interval time.Duration, weight int8) float64 {
	return float64(interval) / -math.Log1p(-1/float64(int64(1)<<weight))
}

// String writes the interval and the average, "1s 7.489s". It rounds up, so
// that the text is read as the same estimator.
func (e Estimator) String() string {
	average := time.Duration(timeConstant(e.every(), e.weight)) + time.Millisecond
	return e.every().String() + " " + average.Truncate(time.Millisecond).String()
}

func parseEstimator(s string) (Estimator, error) {
	words := strings.Fields(s)
	if len(words) == 2 {
		interval, err := time.ParseDuration(words[0])
		average, err2 := time.ParseDuration(words[1])
		if err == nil && err2 == nil {
			return NewEstimator(interval, average)
		}
	}
	return Estimator{}, fmt.Errorf("%q is not an interval and the time of an average, such as \"1s 8s\"", s)
}

var estimators = &attr.Code[Estimator]{Name: "estimator", Shape: attr.Text, Size: 2,
	Load: func(v *Estimator, _ uint16, b []byte) error {
		*v = Estimator{min(max(int8(b[0]), minInterval), maxInterval), min(max(int8(b[1]), 1), maxWeight)} // others never come
		return nil
	},
	Payload: func(v Estimator, _ uint16) ([]byte, error) { return []byte{byte(v.interval), byte(v.weight)}, nil },
	Show:    func(v Estimator) attr.Value { return attr.TextValue(v.String()) },
	Read:    func(v attr.Value) (Estimator, error) { return readText(v, parseEstimator) }}
