package holdfast.gateway.moving;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The auth folders that Baileys 6.7.24 and 7.0.0-rc14 left after two of each had chatted with one
/// another in the sandbox: `ann` and `bob`. All but a few of their prekeys are gone.
final class Folders {
  static final String OLD = "6.7.24";
  static final String NEW = "7.0.0-rc14";

  private Folders() {}

  static AuthFiles read(String version, String name) {
    try {
      return AuthFiles.ofFolder(path(version + "/" + name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path path(String name) {
    try {
      var url = Optional.ofNullable(Folders.class.getResource("/baileys/" + name));
      return Path.of(url.orElseThrow().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// With one file's content changed; an absent one is taken out.
  static AuthFiles with(AuthFiles files, String name, Optional<byte[]> content) {
    SortedMap<String, byte[]> changed = new TreeMap<>(files.files());
    content.ifPresentOrElse(bytes -> changed.put(name, bytes), () -> changed.remove(name));
    return new AuthFiles(changed);
  }
}
