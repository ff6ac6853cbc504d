package holdfast.gateway.moving;

import holdfast.client.Store;
import holdfast.crypto.Forged;
import holdfast.gateway.store.Tenants;
import holdfast.store.Account;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Draft;
import holdfast.store.Records;
import holdfast.store.Table;
import holdfast.store.Unreadable;
import java.security.SecureRandom;
import java.time.InstantSource;

/// Moves links in and out of a store. The tenant's session must be at rest: whoever calls sees to
/// it, and a session that lives nevertheless is fenced off by the epoch.
public final class Moving {
  private static final int CACHE = 1_000;

  /// What an import took.
  public record Taken(Account account, int ratchets, int preKeys, int senderKeys, int tokens) {
    @Override
    public String toString() {
      return "Taken[ratchets=%d, preKeys=%d]".formatted(ratchets, preKeys);
    }
  }

  /// The tenant has a link, and nobody has said that it may be given up.
  public static final class Linked extends RuntimeException {
    Linked() {
      super("the tenant is linked already: say replace to give that link up");
    }
  }

  /// There is no link to take along.
  public static final class NotLinked extends RuntimeException {
    NotLinked() {
      super("the tenant isn't linked");
    }
  }

  private final Tenants tenants;
  private final Store store;
  private final InstantSource clock;

  public Moving(Tenants tenants, Store store, InstantSource clock) {
    this.tenants = tenants;
    this.store = store;
    this.clock = clock;
  }

  /// @throws UnfitState when it can't be understood as a whole
  public BaileysImport read(AuthFiles files) {
    return BaileysImport.read(files, clock.instant());
  }

  /// Takes a link over from an auth state of Baileys; afterwards the tenant is stopped and linked.
  ///
  /// @throws Linked when there is a link and `replace` doesn't allow to give it up
  public Taken take(String tenant, BaileysImport read, boolean replace) {
    var records = store.records(tenant);
    if (!replace && isLinked(records)) {
      throw new Linked();
    }
    long epoch = tenants.takeOver(tenant).orElseThrow(() -> new Store.StaleEpoch(tenant));
    var draft = new Draft(records, new Cache(CACHE));
    read.write(draft);
    store.commit(draft.batch(tenant, epoch));
    return read.taken();
  }

  /// Credentials that nobody can read are a link as well: they aren't overwritten unasked.
  private static boolean isLinked(Records records) {
    return control(records).account().isPresent()
        || !records.keys(Table.CREDENTIALS, "", 1).isEmpty();
  }

  private static Control control(Records records) {
    return records.read(Table.CONTROL, Table.ONLY).map(Table.CONTROL::decode).orElse(Control.NEW);
  }

  /// The tenant's link as an auth state that Baileys 7 starts from.
  ///
  /// @throws NotLinked when there is none
  /// @throws UnfitState when its credentials can't be read
  public AuthFiles exportOf(String tenant) {
    var records = store.records(tenant);
    var account = control(records).account().orElseThrow(NotLinked::new);
    try {
      var credentials =
          records
              .read(Table.CREDENTIALS, Table.ONLY)
              .map(Table.CREDENTIALS::decode)
              .filter(kept -> kept.deviceIdentity().isPresent())
              .orElseThrow(NotLinked::new);
      return BaileysExport.write(records, credentials, account, new SecureRandom());
    } catch (Forged | Unreadable _) {
      throw new UnfitState("what is kept of this link can't be read");
    }
  }
}
