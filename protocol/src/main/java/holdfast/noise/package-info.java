/// The handshake and the frames under it.
///
/// Knows the Noise XX pattern, WhatsApp's certificate chain and the frame format; knows nothing of
/// sockets or stanzas.
@NullMarked
package holdfast.noise;

import org.jspecify.annotations.NullMarked;
