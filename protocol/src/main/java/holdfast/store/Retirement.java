package holdfast.store;

import holdfast.crypto.Forged;
import holdfast.signal.Ratchet;
import holdfast.signal.SenderKey;
import java.util.function.UnaryOperator;

/// Makes a link safe whose records are an older copy of themselves: the world has gone on since,
/// and whoever sends on an old ratchet uses keys twice.
///
/// So no old key is sent with any more: ratchets are archived, which still lets late messages be
/// read; group keys are made anew; and new prekeys get ids that none of the lost ones can have.
/// The link that a relink has put aside may be gone back to, so it is made safe as well.
final class Retirement {
  private static final int MAX_ID = 0xFF_FFFF;

  /// More prekeys than a link makes between two copies of it.
  private static final int LOST_PREKEYS = 100_000;

  /// What the server holds as the signed prekey isn't known: it is given ours at the next login.
  private static final int UNKNOWN = -1;

  /// Where a link's records are: in their place, or aside.
  private record Place(
      Table<Ratchet> ratchets,
      Table<PreKeyBook> book,
      Table<SenderKey> senderKeys,
      Table<Long> shares) {}

  private static final Place OWN =
      new Place(Table.RATCHET, Table.PREKEY_BOOK, Table.SENDER_KEY, Table.SENDER_KEY_SHARE);
  private static final Place ASIDE =
      new Place(
          Table.RATCHET_ASIDE,
          Table.PREKEY_BOOK_ASIDE,
          Table.SENDER_KEY_ASIDE,
          Table.SENDER_KEY_SHARE_ASIDE);

  private final View view;
  private boolean whole = true;

  Retirement(View view) {
    this.view = view;
  }

  /// Returns whether all could be read. A ratchet that couldn't is begun anew as well; a prekey
  /// book stays as it is, since to begin it anew would give ids away twice.
  boolean run(Control control) {
    control.account().ifPresent(account -> retire(OWN, account));
    control.former().ifPresent(account -> retire(ASIDE, account));
    return whole;
  }

  private void retire(Place place, Account account) {
    for (var device : view.keysOf(place.ratchets(), "")) {
      if (!change(place.ratchets(), device, Ratchet::closed)) {
        view.delete(place.ratchets(), device);
      }
    }
    change(place.book(), Table.ONLY, Retirement::advanced);
    for (var key : view.keysOf(place.senderKeys(), "")) {
      if (key.endsWith("/" + account.lid())) {
        view.delete(place.senderKeys(), key);
        forgetShares(place, key.substring(0, key.lastIndexOf('/')));
      }
    }
  }

  private static PreKeyBook advanced(PreKeyBook book) {
    int next = 1 + (book.nextId() - 1 + LOST_PREKEYS) % MAX_ID;
    return new PreKeyBook(next, book.uploadedOnce(), UNKNOWN, book.signedAt());
  }

  private void forgetShares(Place place, String group) {
    view.keysOf(place.shares(), group + "/").forEach(key -> view.delete(place.shares(), key));
  }

  /// Returns whether it could be read.
  private <T> boolean change(Table<T> table, String key, UnaryOperator<T> change) {
    try {
      view.get(table, key).map(change).ifPresent(value -> view.put(table, key, value));
      return true;
    } catch (Forged | Unreadable _) {
      whole = false;
      return false;
    }
  }
}
