package holdfast.gateway;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The old settings of system S, which came by these variables (R30). They count like the file:
/// before the standards, after whatever is said by our own names.
final class SystemS {
  private record Meaning(Setting setting, UnaryOperator<String> value) {}

  private static final Map<String, Meaning> VARIABLES =
      Map.of(
          "MAX_SESSION_USAGE_PER_MINUTE", new Meaning(Setting.PACING, SystemS::number),
          "SESSION_COOLDOWN_PERIOD", new Meaning(Setting.PACING_WINDOW, SystemS::duration),
          "STREAM_CONFLICT_MAX_COUNT", new Meaning(Setting.CONFLICT_MAX, SystemS::number),
          "STREAM_CONFLICT_COOLDOWN", new Meaning(Setting.CONFLICT_COOL_DOWN, SystemS::duration));

  private SystemS() {}

  /// What of the environment is meant for us in S's words.
  static Map<Setting, String> settings(Map<String, String> environment) {
    var settings = new EnumMap<Setting, String>(Setting.class);
    VARIABLES.forEach(
        (name, meaning) -> {
          var text = environment.get(name);
          if (text != null && !text.isBlank()) {
            try {
              settings.put(meaning.setting(), meaning.value().apply(text.strip()));
            } catch (NumberFormatException _) {
              throw new BadSettings(name + " must be a whole number, not " + text);
            }
          }
        });
    return settings;
  }

  private static String number(String text) {
    return Integer.toString(Integer.parseInt(text));
  }

  /// S counted in milliseconds.
  private static String duration(String text) {
    return Duration.ofMillis(Long.parseLong(text)).toString();
  }
}
