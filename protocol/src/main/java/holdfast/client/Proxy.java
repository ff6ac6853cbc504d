package holdfast.client;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A proxy that connections go through (R42): HTTP CONNECT or SOCKS5, with credentials or without.
///
/// WhatsApp's name is looked up by the proxy, the proxy's own by us. `toString` is safe to show: it
/// masks the credentials.
public record Proxy(Kind kind, String host, int port, Optional<Login> login) {
  public enum Kind {
    HTTP,
    SOCKS5
  }

  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "***";
    }
  }

  /// What SOCKS5 (RFC 1929) has room for.
  private static final int LONGEST = 255;

  private static final int PORTS = 65_536;

  /// Reads `http://user:password@host:port` or `socks5://…`; whatever is special in user and
  /// password is percent-encoded. @throws IllegalArgumentException when it is none; the message
  /// completes "proxy …" and quotes nothing
  public static Proxy parse(String text) {
    var url = url(text);
    var kind =
        switch (String.valueOf(url.getScheme())) {
          case "http" -> Kind.HTTP;
          case "socks5" -> Kind.SOCKS5;
          default -> throw new IllegalArgumentException("must begin with http:// or socks5://");
        };
    if (url.getHost() == null || url.getPort() < 1 || url.getPort() >= PORTS) {
      throw new IllegalArgumentException(
          "must name a host and a port, and what is special in user and password be"
              + " percent-encoded");
    }
    if (hasMore(url)) {
      throw new IllegalArgumentException("must have nothing behind the port");
    }
    return new Proxy(
        kind,
        url.getHost(),
        url.getPort(),
        Optional.ofNullable(url.getRawUserInfo()).map(info -> login(kind, info)));
  }

  private static boolean hasMore(URI url) {
    var path = url.getRawPath();
    return !(path.isEmpty() || path.equals("/"))
        || url.getQuery() != null
        || url.getFragment() != null;
  }

  /// Without the parser's own message, which quotes what it was given.
  private static URI url(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "must be an address such as socks5://user:password@host:1080");
    }
  }

  private static Login login(Kind kind, String info) {
    int colon = info.indexOf(':');
    var user = decoded(colon < 0 ? info : info.substring(0, colon));
    var password = colon < 0 ? "" : decoded(info.substring(colon + 1));
    if (user.isEmpty() || isTooLong(user) || isTooLong(password)) {
      throw new IllegalArgumentException(
          "must have a user and a password of at most " + LONGEST + " bytes");
    }
    if (kind == Kind.HTTP && user.contains(":")) {
      throw new IllegalArgumentException("can't have a colon in the user of an http proxy");
    }
    return new Login(user, password);
  }

  private static boolean isTooLong(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length > LONGEST;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /// As [#parse] reads it, credentials included: a secret.
  public String secretUrl() {
    var userInfo =
        login.map(it -> encoded(it.user()) + ":" + encoded(it.password()) + "@").orElse("");
    return scheme() + userInfo + address();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String scheme() {
    return kind == Kind.HTTP ? "http://" : "socks5://";
  }

  /// `host:port`.
  public String address() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return scheme() + login.map(_ -> "***@").orElse("") + address();
  }
}
