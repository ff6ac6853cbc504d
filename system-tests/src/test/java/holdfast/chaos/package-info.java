/// A real gateway beside a sandbox that does it all the harm there is.
///
/// Starts by the hundred, faults of all kinds while callers hammer, and a network that goes away:
/// what is looked at afterwards is what only the server can count, and what the gateway says of
/// itself. Knows the gateway by HTTP alone, and its process from outside.
@NullMarked
package holdfast.chaos;

import org.jspecify.annotations.NullMarked;
