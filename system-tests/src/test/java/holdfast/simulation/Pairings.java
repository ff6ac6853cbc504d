package holdfast.simulation;

import holdfast.proto.ClientPayload.DevicePairingRegistrationData;
import holdfast.sandbox.phone.Adv;
import holdfast.sandbox.phone.LinkCode;
import holdfast.signal.Bundle;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// The making of links, as server and phone do it: by a code that is scanned or one that is typed.
final class Pairings {
  private static final int REFS = 6;
  private static final String CODE = "link_code_companion_reg";

  /// How far a companion has come that wants to be one. `device`: the number that its phone has
  /// accepted it under.
  private static final class Offer {
    private final DevicePairingRegistrationData keys;
    private Optional<byte[]> hidden = Optional.empty();
    private Optional<LinkCode.Typed> typed = Optional.empty();
    private boolean opened;
    private Optional<Integer> device = Optional.empty();

    Offer(DevicePairingRegistrationData keys) {
      this.keys = keys;
    }
  }

  private final Hub hub;
  private final Agenda agenda;
  private final SplittableRandom random;
  private final Map<Link, Offer> offers = new LinkedHashMap<>();
  private int devices = Prepared.DEVICE;

  Pairings(Hub hub, Agenda agenda, SplittableRandom random) {
    this.hub = hub;
    this.agenda = agenda;
    this.random = random;
  }

  void opened(Link link, DevicePairingRegistrationData keys) {
    offers.put(link, new Offer(keys));
    link.down(pairDevice());
  }

  void closed(Link link) {
    offers.remove(link);
  }

  Optional<Link> current() {
    return offers.keySet().stream().filter(Link::isLive).findFirst();
  }

  Element pairDevice() {
    var refs = new ArrayList<Element>();
    for (int index = 0; index < REFS; index++) {
      refs.add(Element.of("ref").containing("ref" + random.nextInt(1_000_000)));
    }
    return order("p" + random.nextInt(1_000_000))
        .containing(Element.of("pair-device").containing(refs));
  }

  private static Element order(String id) {
    return Element.of("iq")
        .with("from", Jid.SERVER)
        .with("type", "set")
        .with("id", id)
        .with("xmlns", "md");
  }

  /// The phone has read this QR: whoever shows it becomes its companion.
  void scanned(String qr) {
    var parts = qr.substring(qr.indexOf('#') + 1).split(",", -1);
    var noiseKey = Base64.getDecoder().decode(parts[1]);
    current()
        .filter(link -> Arrays.equals(link.noiseKey(), noiseKey) && offer(link).typed.isEmpty())
        .ifPresent(link -> accept(link, Base64.getDecoder().decode(parts[3])));
  }

  /// Whether a phone has accepted who makes a link over it.
  boolean isAccepted(Link link) {
    var offer = offers.get(link);
    return offer != null && offer.device.isPresent();
  }

  private void accept(Link link, byte[] advSecret) {
    var offer = offers.get(link);
    if (offer == null || offer.device.isPresent()) {
      return;
    }
    int device = ++devices;
    var companion =
        new Adv.Companion(offer.keys.getEIdent().toByteArray(), 1, device, 1_767_268_800L);
    var accepted = Adv.accept(Prepared.PHONE.keys().identity(), companion, advSecret, random);
    offer.device = Optional.of(device);
    link.down(
        order("s" + device)
            .containing(
                Element.of("pair-success")
                    .containing(
                        Element.of("device-identity").containing(accepted.container()),
                        Element.of("device")
                            .with("jid", Prepared.OWN.withDevice(device))
                            .with("lid", Prepared.OWN_LID.withDevice(device)),
                        Element.of("platform").with("name", "android"))));
  }

  void signed(Link link) {
    var offer = offers.remove(link);
    if (offer == null || offer.device.isEmpty()) {
      return;
    }
    var keys = offer.keys;
    hub.linked(
        link,
        offer.device.get(),
        new Bundle(
            ByteBuffer.wrap(keys.getERegid().toByteArray()).getInt(),
            keys.getEIdent().toByteArray(),
            1,
            keys.getESkeyVal().toByteArray(),
            keys.getESkeySig().toByteArray(),
            Optional.empty()));
  }

  // ---- by a code that is typed

  /// An iq of a companion that shows a code, or whose code was typed.
  void code(Link link, Element iq) {
    var offer = offers.get(link);
    var said = iq.child(CODE);
    if (offer == null || said.isEmpty()) {
      link.down(Words.result(iq));
      return;
    }
    if (said.get().require("stage").equals("companion_hello")) {
      var hidden =
          said.get().requireChild("link_code_pairing_wrapped_companion_ephemeral_pub").bytes();
      offer.hidden = Optional.of(hidden);
      offer.typed = Optional.empty();
      link.down(Words.result(iq).containing(Element.of(CODE).containing(ref(link))));
      return;
    }
    link.down(Words.result(iq));
    var opened =
        offer.typed.flatMap(
            typed ->
                LinkCode.open(
                    typed,
                    Prepared.PHONE.keys().identity(),
                    said.get().requireChild("companion_identity_public").bytes(),
                    said.get().requireChild("link_code_pairing_wrapped_key_bundle").bytes()));
    if (opened.isEmpty()) {
      offer.typed = Optional.empty(); // it may be typed again
    } else if (!offer.opened) {
      offer.opened = true;
      var secret = opened.get().advSecret();
      agenda.after(20 + random.nextInt(200), () -> accept(link, secret));
    }
  }

  private static Element ref(Link link) {
    return Element.of("link_code_pairing_ref").containing("code" + link.number());
  }

  /// A person has typed this on the phone, rightly or not.
  void typed(String code) {
    var waiting =
        current().filter(link -> offer(link).hidden.isPresent() && offer(link).device.isEmpty());
    if (waiting.isEmpty()) {
      return;
    }
    var link = waiting.get();
    var typed = LinkCode.type(code, offer(link).hidden.orElseThrow(), random);
    offer(link).typed = Optional.of(typed);
    link.down(
        Element.of("notification")
            .with("from", Jid.SERVER)
            .with("type", CODE)
            .with("id", "n" + random.nextInt(1_000_000))
            .with("t", 1_767_268_800L)
            .containing(
                Element.of(CODE)
                    .with("stage", "primary_hello")
                    .containing(
                        Element.of("link_code_pairing_wrapped_primary_ephemeral_pub")
                            .containing(typed.wrapped()),
                        Element.of("primary_identity_pub")
                            .containing(Prepared.PHONE.keys().identity().publicKey()),
                        ref(link))));
  }

  private Offer offer(Link link) {
    return java.util.Objects.requireNonNull(offers.get(link));
  }
}
