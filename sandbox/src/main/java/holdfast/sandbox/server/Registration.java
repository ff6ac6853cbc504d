package holdfast.sandbox.server;

import holdfast.proto.ClientPayload.DevicePairingRegistrationData;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A client that wants to be linked: its keys, the codes it was given, and how far it has come.
final class Registration {
  /// What a phone has accepted and the companion must still sign.
  record Accepted(
      String iqId,
      int deviceNumber,
      int keyIndex,
      Jid account,
      byte[] signed,
      CompletableFuture<Integer> linked) {}

  /// The companion's half of a pairing code, waiting for somebody to type it.
  record Hello(String phone, byte[] wrapped, byte[] ref, String platform) {}

  private static final Duration FIRST = Duration.ofSeconds(60);
  private static final Duration NEXT = Duration.ofSeconds(20);

  private final DevicePairingRegistrationData keys;
  private final List<String> refs;
  private final long offeredAtMillis;
  private final double scale;
  private Optional<Hello> hello = Optional.empty();
  private Optional<CodeEntry> entry = Optional.empty();
  private Optional<Accepted> accepted = Optional.empty();

  Registration(
      DevicePairingRegistrationData keys, List<String> refs, long nowMillis, double scale) {
    this.keys = keys;
    this.refs = refs;
    this.offeredAtMillis = nowMillis;
    this.scale = scale;
  }

  /// How long codes can be scanned in all: 160 s for six.
  Duration lifetime() {
    return scaled(FIRST.plus(NEXT.multipliedBy(refs.size() - 1L)));
  }

  /// Whether this is one of the refs, and its time hasn't passed: a shown code may be scanned until
  /// one change after it has been replaced.
  boolean offers(String ref, long nowMillis) {
    int index = refs.indexOf(ref);
    if (index < 0) {
      return false;
    }
    var until = scaled(FIRST.plus(NEXT.multipliedBy(index + 1L)));
    return nowMillis <= offeredAtMillis + until.toMillis();
  }

  private Duration scaled(Duration real) {
    return Duration.ofMillis(Math.round(real.toMillis() * scale));
  }

  DevicePairingRegistrationData keys() {
    return keys;
  }

  byte[] identity() {
    return keys.getEIdent().toByteArray();
  }

  Element offer(String id) {
    var elements = refs.stream().map(ref -> Element.of("ref").containing(ref)).toList();
    return Pairing.iq(id).containing(Element.of("pair-device").containing(elements));
  }

  Optional<Hello> hello() {
    return hello;
  }

  void setHello(Hello now) {
    hello = Optional.of(now);
  }

  Optional<CodeEntry> entry() {
    return entry;
  }

  void setEntry(Optional<CodeEntry> now) {
    entry = now;
  }

  Optional<Accepted> accepted() {
    return accepted;
  }

  void setAccepted(Accepted now) {
    accepted = Optional.of(now);
  }
}
