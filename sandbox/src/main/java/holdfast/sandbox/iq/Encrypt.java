package holdfast.sandbox.iq;

import holdfast.crypto.Digests;
import holdfast.sandbox.world.BigEndian;
import holdfast.sandbox.world.Device;
import holdfast.signal.Bundle;
import holdfast.stanza.Element;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// `encrypt`: prekeys up and down (protocol page 03 § 4.3, 05 § 2).
final class Encrypt implements Namespace {
  private static final byte[] CURVE = {5};

  @Override
  public List<Element> answer(Request request) {
    if (request.isSet()) {
      refuseIfAsked(request, "refuse_upload");
      return request.iq().child("rotate").isPresent() ? rotate(request) : upload(request);
    }
    return switch (request.subject()) {
      case "count" -> List.of(Element.of("count").with("value", request.device().preKeys().size()));
      case "digest" -> List.of(digest(request.device()));
      case "key" -> {
        refuseIfAsked(request, "refuse_prekeys");
        yield List.of(Element.of("list").containing(bundles(request)));
      }
      default -> throw IqRefused.badRequest();
    };
  }

  private static void refuseIfAsked(Request request, String fault) {
    request
        .asker()
        .flatMap(device -> request.world().faults().take(fault, device.key()))
        .ifPresent(
            it -> {
              throw IqRefused.asked((int) it.number("code", 503));
            });
  }

  // ---- up

  private static List<Element> upload(Request request) {
    var iq = request.iq();
    var skey = iq.requireChild("skey");
    var device = request.device();
    device.setKeys(
        new Device.Keys(
            iq.requireChild("registration").bigEndian(),
            iq.requireChild("identity").bytes(32),
            (int) skey.requireChild("id").bigEndian(),
            skey.requireChild("value").bytes(32),
            skey.requireChild("signature").bytes(64)));
    device.addPreKeys(
        iq.requireChild("list").children("key").stream()
            .map(
                key ->
                    new Bundle.OneTime(
                        (int) key.requireChild("id").bigEndian(),
                        key.requireChild("value").bytes(32)))
            .toList());
    request
        .account()
        .primary()
        .ifPresent(phone -> request.world().loop().next(() -> phone.keysUploaded(device)));
    return List.of();
  }

  private static List<Element> rotate(Request request) {
    var skey = request.child().requireChild("skey");
    var device = request.device();
    device.setKeys(
        device
            .keys()
            .withSigned(
                (int) skey.requireChild("id").bigEndian(),
                skey.requireChild("value").bytes(32),
                skey.requireChild("signature").bytes(64)));
    return List.of();
  }

  // ---- down

  private static List<Element> bundles(Request request) {
    var users = new ArrayList<Element>();
    for (var asked : request.child().children("user")) {
      var jid = asked.requireJid("jid");
      var user = Element.of("user").with("jid", jid);
      users.add(
          request
              .world()
              .device(jid)
              .map(device -> user.containing(bundle(request, device)))
              .orElseGet(() -> user.containing(notFound())));
    }
    return users;
  }

  private static Element notFound() {
    return Element.of("error").with("code", 404).with("text", "item-not-found");
  }

  private static List<Element> bundle(Request request, Device device) {
    boolean dry = request.world().faults().take("empty_pool", device.key()).isPresent();
    var bundle = request.world().takeBundle(device);
    var content =
        new ArrayList<>(
            List.of(
                Element.of("registration").containing(BigEndian.bytes(bundle.registrationId(), 4)),
                Element.of("type").containing(CURVE),
                Element.of("identity").containing(bundle.identity()),
                skey(device.keys())));
    if (!dry) {
      bundle.oneTime().ifPresent(key -> content.add(key(key)));
    }
    if (device.bond().signedIdentity().length > 0) {
      content.add(Element.of("device-identity").containing(device.bond().signedIdentity()));
    }
    return content;
  }

  private static Element key(Bundle.OneTime key) {
    return Element.of("key")
        .containing(
            Element.of("id").containing(BigEndian.bytes(key.id(), 3)),
            Element.of("value").containing(key.key()));
  }

  private static Element skey(Device.Keys keys) {
    return Element.of("skey")
        .containing(
            Element.of("id").containing(BigEndian.bytes(keys.signedPreKeyId(), 3)),
            Element.of("value").containing(keys.signedPreKey()),
            Element.of("signature").containing(keys.signature()));
  }

  // ---- what the server holds

  private static Element digest(Device device) {
    var keys = device.keys();
    var pool = device.preKeys().keys();
    if (pool.isEmpty()) {
      throw IqRefused.notFound();
    }
    var hashed = new ByteArrayOutputStream();
    hashed.writeBytes(keys.identity());
    hashed.writeBytes(keys.signedPreKey());
    hashed.writeBytes(keys.signature());
    pool.forEach(key -> hashed.writeBytes(key.key()));
    return Element.of("digest")
        .containing(
            Element.of("registration").containing(BigEndian.bytes(keys.registrationId(), 4)),
            Element.of("type").containing(CURVE),
            Element.of("identity").containing(keys.identity()),
            skey(keys),
            Element.of("list")
                .containing(
                    pool.stream()
                        .map(key -> Element.of("id").containing(BigEndian.bytes(key.id(), 3)))
                        .toList()),
            Element.of("hash").containing(Digests.sha1(hashed.toByteArray())));
  }
}
