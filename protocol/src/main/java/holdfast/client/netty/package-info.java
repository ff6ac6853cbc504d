/// `Transport` over Netty: WebSocket, TLS and Noise on its event loops.
///
/// Knows bytes and frames; knows nothing of stanzas or sessions.
@NullMarked
package holdfast.client.netty;

import org.jspecify.annotations.NullMarked;
