package holdfast.device;

import holdfast.signal.Bundle;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.step.Iq;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Prekey bundles: what the server hands out so that a first message can be encrypted for a device
/// (protocol page 05 § 2).
public final class Bundles {
  private static final int KEY_BYTES = 32;
  private static final int SIGNATURE_BYTES = 64;
  private static final byte SERIALIZED_KEY = 5;

  private Bundles() {}

  public static Element query(Collection<Jid> devices) {
    var users = devices.stream().map(device -> Element.of("user").with("jid", device)).toList();
    return Iq.get("encrypt", Element.of("key").containing(users));
  }

  /// The bundles by the JIDs that were asked for. Devices that have none, and bundles whose signed
  /// prekey isn't signed by their identity, are left out.
  public static Map<Jid, Bundle> parse(Element iq) {
    var found = new LinkedHashMap<Jid, Bundle>();
    for (var user : iq.requireChild("list").children("user")) {
      bundle(user).ifPresent(bundle -> found.put(user.requireJid("jid"), bundle));
    }
    return found;
  }

  /// The bundle in a `user` element of an answer. One damaged entry must not cost the others.
  private static Optional<Bundle> bundle(Element user) {
    if (user.child("error").isPresent() || user.child("identity").isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(user, user)).filter(Bundle::isAuthentic);
    } catch (MalformedStanza _) {
      return Optional.empty();
    }
  }

  /// The bundle in a retry receipt: its registration id stands beside the keys. Empty when it isn't
  /// authentic. @throws MalformedStanza when something is missing
  public static Optional<Bundle> ofRetry(Element registration, Element keys) {
    return Optional.of(read(registration, keys)).filter(Bundle::isAuthentic);
  }

  private static Bundle read(Element registrationParent, Element keys) {
    var signed = keys.requireChild("skey");
    return new Bundle(
        registrationParent.requireChild("registration").bigEndian(),
        key(keys.requireChild("identity")),
        (int) signed.requireChild("id").bigEndian(),
        key(signed.requireChild("value")),
        signed.requireChild("signature").bytes(SIGNATURE_BYTES),
        keys.child("key").map(Bundles::oneTime));
  }

  private static Bundle.OneTime oneTime(Element key) {
    return new Bundle.OneTime(
        (int) key.requireChild("id").bigEndian(), key(key.requireChild("value")));
  }

  /// 32 bytes, or 33 with the type byte in front (protocol page 04 § 1).
  private static byte[] key(Element element) {
    var bytes = element.bytes();
    if (bytes.length == KEY_BYTES + 1 && bytes[0] == SERIALIZED_KEY) {
      return java.util.Arrays.copyOfRange(bytes, 1, bytes.length);
    }
    return element.bytes(KEY_BYTES);
  }
}
