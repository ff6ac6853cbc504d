package holdfast.gateway.moving;

import holdfast.client.Store;
import holdfast.crypto.Forged;
import holdfast.gateway.store.Facts;
import holdfast.gateway.store.Tenants;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Unreadable;

/// Makes links safe that were brought back from a backup.
///
/// The world has gone on since it was taken, so nothing is sent any more with a key of then
/// ([Draft#retireLinks]). What can't be read is asked for again as always.
///
/// Until all of them are safe the store is noted as unsettled and no gateway starts on it; whatever
/// cuts this off, it is done once more from the beginning, which does no harm.
public final class Restored {
  private static final int CACHE = 1_000;
  private static final int PAGE = 500;

  /// `damaged`: tenants of which something can't be read.
  public record Settled(int links, int damaged) {}

  private final Tenants tenants;
  private final Store store;
  private final Facts facts;

  public Restored(Tenants tenants, Store store, Facts facts) {
    this.tenants = tenants;
    this.store = store;
    this.facts = facts;
  }

  /// What is damaged with one tenant holds up no other, and nothing is sent with what can't be
  /// read.
  public Settled settle() {
    facts.settled(false);
    int links = 0;
    int damaged = 0;
    var page = tenants.page("", PAGE);
    while (!page.isEmpty()) {
      for (var tenant : page) {
        var link = settle(tenant.id());
        links += link == Link.NONE ? 0 : 1;
        damaged += link == Link.DAMAGED ? 1 : 0;
      }
      page = tenants.page(page.getLast().id(), PAGE);
    }
    facts.settled(true);
    return new Settled(links, damaged);
  }

  private enum Link {
    NONE,
    WHOLE,
    DAMAGED
  }

  private Link settle(String tenant) {
    try {
      var draft = new Draft(store.records(tenant), new Cache(CACHE));
      var control = draft.control();
      if (control.account().isEmpty() && control.former().isEmpty()) {
        return Link.NONE;
      }
      boolean whole = draft.retireLinks();
      long epoch = tenants.takeOver(tenant).orElseThrow(() -> new Store.StaleEpoch(tenant));
      store.commit(draft.batch(tenant, epoch));
      return whole ? Link.WHOLE : Link.DAMAGED;
    } catch (Forged | Unreadable _) {
      return Link.DAMAGED; // a session needs what couldn't be read here, and won't begin
    }
  }
}
