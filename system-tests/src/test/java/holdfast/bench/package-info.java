/// Measures the gateway's core beside the sandbox: memory, logins, messages.
///
/// Three processes: this one drives, the sandbox is a network of its own, and
/// [holdfast.bench.Measured] holds only what a gateway holds, so that its memory and its CPU are
/// those of a gateway. Knows nothing of HTTP's cost: what is measured is session, wire and store.
@NullMarked
package holdfast.bench;

import org.jspecify.annotations.NullMarked;
