package holdfast.client;

import java.util.regex.Pattern;

/// Tenant names as they may stand in a log.
public final class Names {
  private static final Pattern PHONE_LIKE = Pattern.compile("\\d{7,15}");

  private Names() {}

  /// A name that may be a phone number loses its middle (R25).
  public static String masked(String tenant) {
    if (!PHONE_LIKE.matcher(tenant).matches()) {
      return tenant;
    }
    return tenant.substring(0, 3) + "***" + tenant.substring(tenant.length() - 2);
  }
}
