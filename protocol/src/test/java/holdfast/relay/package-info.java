/// Companions of this library that talk to each other over a small relay: the features together,
/// without session, socket or clock.
@NullMarked
package holdfast.relay;

import org.jspecify.annotations.NullMarked;
