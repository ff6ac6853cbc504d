package holdfast.gateway.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Where webhooks may go: nowhere that only this machine or its network can reach, or a tenant
/// could make the gateway speak to its neighbours (SSRF).
///
/// Asked again before each delivery, because names change their addresses, and with http the
/// request goes to the very address that was looked at: between a question and a connection that
/// each look the name up the answer can become another. With https the name is looked up once
/// more; the certificate stands for it, before anything is sent. Redirects aren't followed.
public final class Targets {
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final String MAY_NAME = "jdk.httpclient.allowRestrictedHeaders";

  /// Who knows the addresses of a name.
  interface Names {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  /// What a request is to do.
  sealed interface Way {
    /// `host`: what the request must call itself for, where `url` doesn't say it.
    record To(URI url, Optional<String> host) implements Way {}

    record Nowhere(String why) implements Way {}
  }

  private final Optional<Predicate<InetAddress>> forbidden;
  private final Names names;

  public Targets(boolean privateAllowed) {
    this(
        privateAllowed ? Optional.empty() : Optional.of(Targets::isPrivate),
        InetAddress::getAllByName);
  }

  Targets(Optional<Predicate<InetAddress>> forbidden, Names names) {
    this.forbidden = forbidden;
    this.names = names;
  }

  /// To be called before anybody uses the JDK's HTTP client, which reads it once: a request to an
  /// address may name the host that it is for.
  public static void prepare() {
    var known = System.getProperty(MAY_NAME, "");
    System.setProperty(MAY_NAME, known.isEmpty() ? "host" : known + ",host");
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
    if (forbidden.isEmpty()) {
      return Optional.empty();
    }
    try {
      return refusal(names.of(url.getHost()), forbidden.get());
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> refusal(
      InetAddress[] addresses, Predicate<InetAddress> forbidden) {
    return Arrays.stream(addresses).anyMatch(forbidden)
        ? Optional.of("is on a private address, which this gateway doesn't allow")
        : Optional.empty();
  }

  /// How a request to `url` goes now.
  Way way(URI url) {
    if (forbidden.isEmpty()) {
      return new Way.To(url, Optional.empty());
    }
    try {
      var addresses = names.of(url.getHost());
      var refusal = refusal(addresses, forbidden.get());
      if (refusal.isPresent()) {
        return new Way.Nowhere("the address " + refusal.get());
      }
      return url.getScheme().equals("http")
          ? new Way.To(at(url, addresses[0]), Optional.of(url.getRawAuthority()))
          : new Way.To(url, Optional.empty());
    } catch (UnknownHostException _) {
      return new Way.Nowhere("the host has no address");
    }
  }

  private static URI at(URI url, InetAddress address) {
    var literal = address.getHostAddress();
    return URI.create(
        url.getScheme()
            + "://"
            + (address instanceof Inet6Address ? "[" + literal + "]" : literal)
            + (url.getPort() < 0 ? "" : ":" + url.getPort())
            + url.getRawPath()
            + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()));
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

  /// 0/8, 100.64/10 (carriers), 168.63.129.16 (the host of Azure's machines), 192.0.0/24, 198.18/15
  /// (benchmarks), 240/4.
  private static boolean isReserved4(byte[] a) {
    int first = a[0] & 0xFF;
    int second = a[1] & 0xFF;
    return first == 0
        || (first == 100 && second >= 64 && second < 128)
        || (first == 168 && second == 63 && (a[2] & 0xFF) == 129 && a[3] == 16)
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
