/// The sandbox's own HTTP interface: phones, groups, faults, and what only a server can see.
///
/// Turns requests into calls on the world's thread and results into JSON; decides nothing.
@NullMarked
package holdfast.sandbox.control;

import org.jspecify.annotations.NullMarked;
