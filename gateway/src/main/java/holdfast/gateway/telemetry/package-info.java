/// What the gateway tells machines about itself: metrics, and log lines as structured data.
///
/// Owns the names of the metrics and of the fields of a log line. Looks on: nothing here changes
/// what a session, the store or the API do. No metric carries a tenant's id: ten thousand tenants
/// would be as many time series for every name, and the ids may be phone numbers (R25).
@NullMarked
package holdfast.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
