package holdfast.store;

import holdfast.stanza.Jid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A message that came without a content that could be read, and is asked for at the own phone.
///
/// `chat`: bare. `sender`: the device that wrote it. `pushName`, `at` and `offline`: as its stanza
/// said. `since`: when it first couldn't be read; `due`: when something is to be done for it next.
/// `requests`: the ids of the messages that asked the phone for it, in their order.
public record Missed(
    String id,
    Jid chat,
    Jid sender,
    Optional<String> pushName,
    Instant at,
    boolean offline,
    Instant since,
    Instant due,
    List<String> requests) {
  public Missed {
    requests = List.copyOf(requests);
  }

  public boolean isDue(Instant now) {
    return !due.isAfter(now);
  }

  public Missed due(Instant other) {
    return new Missed(id, chat, sender, pushName, at, offline, since, other, requests);
  }

  public Missed askedBy(String request, Instant next) {
    var more = new java.util.ArrayList<>(requests);
    more.add(request);
    return new Missed(id, chat, sender, pushName, at, offline, since, next, more);
  }

  @Override
  public String toString() {
    return "Missed[" + id + "]";
  }
}
