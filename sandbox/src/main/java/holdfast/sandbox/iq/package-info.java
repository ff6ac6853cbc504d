/// The simulated server's answers to iqs: one file per namespace, registered in one table.
///
/// An answer reads and changes the world; it knows nothing of sockets. Facts: protocol page 08 § 4.
@NullMarked
package holdfast.sandbox.iq;

import org.jspecify.annotations.NullMarked;
