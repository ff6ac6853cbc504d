package holdfast.gateway.http;

import holdfast.gateway.tenant.TenantConfig;
import java.time.InstantSource;
import java.util.List;

/// The route that system C's callers know (R30), and two beside it in our own shape. A company is a
/// tenant.
final class SystemC {
  private static final String SESSION = "/api/whatsapp/sessions/{tenant}";

  private final Alias alias;

  SystemC(Tenancy tenancy, List<Route> ours, InstantSource clock) {
    this.alias = new Alias(tenancy, clock, TenantConfig.NONE, ours);
  }

  List<Route> routes() {
    return List.of(
        alias.of("GET", SESSION + "/status", "/v1/tenants/{tenant}/status"),
        alias.of("GET", SESSION + "/qr", "/v1/tenants/{tenant}/qr"),
        alias.of("POST", SESSION + "/send", "/v1/tenants/{tenant}/messages"));
  }
}
