package help

// builtinDocs documents what is neither a module nor a function of one.
var builtinDocs = map[string]string{
	"args":     "what follows -- on the command line, a tuple of strings",
	"arg":      "arg(name, default, doc = \"\"): the value of --arg name=value, as the default's type",
	"attempt":  "attempt(fn, *args, **kwargs): (ok, value, error), where error has code, errno, kernel, attribute, message",
	"eprint":   "eprint(*values): a line on standard error",
	"exit":     "exit(n): end the script with exit code n",
	"fail":     "fail(*values): end the script with an error, exit code 1",
	"hex":      "hex(n, width = 0): a number in hexadecimal, padded with zeros",
	"json":     "json.encode, json.decode, json.indent",
	"mac":      "mac(s): a link-layer address, with .add(n), .eui64(prefix)",
	"math":     "Starlark's module math",
	"now":      "now(): seconds since 1970, in live runs",
	"prefix":   "prefix(s): an address with its prefix length, with .address, .network, .host(n), .subnet(len, n), …",
	"read":     "read(label): the text of a file, found as load finds modules",
	"secret":   "secret(s), secret.from_file(path), secret.from_env(name): text that is never shown; .reveal() gives it back, .derive(label, size) a key of size bytes (HKDF with SHA-256), another one for each label",
	"sleep":    "sleep(t): wait for a time such as \"1s\", in live runs",
	"struct":   "struct(**members): an immutable record",
	"unset":    "the value that clears an attribute",
	"__mode__": "\"run\", \"plan\", \"test\" or \"repl\"",
}
