package holdfast.store;

import holdfast.crypto.Forged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The records of one draft, by table and key: what this batch has written, before what the session
/// still knows, before what the store has.
final class View {
  record Key(Table<?> table, String key) {}

  private record Written(Optional<Object> value, Optional<Instant> expires) {}

  private final Records records;
  private final Cache cache;
  private final Map<Key, Written> written = new LinkedHashMap<>();
  private final Set<String> damaged = new LinkedHashSet<>();

  View(Records records, Cache cache) {
    this.records = records;
    this.cache = cache;
  }

  /// What was written, encoded once.
  List<Batch.Write> writes() {
    var writes = new ArrayList<Batch.Write>(written.size());
    written.forEach(
        (key, change) ->
            writes.add(
                new Batch.Write(
                    key.table(),
                    key.key(),
                    change.value().map(value -> encode(key.table(), value)),
                    change.expires())));
    return writes;
  }

  void committed() {
    written.forEach((key, change) -> cache.keep(key, change.value()));
  }

  @SuppressWarnings(
      "unchecked") // a key's value is always of its table's type: put() is the only way in
  private static <T> byte[] encode(Table<T> table, Object value) {
    return table.encode((T) value);
  }

  @SuppressWarnings("unchecked") // as above
  <T> Optional<T> get(Table<T> table, String key) {
    var at = new Key(table, key);
    var change = written.get(at);
    if (change != null) {
      return (Optional<T>) change.value();
    }
    var known = cache.find(at);
    if (known.isPresent()) {
      return (Optional<T>) known.get();
    }
    var value = records.read(table, key).map(table::decode);
    cache.keep(at, (Optional<Object>) value);
    return value;
  }

  @SuppressWarnings("unchecked") // as above
  <T> Map<String, T> getAll(Table<T> table, List<String> keys) {
    var result = new LinkedHashMap<String, T>();
    var missing = new ArrayList<String>();
    for (var key : keys) {
      var at = new Key(table, key);
      if (written.containsKey(at) || cache.find(at).isPresent()) {
        get(table, key).ifPresent(value -> result.put(key, value));
      } else {
        missing.add(key);
      }
    }
    if (!missing.isEmpty()) {
      var found = records.readAll(table, missing);
      for (var key : missing) {
        var value = Optional.ofNullable(found.get(key)).map(table::decode);
        cache.keep(new Key(table, key), (Optional<Object>) value);
        value.ifPresent(present -> result.put(key, present));
      }
    }
    return result;
  }

  /// As [#get], and a record that is damaged counts as none: for what is begun anew without harm.
  /// The session knows it as none from then on, so that it is told once.
  <T> Optional<T> readable(Table<T> table, String key) {
    try {
      return get(table, key);
    } catch (Forged | Unreadable _) {
      damaged.add(table.recordName());
      cache.keep(new Key(table, key), Optional.empty());
      return Optional.empty();
    }
  }

  /// As [#getAll], without those that are damaged.
  <T> Map<String, T> readable(Table<T> table, List<String> keys) {
    try {
      return getAll(table, keys);
    } catch (Forged | Unreadable _) {
      var found = new LinkedHashMap<String, T>();
      keys.forEach(key -> readable(table, key).ifPresent(value -> found.put(key, value)));
      return found;
    }
  }

  /// The names of the tables in which [#readable] has met damage since this was last asked.
  List<String> damaged() {
    var names = List.copyOf(damaged);
    damaged.clear();
    return names;
  }

  List<String> keysOf(Table<?> table, String prefix) {
    var committed =
        records.keys(table, prefix, Integer.MAX_VALUE).stream()
            .filter(key -> !written.containsKey(new Key(table, key)));
    var drafted =
        written.entrySet().stream()
            .filter(entry -> entry.getKey().table() == table)
            .filter(entry -> entry.getKey().key().startsWith(prefix))
            .filter(entry -> entry.getValue().value().isPresent())
            .map(entry -> entry.getKey().key());
    return Stream.concat(committed, drafted).toList();
  }

  boolean isWritten(Table<?> table, String key) {
    return written.containsKey(new Key(table, key));
  }

  /// The keys of what this batch has written or deleted.
  Stream<String> written(Table<?> table) {
    return written.keySet().stream().filter(at -> at.table() == table).map(Key::key);
  }

  <T> void put(Table<T> table, String key, T value) {
    written.put(new Key(table, key), new Written(Optional.of(value), Optional.empty()));
  }

  <T> void put(Table<T> table, String key, T value, Instant expires) {
    written.put(new Key(table, key), new Written(Optional.of(value), Optional.of(expires)));
  }

  void delete(Table<?> table, String key) {
    written.put(new Key(table, key), new Written(Optional.empty(), Optional.empty()));
  }
}
