package holdfast.gateway.session;

import holdfast.gateway.tenant.TenantConfig;
import java.util.Optional;

/// All tenants' sessions, wherever they run.
public interface Sessions extends AutoCloseable {
  /// The tenant's session, brought to life if need be. Empty when there is no such tenant.
  Optional<TenantSession> find(String tenant);

  /// The tenant's rules have changed.
  void configured(String tenant, TenantConfig.Rules rules);

  /// Ends the session and lets nobody find it again until the tenant is made anew. Returns once its
  /// connection is gone.
  void drop(String tenant);

  /// Closes all sessions in an orderly way; what is wanted stays wanted.
  @Override
  void close();
}
