package holdfast.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.proto.ClientPayload;
import holdfast.signal.Bundle;
import holdfast.signal.Ciphertext;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// The server as one tenant sees it: logins, answers to questions, the queue of what waits for it,
/// and the making of new links.
final class Hub {
  /// A companion as the server keeps it.
  private record Companion(byte[] noiseKey, Optional<Bundle> bundle, Map<String, Element> queue) {}

  private final Net net;
  private final Swarm swarm;
  private final SplittableRandom random;
  private final Contact contact;
  private final Pairings pairings;
  private final Map<Integer, Companion> companions = new LinkedHashMap<>();
  private final Map<Link, Integer> loggedIn = new LinkedHashMap<>();
  private final Set<String> retried = new HashSet<>();
  private long muteUntilMs;
  private long rivalUntilMs;
  private int rivalReturns;
  private int written;

  Hub(Net net, Swarm swarm, SplittableRandom random, Contact contact) {
    this.net = net;
    this.swarm = swarm;
    this.random = random;
    this.contact = contact;
    this.pairings = new Pairings(this, net.agenda(), random);
    companions.put(
        Prepared.DEVICE,
        new Companion(
            Prepared.CREDENTIALS.noiseKey().publicKey(), Optional.empty(), new LinkedHashMap<>()));
  }

  // ---- connections

  void opened(Link link) {
    try {
      var payload = ClientPayload.parseFrom(link.payload());
      if (payload.hasUsername()) {
        login(link, payload.getDevice());
      } else {
        pairings.opened(link, payload.getDevicePairingData());
      }
    } catch (InvalidProtocolBufferException e) {
      throw new Broken("a login that nobody can parse: " + e.getMessage());
    }
  }

  private void login(Link link, int device) {
    for (var fault : Fault.values()) {
      if (fault.place() == Fault.Place.LOGIN && swarm.strikes(fault)) {
        refuse(link, device, fault);
        return;
      }
    }
    var companion = companions.get(device);
    if (companion == null || !Arrays.equals(companion.noiseKey(), link.noiseKey())) {
      link.down(Words.failure(401));
      link.serverCloses();
      return;
    }
    for (var other : List.copyOf(loggedIn.keySet())) {
      if (Objects.equals(loggedIn.get(other), device)) {
        if (other.isLive()) {
          throw new Broken("R1: a login replaced a connection of ours that still answers");
        }
        loggedIn.remove(other);
      }
    }
    if (net.agenda().nowMs() < rivalUntilMs) {
      rivalUntilMs = 0;
      if (rivalReturns-- > 0) {
        net.agenda().after(1_000 + random.nextInt(8_000), this::rivalComes);
      }
    }
    loggedIn.put(link, device);
    link.down(Words.success(Prepared.OWN_LID.withDevice(device), name()));
  }

  /// Mostly the same.
  private String name() {
    return random.nextInt(8) == 0 ? "Shop " + random.nextInt(3) : "Shop";
  }

  private void refuse(Link link, int device, Fault fault) {
    if (fault == Fault.WRONG_ACCOUNT) {
      link.down(Words.success(Jid.lid("210000000000999").withDevice(device), name()));
      return;
    }
    int code = Integer.parseInt(fault.name().substring(fault.name().indexOf('_') + 1));
    if (code == 401) {
      companions.remove(device);
    }
    link.down(Words.failure(code));
    link.serverCloses();
  }

  void closed(Link link) {
    loggedIn.remove(link);
    pairings.closed(link);
  }

  Optional<Link> current() {
    return loggedIn.keySet().stream().filter(Link::isLive).findFirst();
  }

  boolean isLinked(int device) {
    return companions.containsKey(device);
  }

  // ---- what goes wrong while logged in, or while a link is made

