package holdfast.store;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a session keeps decoded between batches: the most recently used records, bounded.
/// Confined to the session's mailbox. Only committed values ever enter it, and a session is the
/// only writer of its records, so it can't be stale.
public final class Cache {
  /// As many rows on their way as may be without an answer at a time, twice.
  private static final int SENDS = 128;

  private final int limit;
  private final Map<View.Key, Optional<Object>> entries = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<String, Outbound> sends = new LinkedHashMap<>();
  private final Map<String, String> sendByMessage = new HashMap<>();

  public Cache(int limit) {
    this.limit = limit;
  }

  /// Empty when nothing is known; an empty inner value means that the store has none.
  Optional<Optional<Object>> find(View.Key key) {
    return Optional.ofNullable(entries.get(key));
  }

  void keep(View.Key key, Optional<Object> value) {
    entries.put(key, value);
    if (entries.size() > limit) {
      var eldest = entries.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  Optional<Outbound> send(String id) {
    return Optional.ofNullable(sends.get(id));
  }

  Optional<Outbound> sendByMessageId(String messageId) {
    return Optional.ofNullable(sendByMessage.get(messageId)).map(sends::get);
  }

  /// A row is looked for by each answer to it; once the other side has it, hardly any more.
  void keep(Outbound row) {
    switch (row.state()) {
      case SENDING, SENT -> {
        sends.put(row.id(), row);
        sendByMessage.put(row.messageId(), row.id());
        if (sends.size() > SENDS) {
          forget(sends.values().iterator().next());
        }
      }
      case SCHEDULED, QUEUED, DELIVERED, READ, PLAYED, FAILED, CANCELLED -> forget(row);
    }
  }

  private void forget(Outbound row) {
    sends.remove(row.id());
    sendByMessage.remove(row.messageId());
  }

  /// For a session that has fallen idle, or whose last commit failed.
  public void clear() {
    entries.clear();
    sends.clear();
    sendByMessage.clear();
  }
}
