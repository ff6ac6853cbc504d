package holdfast.sandbox.world;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.StanzaCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The stanzas that a device hasn't acknowledged, in order: delivered at once when it is there,
/// and again after each login until an ack or a receipt takes them out.
public final class OfflineQueue {
  public record Entry(long sequence, Element stanza) {}

  private record Name(String tag, String id) {}

  private final Records records;
  private final String device;
  private final Map<Long, Entry> entries = new LinkedHashMap<>();
  private final Map<Name, List<Entry>> byName = new HashMap<>();
  private long last;

  OfflineQueue(Records records, String device) {
    this.records = records;
    this.device = device;
  }

  void restore(long sequence, byte[] stanza) {
    keep(new Entry(sequence, StanzaCodec.decode(stanza)));
    last = Math.max(last, sequence);
  }

  void add(Element stanza) {
    var entry = new Entry(++last, stanza);
    keep(entry);
    records.put("queued", key(entry), () -> StanzaCodec.encode(stanza));
  }

  private void keep(Entry entry) {
    entries.put(entry.sequence(), entry);
    byName.computeIfAbsent(name(entry.stanza()), _ -> new ArrayList<>(1)).add(entry);
  }

  /// Takes out what an ack answers: the stanza of this tag and id that came from `from` (and
  /// `participant`), else the oldest of that name.
  public void acknowledge(String tag, String id, Optional<Jid> from, Optional<Jid> participant) {
    var named = byName.getOrDefault(new Name(tag, id), List.of());
    named.stream()
        .filter(entry -> fits(entry.stanza(), from, participant))
        .findFirst()
        .or(() -> named.stream().findFirst())
        .ifPresent(this::remove);
  }

  private static boolean fits(Element stanza, Optional<Jid> from, Optional<Jid> participant) {
    return stanza.jid("from").equals(from)
        && (participant.isEmpty() || stanza.jid("participant").equals(participant));
  }

  private void remove(Entry entry) {
    entries.remove(entry.sequence());
    var name = name(entry.stanza());
    var named = byName.get(name);
    if (named != null) {
      named.remove(entry);
      if (named.isEmpty()) {
        byName.remove(name);
      }
    }
    records.remove("queued", key(entry));
  }

  void clear() {
    List.copyOf(entries.values()).forEach(this::remove);
  }

  public Collection<Entry> entries() {
    return entries.values();
  }

  private static Name name(Element stanza) {
    return new Name(stanza.tag(), stanza.attribute("id").orElse(""));
  }

  private String key(Entry entry) {
    return device + "/" + HexFormat.of().toHexDigits(entry.sequence());
  }
}