  void ends(Fault fault) {
    var link = current().or(pairings::current);
    boolean ofALogin = fault == Fault.CONFLICT || fault == Fault.RIVAL;
    if (link.isEmpty() || (ofALogin && current().isEmpty())) {
      return;
    }
    swarm.met(fault);
    int device = loggedIn.getOrDefault(link.get(), -1);
    switch (fault) {
      case STREAM_515 -> link.get().down(Words.streamError(515));
      case STREAM_516 -> {
        companions.remove(device);
        link.get().down(Words.streamError(516));
      }
      case STREAM_500 -> link.get().down(Words.streamError(500));
      case STREAM_503 -> link.get().down(Words.streamError(503));
      case STREAM_END -> link.get().down(Element.of("xmlstreamend"));
      case DEVICE_REMOVED -> removed(link.get(), device);
      case DOWNGRADE_411 -> link.get().down(Words.downgrade());
      case CONFLICT -> link.get().down(Words.conflict("replaced"));
      case SECOND_SUCCESS -> {
        if (pairings.isAccepted(link.get())) {
          return; // a 515 follows, and nothing else
        }
        link.get().facts().reasonGiven |= device < 0; // whoever makes a link has no login
        link.get().down(Words.success(Prepared.OWN_LID.withDevice(device), name()));
        return;
      }
      case SECOND_REFS -> {
        link.get().down(pairings.pairDevice());
        return;
      }
      case RIVAL -> {
        rivalReturns = random.nextInt(4);
        rivalComes();
        return;
      }
      default -> throw new IllegalStateException("not of a stream: " + fault);
    }
    link.get().serverCloses();
  }

  private void rivalComes() {
    rivalUntilMs = net.agenda().nowMs() + 60_000;
    current()
        .ifPresent(
            link -> {
              link.down(Words.conflict("replaced"));
              link.serverCloses();
            });
  }

  private void removed(Link link, int device) {
    companions.remove(device);
    link.down(Words.conflict("device_removed"));
    link.serverCloses();
  }

  void muteFor(long ms) {
    muteUntilMs = net.agenda().nowMs() + ms;
  }

  /// Everything that the server does wrong ends.
  void heal() {
    muteUntilMs = 0;
    rivalUntilMs = 0;
    rivalReturns = 0;
  }

  // ---- what the tenant says

  void received(Link link, Element stanza) {
    if (net.agenda().nowMs() < muteUntilMs) {
      return;
    }
    switch (stanza.tag()) {
      case "iq" -> question(link, stanza);
      case "message" -> message(link, stanza);
      case "receipt" -> receipt(link, stanza);
      default -> {} // presence, acks, notes
    }
  }

  private void question(Link link, Element iq) {
    var type = iq.require("type");
    if (type.equals("result")) {
      iq.child("pair-device-sign").ifPresent(_ -> pairings.signed(link));
      return;
    }
    if (type.equals("error")) {
      return;
    }
    switch (iq.attribute("xmlns").orElse("")) {
      case "encrypt" -> link.down(keys(iq));
      case "passive" -> active(link, iq);
      case "w:p" ->
          link.down(swarm.strikes(Fault.PING_REFUSED) ? Words.refusal(iq, 500) : Words.result(iq));
      case "usync" -> link.down(Directory.usync(iq));
      case "md" -> {
        var device = loggedIn.get(link);
        if (device == null) {
          pairings.code(link, iq);
        } else {
          link.down(Words.result(iq));
          removed(link, device);
        }
      }
      default -> link.down(Words.result(iq));
    }
  }

  private Element keys(Element iq) {
    if (iq.child("count").isPresent()) {
      return swarm.strikes(Fault.PREKEYS_REFUSED)
          ? Words.refusal(iq, 503)
          : Words.result(iq).containing(Element.of("count").with("value", (long) Prepared.PREKEYS));
    }
    if (iq.child("key").isEmpty()) {
      return Words.result(iq);
    }
    return Directory.bundles(iq);
  }

  private void active(Link link, Element iq) {
    if (swarm.strikes(Fault.ACTIVE_REFUSED)) {
      link.down(Words.refusal(iq, 500));
      return;
    }
    link.down(Words.result(iq));
    var device = loggedIn.get(link);
    if (device != null && companions.containsKey(device)) {
      var queue = companions.get(device).queue().values();
      queue.forEach(stanza -> link.down(stanza.with("offline", "1")));
      link.down(Words.infoBag(Element.of("offline").with("count", (long) queue.size())));
    }
  }

