/// The process: settings, commands, and how its parts are put together and taken apart.
///
/// Owns the order of starting and stopping. Knows every other package and decides nothing for them.
@NullMarked
package holdfast.gateway;

import org.jspecify.annotations.NullMarked;
