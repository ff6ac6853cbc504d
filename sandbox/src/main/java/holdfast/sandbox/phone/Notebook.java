package holdfast.sandbox.phone;

import holdfast.sandbox.world.Json;
import holdfast.sandbox.world.Records;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a phone remembers of its conversations. Bounded: the oldest go first.
final class Notebook {
  private static final int MOST_NOTES = 100_000;
  private static final int MOST_KEPT = 5_000;

  private final Records records;
  private final String prefix;
  private final Map<String, Note> notes = new LinkedHashMap<>();
  private final Map<String, Kept> kept = new LinkedHashMap<>();
  private long last;

  Notebook(Records records, String number) {
    this.records = records;
    this.prefix = number + "/";
  }

  void restoreNote(byte[] bytes) {
    var note = Json.read(bytes, Note.class);
    notes.put(name(note.from(), note.id()), note);
    last = Math.max(last, note.sequence());
  }

  void restoreKept(byte[] bytes) {
    var one = Json.read(bytes, Kept.class);
    kept.put(one.id(), one);
  }

  private static String name(String from, String id) {
    return from + "/" + id;
  }

  /// Writes down a message; one that is there already gets another copy counted.
  void note(Note note) {
    var name = name(note.from(), note.id());
    var earlier = notes.get(name);
    put(
        name,
        earlier != null
            ? earlier.again()
            : new Note(
                ++last,
                note.id(),
                note.chat(),
                note.from(),
                note.type(),
                note.text(),
                note.at(),
                1));
    if (notes.size() > MOST_NOTES) {
      var oldest = notes.values().iterator().next();
      notes.remove(name(oldest.from(), oldest.id()));
      records.remove("note", key(oldest));
    }
  }

  private void put(String name, Note note) {
    notes.put(name, note);
    records.put("note", key(note), () -> Json.bytes(note));
  }

  private String key(Note note) {
    return prefix + HexFormat.of().toHexDigits(note.sequence());
  }

  void keep(Kept one) {
    kept.put(one.id(), one);
    records.put("sent", prefix + one.id(), () -> Json.bytes(one));
    if (kept.size() > MOST_KEPT) {
      var oldest = kept.keySet().iterator().next();
      kept.remove(oldest);
      records.remove("sent", prefix + oldest);
    }
  }

  Optional<Kept> kept(String id) {
    return Optional.ofNullable(kept.get(id));
  }

  /// By chat, oldest first, without what went between the account's own devices.
  Map<String, List<Kept>> chats() {
    var chats = new LinkedHashMap<String, List<Kept>>();
    var byTime = kept.values().stream().sorted(Comparator.comparingLong(Kept::at)).toList();
    for (var one : byTime) {
      if (!one.peer()) {
        chats.computeIfAbsent(one.chat(), _ -> new ArrayList<>()).add(one);
      }
    }
    return chats;
  }

  /// In the order in which they came.
  List<Note> notes() {
    return List.copyOf(notes.values());
  }
}
