/// The gateway is killed, again and again, in the middle of conversations with unmodified
/// Baileys clients; afterwards every text is counted.
///
/// Owns the run and its verdict; knows the gateway as a process and the sandbox as its server.
@NullMarked
package holdfast.kill;

import org.jspecify.annotations.NullMarked;
