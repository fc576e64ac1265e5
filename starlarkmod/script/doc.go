// Package script runs Starlark for netlark: files, modules, pieces of code and
// the inputs of a prompt, with limits, cancellation, and errors that underline
// the guilty argument.
//
// It knows the language and nothing of the network. What a script can do comes
// in through [Config]: modules and functions as Predeclared, and the state that
// they share during a run as Session.
//
// # Builtins
//
// A builtin receives a [starlark.Thread] and finds everything there: [Context]
// ends what it waits for, [Session] is the run's state, [Position] the line
// that called it, and [RequireLive] refuses where a script may only declare.
// [NewBuiltin] makes one whose panic is an error and not the end of the process.
//
// # Errors
//
// All methods of an [Interp] return errors that [Render] can show. A builtin's
// error may say more than its message by implementing [Coder], [Attributer],
// [Hinter], [KernelError] or by being a [Problem], which does all of it.
//
// # Limits
//
// A run ends when its context does, within one step of the script or one
// element of a range, and at the limits of its [Config]. Repetitions, products,
// and what builtins make of a range are bounded, recursion and nested JSON too.
// What one call of join, replace or format builds of large strings is bounded
// by the machine only, and so is the depth of a value that str prints.
package script
