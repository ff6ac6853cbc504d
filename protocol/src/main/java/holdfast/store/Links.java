package holdfast.store;

import java.util.stream.Stream;

/// The records of a link as a whole: made, put aside, brought back, forgotten.
///
/// A relink puts the old link aside with all that it needs to go on, and there it stays until the
/// new link has proven itself (R27): had its prekeys and ratchets been forgotten, those who write
/// to it would have to be asked for every message again.
final class Links {
  /// Above any number of rows that can be under way; only a bound.
  private static final int MAX_UNSENT = 4096;

  private final View view;
  private final Sends sends;

  Links(View view, Sends sends) {
    this.view = view;
    this.sends = sends;
  }

  /// `unproven`: the link that is replaced is one that has never proven itself, and the one to go
  /// back to is aside already.
  void made(Credentials credentials, boolean unproven) {
    boolean replaces = !unproven && !view.keysOf(Table.CREDENTIALS, "").isEmpty();
    if (replaces) {
      forgetAside();
      Table.SHELVES.forEach(this::putAway);
    }
    forget();
    view.put(Table.CREDENTIALS, Table.ONLY, credentials);
    view.delete(Table.CANDIDATE, Table.ONLY);
    if (!replaces && !unproven) {
      unsend();
    }
  }

  /// `replaces`: there was a link before it, though its credentials may have been unreadable.
  void proven(boolean replaces) {
    if (replaces || !view.keysOf(Table.CREDENTIALS_ASIDE, "").isEmpty()) {
      forgetAside();
      unsend();
    }
  }

  void bringBack() {
    forget();
    Table.SHELVES.forEach(this::takeBack);
  }

  void putAside() {
    view.get(Table.CREDENTIALS, Table.ONLY)
        .ifPresent(old -> view.put(Table.CREDENTIALS_ASIDE, Table.ONLY, old));
    forget();
  }

  void forget() {
    Table.OF_A_LINK.forEach(this::clear);
  }

  void forgetAside() {
    Table.SHELVES.forEach(shelf -> clear(shelf.aside()));
  }

  private void clear(Table<?> table) {
    view.keysOf(table, "").forEach(key -> view.delete(table, key));
  }

  private <T> void putAway(Table.Shelf<T> shelf) {
    move(shelf.table(), shelf.aside());
  }

  private <T> void takeBack(Table.Shelf<T> shelf) {
    move(shelf.aside(), shelf.table());
  }

  private <T> void move(Table<T> from, Table<T> to) {
    var keys = view.keysOf(from, "");
    view.readable(from, keys).forEach((key, value) -> view.put(to, key, value));
    keys.forEach(key -> view.delete(from, key));
  }

  /// What was encrypted for the older link would come from this device under a stranger's keys.
  /// Rows that wait because WhatsApp refused them once hold a ciphertext as well.
  private void unsend() {
    sends.in(Outbound.State.SENDING, MAX_UNSENT).forEach(row -> sends.put(row.unsent()));
    Stream.of(Outbound.State.QUEUED, Outbound.State.SCHEDULED)
        .flatMap(state -> sends.in(state, MAX_UNSENT).stream())
        .filter(row -> row.stanza().isPresent())
        .forEach(row -> sends.put(row.withoutCiphertext()));
  }
}
