package holdfast.gateway.webhook;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Which headers a tenant may add to its webhook's requests: none that frames the request, and none
/// of ours.
public final class Headers {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7E]{1,1000}");
  private static final Set<String> TAKEN =
      Set.of(
          "accept-encoding",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "date",
          "expect",
          "host",
          "http2-settings",
          "idempotency-key",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent",
          "via");

  private Headers() {}

  /// Why it can't be sent; empty when it can.
  public static Optional<String> refusal(String name, String value) {
    var lower = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches()) {
      return Optional.of("isn't the name of a header");
    }
    if (TAKEN.contains(lower) || lower.startsWith("x-holdfast-") || lower.startsWith("proxy-")) {
      return Optional.of("is set by the gateway alone");
    }
    return VALUE.matcher(value).matches()
        ? Optional.empty()
        : Optional.of("must have 1 to 1000 visible characters of ASCII");
  }
}
