package holdfast.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.proto.Message;
import holdfast.proto.PreKeyWhisperMessage;
import holdfast.proto.WhisperMessage;
import holdfast.signal.Bundle;
import holdfast.signal.Ciphertext;
import holdfast.signal.Padding;
import holdfast.signal.Ratchet;
import holdfast.stanza.Element;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// The person that the tenant writes to and hears from. Reads everything, and sees when a ratchet
/// went back.
final class Contact {
  private final SplittableRandom random;
  private final Map<Integer, Ratchet> ratchets = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Integer> positions = new HashMap<>();

  Contact(SplittableRandom random) {
    this.random = random;
    ratchets.put(Prepared.DEVICE, Prepared.PERSON.ratchet());
  }

  /// What it has read, by message id.
  Map<String, String> texts() {
    return texts;
  }

  /// A ciphertext that any of the tenant's contacts got: the same place in a chain never carries
  /// other bytes.
  void observe(Ciphertext.Type type, byte[] bytes) {
    try {
      var body = Arrays.copyOfRange(bytes, 1, bytes.length);
      var inner =
          type == Ciphertext.Type.PKMSG
              ? PreKeyWhisperMessage.parseFrom(body).getMessage().toByteArray()
              : bytes;
      var message = WhisperMessage.parseFrom(Arrays.copyOfRange(inner, 1, inner.length - 8));
      var place = message.getRatchetKey().hashCode() + "#" + message.getCounter();
      var known = positions.putIfAbsent(place, Arrays.hashCode(inner));
      if (known != null && known != Arrays.hashCode(inner)) {
        throw new Broken("R22: a ratchet went back: other bytes at the same place of a chain");
      }
    } catch (InvalidProtocolBufferException e) {
      throw new Broken("a ciphertext that nobody can parse: " + e.getMessage());
    }
  }

  /// A message of the tenant. False when it can't be read.
  boolean reads(String id, int device, Ciphertext.Type type, byte[] bytes) {
    var keys = Prepared.PERSON.keys();
    var outcome =
        ratchets.getOrDefault(device, Ratchet.NONE).decrypt(keys.self(), type, bytes, keys, random);
    return switch (outcome) {
      case Ratchet.Outcome.Plaintext it -> {
        ratchets.put(device, it.next());
        var text = text(it.bytes());
        var before = texts.put(id, text);
        if (before != null && !before.equals(text)) {
          throw new Broken("R34: another text under the message id " + id);
        }
        yield true;
      }
      case Ratchet.Outcome.Duplicate _ -> true;
      case Ratchet.Outcome.Failed _ -> false;
    };
  }

  private static String text(byte[] padded) {
    try {
      return Message.parseFrom(Padding.unpad(padded)).getConversation();
    } catch (InvalidProtocolBufferException e) {
      throw new Broken("a message that nobody can parse: " + e.getMessage());
    }
  }

  /// A message for the tenant's device; `bundle`: where no ratchet with it exists yet.
  Optional<Element> writes(String id, int device, Optional<Bundle> bundle, String text) {
    var keys = Prepared.PERSON.keys();
    var ratchet = ratchets.getOrDefault(device, Ratchet.NONE);
    if (!ratchet.isOpen()) {
      if (bundle.isEmpty()) {
        return Optional.empty();
      }
      ratchet = ratchet.initiate(keys.self(), bundle.get(), random);
    }
    var plaintext = Message.newBuilder().setConversation(text).build().toByteArray();
    var encrypted = ratchet.encrypt(keys.self(), Padding.pad(plaintext, random));
    ratchets.put(device, encrypted.next());
    return Optional.of(
        Element.of("message")
            .with("id", id)
            .with("from", Prepared.CONTACT_LID)
            .with("type", "text")
            .with("t", 1_767_268_800L)
            .containing(
                Element.of("enc")
                    .with("v", "2")
                    .with("type", encrypted.ciphertext().type().wire())
                    .containing(encrypted.ciphertext().bytes())));
  }
}
