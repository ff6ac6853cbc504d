/// What a tenant is: its name, and what was decided for it.
///
/// Values only. Knows nothing of stores, sessions or HTTP.
@NullMarked
package holdfast.gateway.tenant;

import org.jspecify.annotations.NullMarked;
