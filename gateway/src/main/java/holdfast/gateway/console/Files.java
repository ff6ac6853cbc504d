package holdfast.gateway.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/// The console's files, by name. Only those of this list exist, so no name can lead anywhere else.
public final class Files {
  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "style.css", "text/css; charset=utf-8",
          "app.js", "text/javascript; charset=utf-8",
          "api.js", "text/javascript; charset=utf-8",
          "dom.js", "text/javascript; charset=utf-8",
          "tenant.js", "text/javascript; charset=utf-8",
          "timeline.js", "text/javascript; charset=utf-8",
          "words.js", "text/javascript; charset=utf-8",
          "webhooks.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  /// Nothing from elsewhere, nothing inline, nobody's frame.
  public static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  public record File(String type, byte[] bytes) {}

  private Files() {}

  public static Optional<File> find(String name) {
    return Optional.ofNullable(TYPES.get(name)).map(type -> new File(type, read(name)));
  }

  private static byte[] read(String name) {
    try (var in = Files.class.getResourceAsStream("/console/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no console/" + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
