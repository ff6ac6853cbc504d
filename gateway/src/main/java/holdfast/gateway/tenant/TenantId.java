package holdfast.gateway.tenant;

import holdfast.client.Names;
import java.util.Optional;
import java.util.regex.Pattern;

/// A tenant's name (R29). `toString` is for logs: a name that looks like a phone number, as
/// system S had them, has its middle masked (R25).
public record TenantId(String text) {
  /// Also in `openapi.yaml`.
  public static final String PATTERN = "[A-Za-z0-9_-]{1,64}";

  private static final Pattern VALID = Pattern.compile(PATTERN);

  public TenantId {
    if (!VALID.matcher(text).matches()) {
      throw new IllegalArgumentException("no tenant id");
    }
  }

  public static Optional<TenantId> parse(String text) {
    return VALID.matcher(text).matches() ? Optional.of(new TenantId(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return Names.masked(text);
  }
}
