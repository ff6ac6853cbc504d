/// Being seen: presence, chat states, the send probe.
///
/// Builds and reads stanzas; keeps nothing.
@NullMarked
package holdfast.presence;

import org.jspecify.annotations.NullMarked;
