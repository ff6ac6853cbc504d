package holdfast.gateway.webhook;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// Where webhooks may go: nowhere that only this machine or its network can reach, or a tenant
/// could
/// make the gateway speak to its neighbours (SSRF).
///
/// Asked again before each delivery, because names change their addresses. Between the question and
/// the connection the JVM answers the name from its own cache (30 s), so both see the same address;
/// redirects aren't followed.
public final class Targets {
  private static final Set<String> SCHEMES = Set.of("http", "https");

  private final boolean privateAllowed;

  public Targets(boolean privateAllowed) {
    this.privateAllowed = privateAllowed;
  }

  /// The address that `text` is. @throws IllegalArgumentException when it is none for a webhook;
  /// the message completes "url …"
  public static URI parse(String text) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be a web address", e);
    }
    if (url.getHost() == null || !SCHEMES.contains(String.valueOf(url.getScheme()))) {
      throw new IllegalArgumentException("must begin with https:// or http:// and name a host");
    }
    if (url.getUserInfo() != null || url.getFragment() != null) {
      throw new IllegalArgumentException("must have no user, password or fragment");
    }
    return url;
  }

  /// Why `url` is out of bounds; empty when it isn't. A name without an address isn't judged.
  public Optional<String> refusal(URI url) {
    if (privateAllowed) {
      return Optional.empty();
    }
    try {
      var addresses = InetAddress.getAllByName(url.getHost());
      return Arrays.stream(addresses).anyMatch(Targets::isPrivate)
          ? Optional.of("is on a private address, which this gateway doesn't allow")
          : Optional.empty();
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }

  static boolean isPrivate(InetAddress address) {
    return address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || (address instanceof Inet4Address
            ? isReserved4(address.getAddress())
            : isReserved6(address.getAddress()));
  }

  /// 0/8, 100.64/10 (carriers), 192.0.0/24, 198.18/15 (benchmarks), 240/4.
  private static boolean isReserved4(byte[] a) {
    int first = a[0] & 0xFF;
    int second = a[1] & 0xFF;
    return first == 0
        || (first == 100 && second >= 64 && second < 128)
        || (first == 192 && second == 0 && a[2] == 0)
        || (first == 198 && (second == 18 || second == 19))
        || first >= 240;
  }

  /// fc00::/7 (unique local), and 64:ff9b::/96 and 2002::/16, which carry any IPv4 address.
  private static boolean isReserved6(byte[] a) {
    return (a[0] & 0xFE) == 0xFC
        || (a[0] == 0 && a[1] == 0x64 && (a[2] & 0xFF) == 0xFF && (a[3] & 0xFF) == 0x9B)
        || (a[0] == 0x20 && a[1] == 0x02);
  }
}
