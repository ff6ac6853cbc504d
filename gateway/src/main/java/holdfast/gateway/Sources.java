package holdfast.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/// What was said of the settings, and where: a file, then the environment, then flags; the later
/// one counts. A name that nobody knows is an error, because it was meant to do something.
final class Sources {
  /// Variables of this family that are the launcher's own.
  private static final Set<String> LAUNCHERS = Set.of("HOLDFAST_JAVA_OPTS");

  private final Map<Setting, String> given = new EnumMap<>(Setting.class);

  private Sources() {}

  /// `file`: what it must read; without one `holdfast.conf` is read if it is there.
  static Sources of(
      Optional<Path> file, Map<String, String> environment, Map<Setting, String> flags) {
    var sources = new Sources();
    var standard = Path.of("holdfast.conf");
    file.or(() -> Files.exists(standard) ? Optional.of(standard) : Optional.empty())
        .ifPresent(sources::read);
    sources.given.putAll(SystemS.settings(environment));
    environment.forEach(sources::variable);
    sources.given.putAll(flags);
    return sources;
  }

  private void read(Path file) {
    var lines = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      lines.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new BadSettings("the settings in " + file + " can't be read: " + e.getMessage());
    }
    for (var key : lines.stringPropertyNames()) {
      var setting =
          Setting.byKey(key)
              .orElseThrow(
                  () -> new BadSettings("there is no setting " + key + " (in " + file + ")"));
      given.put(setting, lines.getProperty(key));
    }
  }

  private void variable(String name, String value) {
    if (!name.startsWith("HOLDFAST_") || LAUNCHERS.contains(name)) {
      return;
    }
    var setting =
        Setting.byVariable(name)
            .orElseThrow(() -> new BadSettings("there is no setting for the variable " + name));
    given.put(setting, value);
  }

  /// Empty when it was neither given nor has a standard.
  String text(Setting setting) {
    return given.getOrDefault(setting, setting.standard()).strip();
  }

  Optional<String> find(Setting setting) {
    return Optional.of(text(setting)).filter(value -> !value.isEmpty());
  }
}
