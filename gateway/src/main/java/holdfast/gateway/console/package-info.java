/// A page on which people do by hand what the API does: static files, no logic that the API lacks.
///
/// Knows its files and what they are. Serving them is `holdfast.gateway.http`'s.
@NullMarked
package holdfast.gateway.console;

import org.jspecify.annotations.NullMarked;
