/// The shell: runs one session over a socket, a store and a clock.
///
/// Drain, step, commit, act. Knows the outside only as `Transport`, `Alarms`, `Store` and
/// `Executor`.
@NullMarked
package holdfast.client;

import org.jspecify.annotations.NullMarked;
