/// The simulated media host: its certificate authority and what is uploaded to it.
///
/// Knows bytes and paths, nothing of messages.
@NullMarked
package holdfast.sandbox.media;

import org.jspecify.annotations.NullMarked;
