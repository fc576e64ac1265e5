# Makes of what go test -v prints what go test prints: a line for each package,
# and all that was said by those that failed. The names of the tests that passed
# go to the file ran.
function flush_lines() { for (i = 0; i < n; i++) print said[i]; n = 0 }
$1 == "---" && $2 == "PASS:" { passed[p++] = $3 }
($1 == "ok" || $1 == "FAIL" || $1 == "?") && $2 ~ /^github.com\/netlark\/netlark/ {
	if ($1 == "FAIL") { failed = 1; flush_lines() }
	print
	name = $2
	sub(/^github.com\/netlark\/netlark\//, "", name)
	for (i = 0; i < p; i++) print name "." passed[i] >> ran
	n = p = 0; packages++
	next
}
$1 == "===" || $1 == "---" && $2 != "FAIL:" || $0 == "PASS" { next }
{ said[n++] = $0 }
END { flush_lines(); exit failed || !packages }
