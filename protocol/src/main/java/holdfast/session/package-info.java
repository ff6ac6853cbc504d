/// `Life`, and the step that routes inputs to features.
///
/// Pure and total: every state answers every input. Knows no socket, thread, clock or store.
@NullMarked
package holdfast.session;

import org.jspecify.annotations.NullMarked;