  private void message(Link link, Element stanza) {
    var device = loggedIn.get(link);
    if (device == null) {
      return;
    }
    var id = stanza.require("id");
    for (var copy : copies(stanza)) {
      var enc = copy.requireChild("enc");
      var type = Ciphertext.Type.valueOf(enc.require("type").toUpperCase(Locale.ROOT));
      contact.observe(type, enc.bytes());
      if (copy.jid("jid")
          .or(() -> copy.jid("to"))
          .filter(Prepared.CONTACT_LID::sameUser)
          .isPresent()) {
        var answer =
            contact.reads(id, device, type, enc.bytes()) ? receiptOf(id) : retryOf(id, stanza);
        net.agenda().after(20 + random.nextInt(300), () -> tell(answer));
      }
    }
    if (swarm.strikes(Fault.ACKS_WITHHELD)) {
      return;
    }
    link.down(Words.ack(stanza, Prepared.CONTACT_LID));
  }

  /// One for each device, or the whole stanza where it is for a single one that asked again.
  private static List<Element> copies(Element stanza) {
    return stanza.child("participants").map(all -> all.children("to")).orElse(List.of(stanza));
  }

  private static Element receiptOf(String id) {
    return Element.of("receipt")
        .with("id", id)
        .with("from", Prepared.CONTACT_LID)
        .with("t", 1_767_268_800L);
  }

  /// A ciphertext of an older link can't be read under the new one: it is asked for again.
  private Element retryOf(String id, Element stanza) {
    retried.add(id);
    return receiptOf(id)
        .with("type", "retry")
        .containing(
            Element.of("retry")
                .with("id", id)
                .with("count", 1)
                .with("v", "1")
                .with("t", stanza.attribute("t").orElse("1767268800")),
            Element.of("registration")
                .containing(Directory.bigEndian(Prepared.PERSON.keys().registrationId(), 4)));
  }

  /// Whether the contact has asked for this message again, so that it may be encrypted anew.
  boolean isRetried(String id) {
    return retried.contains(id);
  }

  /// To whoever is logged in; else it is lost.
  private void tell(Element stanza) {
    current().ifPresent(link -> link.down(stanza));
  }

  private void receipt(Link link, Element receipt) {
    var device = loggedIn.get(link);
    if (receipt.attribute("type").equals(Optional.of("retry"))) {
      throw new Broken("R31: a message that couldn't be read: " + receipt.require("id"));
    }
    if (device != null && companions.containsKey(device)) {
      companions.get(device).queue().remove(receipt.require("id"));
    }
    link.down(Words.ack(receipt, Prepared.CONTACT_LID));
  }

  // ---- what the contact writes

  /// The id of the message, when there is a device to write to.
  Optional<String> contactWrites() {
    if (companions.isEmpty()) {
      return Optional.empty();
    }
    int device = companions.keySet().stream().reduce((_, last) -> last).orElseThrow();
    var companion = Objects.requireNonNull(companions.get(device));
    var id = "IN" + written++;
    var stanza = contact.writes(id, device, companion.bundle(), "text " + id);
    if (stanza.isEmpty()) {
      return Optional.empty();
    }
    companion.queue().put(id, stanza.get());
    for (var link : loggedIn.keySet()) {
      if (Objects.equals(loggedIn.get(link), device) && link.facts().activeTold) {
        link.down(stanza.get());
      }
    }
    return Optional.of(id);
  }

  /// What still waits to be taken by the device that is logged in now.
  List<String> waiting() {
    return current().map(loggedIn::get).map(companions::get).stream()
        .flatMap(it -> it.queue().keySet().stream())
        .toList();
  }

  // ---- the making of a link

  Pairings pairings() {
    return pairings;
  }

  /// A phone and a companion have agreed.
  void linked(Link link, int device, Bundle bundle) {
    companions.put(
        device, new Companion(link.noiseKey(), Optional.of(bundle), new LinkedHashMap<>()));
    link.down(Words.streamError(515));
    link.serverCloses();
  }
}
