/// Tells tenants' backends what happened: signed, in order, again and again until it is taken.
///
/// Reads the event log by a cursor per endpoint. Owns when to try again and where not to go. Knows
/// nothing of sessions.
@NullMarked
package holdfast.gateway.webhook;

import org.jspecify.annotations.NullMarked;
