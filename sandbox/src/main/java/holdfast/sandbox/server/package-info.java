/// The simulated server's protocol: sockets, handshake, pairing, login, relay.
///
/// Netty is known to the classes that end in `Channel` or stand in front of them (`Listener`,
/// `Front`) only; [holdfast.sandbox.server.Network] and what it calls see a connection as a
/// [holdfast.sandbox.server.Wire], so that a simulation can be the wire.
@NullMarked
package holdfast.sandbox.server;

import org.jspecify.annotations.NullMarked;
