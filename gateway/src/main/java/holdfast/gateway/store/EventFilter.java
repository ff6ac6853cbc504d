package holdfast.gateway.store;

import holdfast.store.Control;
import holdfast.store.Outbound;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which events somebody wants: types, and families such as `message.*`; all when there are none.
public record EventFilter(Set<String> words) {
  public static final EventFilter ALL = new EventFilter(Set.of());

  /// Words that one may have.
  public static final int MOST = 20;

  private static final String FAMILY = ".*";

  /// Every type that there is, by its name on the wire.
  public static final Set<String> TYPES = types();

  private static Set<String> types() {
    var states = Control.PHASES.stream().map(state -> "session." + state);
    var sends = Arrays.stream(Outbound.State.values()).map(state -> "message." + state.wire());
    var others =
        Stream.of(
            "session.backlog_received",
            "session.stanza_unreadable",
            "message.received",
            "message.undecryptable",
            "message.requested",
            "message.given_up",
            "contact.identity_changed");
    return Stream.of(states, sends, others)
        .flatMap(types -> types)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  public EventFilter {
    words = Set.copyOf(words);
  }

  /// Those of `words` that stand for no event at all.
  public static List<String> unknown(Collection<String> words) {
    return words.stream().filter(word -> TYPES.stream().noneMatch(matching(word))).toList();
  }

  private static java.util.function.Predicate<String> matching(String word) {
    return word.endsWith(FAMILY)
        ? type -> type.startsWith(word.substring(0, word.length() - 1))
        : word::equals;
  }

  public boolean matches(String type) {
    return words.isEmpty() || words.stream().anyMatch(word -> matching(word).test(type));
  }

  /// What a row's type must be, as SQL with the [#arguments]: the same text for all filters of as
  /// many types and families.
  String condition() {
    return words.isEmpty()
        ? ""
        : sorted()
            .map(word -> word.endsWith(FAMILY) ? "substr(type, 1, ?) = ?" : "type = ?")
            .collect(Collectors.joining(" OR ", " AND (", ")"));
  }

  Stream<Object> arguments() {
    return sorted()
        .flatMap(
            word ->
                word.endsWith(FAMILY)
                    ? Stream.<Object>of(word.length() - 1, word.substring(0, word.length() - 1))
                    : Stream.<Object>of(word));
  }

  /// Types first, then families.
  private Stream<String> sorted() {
    return words.stream()
        .sorted(
            Comparator.comparing((String word) -> word.endsWith(FAMILY))
                .thenComparing(Comparator.naturalOrder()));
  }
}
