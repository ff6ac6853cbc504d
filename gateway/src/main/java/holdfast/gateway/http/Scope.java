package holdfast.gateway.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a key may do.
enum Scope {
  /// Everything.
  ADMIN,
  /// Everything of one tenant but to make or delete it.
  TENANT,
  /// To look.
  READ,
  /// To send messages and to look after them.
  SEND,
  /// To read the metrics, which are nobody's in particular.
  METRICS;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Scope::word).toList();
  }

  static Optional<Scope> of(String word) {
    return Arrays.stream(values()).filter(scope -> scope.word().equals(word)).findFirst();
  }
}
