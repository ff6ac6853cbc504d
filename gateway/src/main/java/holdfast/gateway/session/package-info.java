/// The sessions of this process: one a tenant, found, brought back, handed over and closed.
///
/// Owns who runs which session and under which epoch. Knows a session only by
/// [holdfast.gateway.session.TenantSession], and nothing of HTTP or of WhatsApp.
@NullMarked
package holdfast.gateway.session;

import org.jspecify.annotations.NullMarked;
