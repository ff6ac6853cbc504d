/// The simulated network: sockets, one file per iq namespace, pure world state, simulated phones,
/// faults on demand.
///
/// Starts and stops the whole; what happens in it is known to the packages below. Layers: `control`
/// and `server` above `iq` and `phone` above `world`.
@NullMarked
package holdfast.sandbox;

import org.jspecify.annotations.NullMarked;
