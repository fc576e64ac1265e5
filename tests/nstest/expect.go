package nstest

import (
	"fmt"
	"sort"
	"strings"
	"testing"
)

// Expect compares what an observer tells of one object with what is wanted.
// A key leads inwards by dots, as in "linkinfo.info_data.id"; the wanted value
// nil means that the key is missing. Values are compared as they print.
func Expect(t testing.TB, list []map[string]any, want map[string]any) {
	t.Helper()
	if len(list) != 1 {
		t.Errorf("observed %d objects, want one: %v", len(list), list)
		return
	}
	keys := make([]string, 0, len(want))
	for key := range want {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	wrong := false
	for _, key := range keys {
		if got := lookup(list[0], key); fmt.Sprint(got) != fmt.Sprint(want[key]) {
			t.Errorf("%s is %v, want %v", key, got, want[key])
			wrong = true
		}
	}
	if wrong {
		t.Logf("observed: %v", list[0])
	}
}

func lookup(object map[string]any, key string) any {
	first, rest, deeper := strings.Cut(key, ".")
	v := object[first]
	if !deeper {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		return lookup(v, rest)
	case []any: // of one object: iproute2 leaves empty ones where it filters
		for _, e := range v {
			if inner, ok := e.(map[string]any); ok && len(inner) > 0 {
				return lookup(inner, rest)
			}
		}
	}
	return nil
}
