package script

import (
	"strings"
)

// Nearest returns the candidate that name is most likely a misspelling of,
// or "". Case, dashes and underscores do not count; of equally near ones the
// first wins. If none is near, it is the only one that begins or ends with name.
func Nearest(name string, candidates []string) string {
	folded := fold(name)
	best, bestDistance := "", tolerance(folded)+1
	for _, candidate := range candidates {
		if d := distance(folded, fold(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	if best == "" && len(folded) >= shortestPart {
		return onlyWithPart(folded, candidates)
	}
	return best
}

// shortestPart is how long a part of a name has to be to stand for it.
const shortestPart = 4

// onlyWithPart returns the only candidate that begins or ends with part, or "".
func onlyWithPart(part string, candidates []string) string {
	only := ""
	for _, candidate := range candidates {
		whole := fold(candidate)
		if !strings.HasPrefix(whole, part) && !strings.HasSuffix(whole, part) {
			continue
		}
		if only != "" {
			return ""
		}
		only = candidate
	}
	return only
}

// tolerance returns how many slips a word of this length may have: none in a
// letter, one in short words, and no more than three.
func tolerance(word string) int {
	if len(word) < 2 {
		return 0
	}
	return min(max(1, (len(word)+1)/3), 3)
}

func fold(s string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(s))
}

// distance returns the number of insertions, deletions, substitutions and
// exchanges of neighbours that make a from b (Damerau and Levenshtein's
// distance in its restricted form, byte by byte).
func distance(a, b string) int {
	var before, last []int // rows i-2 and i-1
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
