package holdfast.gateway.store;

import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Every tenant's own key, kept sealed with the master key: a tenant's secrets die with its row.
final class TenantKeys {
  private static final int LENGTH = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Seal master;
  private final Map<Long, Seal> opened = new ConcurrentHashMap<>();

  TenantKeys(Seal master) {
    this.master = master;
  }

  /// A new key for tenant `id`, sealed.
  byte[] make(String id) {
    var key = new byte[LENGTH];
    RANDOM.nextBytes(key);
    return master.seal(name(id), key);
  }

  /// Opens a tenant's key once. @throws Forged when the master key is another one
  Seal open(long number, String id, byte[] sealed) {
    var known = opened.get(number);
    if (known != null) {
      return known;
    }
    var seal = new Seal(master.open(name(id), sealed));
    opened.put(number, seal);
    return seal;
  }

  /// A sealed key of tenant `id`, sealed with another master key. @throws Forged as [#open]
  byte[] resealed(String id, byte[] sealed, Seal next) {
    return next.seal(name(id), master.open(name(id), sealed));
  }

  void forget(long number) {
    opened.remove(number);
  }

  private static String name(String id) {
    return "tenant/" + id;
  }
}
