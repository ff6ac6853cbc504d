package holdfast.gateway.moving;

import holdfast.client.Store;
import holdfast.gateway.store.Tenants;
import holdfast.stanza.Jid;
import holdfast.store.Account;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.PreKeyBook;
import holdfast.store.Records;
import holdfast.store.Table;

/// Makes links safe that were brought back from a backup.
///
/// The world has gone on since it was taken, and whoever sends on an old ratchet uses keys twice.
/// So no old key is sent with any more: ratchets are archived, which still lets late messages be
/// read; group keys are made anew; and new prekeys get ids that none of the lost ones can have.
/// What can't be read is asked for again as always.
public final class Restored {
  private static final int CACHE = 1_000;
  private static final int PAGE = 500;
  private static final int MAX_ID = 0xFF_FFFF;

  /// More prekeys than a link makes between two backups.
  private static final int LOST_PREKEYS = 100_000;

  /// What the server holds as the signed prekey isn't known: it is given ours at the next login.
  private static final int UNKNOWN = -1;

  private final Tenants tenants;
  private final Store store;

  public Restored(Tenants tenants, Store store) {
    this.tenants = tenants;
    this.store = store;
  }

  /// Returns how many links there are.
  public int settle() {
    int links = 0;
    var page = tenants.page("", PAGE);
    while (!page.isEmpty()) {
      for (var tenant : page) {
        links += settle(tenant.id()) ? 1 : 0;
      }
      page = tenants.page(page.getLast().id(), PAGE);
    }
    return links;
  }

  private boolean settle(String tenant) {
    var records = store.records(tenant);
    var draft = new Draft(records, new Cache(CACHE));
    var account = draft.control().account();
    if (account.isEmpty()) {
      return false;
    }
    retire(records, draft, account.get());
    var book = draft.preKeyBook();
    draft.preKeyBook(
        new PreKeyBook(
            1 + (book.nextId() - 1 + LOST_PREKEYS) % MAX_ID,
            book.uploadedOnce(),
            UNKNOWN,
            book.signedAt()));
    long epoch = tenants.takeOver(tenant).orElseThrow(() -> new Store.StaleEpoch(tenant));
    store.commit(draft.batch(tenant, epoch));
    return true;
  }

  private static void retire(Records records, Draft draft, Account account) {
    for (var key : records.keys(Table.RATCHET, "", Integer.MAX_VALUE)) {
      var device = Jid.parse(key);
      draft.ratchet(device, draft.ratchet(device).closed());
    }
    for (var group : draft.groupsKeyedBy(account.lid())) {
      draft.forgetSenderKeyShares(group);
      draft.forgetSenderKey(group, account.lid());
    }
  }
}
