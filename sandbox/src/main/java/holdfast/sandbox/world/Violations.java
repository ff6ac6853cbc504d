package holdfast.sandbox.world;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.Digests;
import holdfast.proto.PreKeyWhisperMessage;
import holdfast.proto.SenderKeyMessage;
import holdfast.proto.WhisperMessage;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What only a server can see going wrong: keys used twice, ids used twice, receipts sent twice.
///
/// The headers inside `enc` elements aren't encrypted, so that the position in a ratchet is visible
/// to whoever carries it. Bounded; counts from the start of the process.
public final class Violations {
  public record Violation(String kind, String device, String id, String detail, long at) {}

  private record Delivery(String device, String chat, String id) {}

  private record Answer(Delivery delivery, String type) {}

  private static final int MOST = 500_000;

  private final List<Violation> found = new ArrayList<>();
  private final Map<String, String> positions = new Bounded<>(MOST);
  private final Map<Delivery, Integer> deliveries = new Bounded<>(MOST);
  private final Map<Answer, Integer> answers = new Bounded<>(MOST);

  private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
    private final int most;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > most;
    }
  }

  /// (i) The same position of a ratchet or sender key with other bytes.
  void encrypted(Device from, String id, Element enc, long now) {
    var bytes = enc.bytes();
    if (bytes.length < 2) {
      return;
    }
    try {
      switch (enc.attribute("type").orElse("")) {
        case "pkmsg" -> {
          var inner =
              PreKeyWhisperMessage.parseFrom(Arrays.copyOfRange(bytes, 1, bytes.length))
                  .getMessage()
                  .toByteArray();
          ratcheted(from, id, inner, now);
        }
        case "msg" -> ratcheted(from, id, bytes, now);
        case "skmsg" -> senderKeyed(from, id, bytes, now);
        default -> {}
      }
    } catch (InvalidProtocolBufferException e) {
      report("unreadable_enc", from, id, "the header of an enc can't be read", now);
    }
  }

  private void ratcheted(Device from, String id, byte[] bytes, long now)
      throws InvalidProtocolBufferException {
    if (bytes.length < 10) {
      throw new InvalidProtocolBufferException("too short");
    }
    var message = WhisperMessage.parseFrom(Arrays.copyOfRange(bytes, 1, bytes.length - 8));
    var key = HexFormat.of().formatHex(message.getRatchetKey().toByteArray());
    position(from, id, key + "#" + message.getCounter(), bytes, now);
  }

  private void senderKeyed(Device from, String id, byte[] bytes, long now)
      throws InvalidProtocolBufferException {
    if (bytes.length < 66) {
      throw new InvalidProtocolBufferException("too short");
    }
    var message = SenderKeyMessage.parseFrom(Arrays.copyOfRange(bytes, 1, bytes.length - 64));
    position(from, id, "sk" + message.getId() + "#" + message.getIteration(), bytes, now);
  }

  private void position(Device from, String id, String position, byte[] bytes, long now) {
    var before = positions.putIfAbsent(from.key() + "/" + position, hash(bytes));
    if (before != null && !before.equals(hash(bytes))) {
      report("key_reused", from, id, "other bytes at position " + position, now);
    }
  }

  /// (ii) Another stanza under an id though nobody has asked for it again.
  void repeated(Device from, Route earlier, String hash, long now) {
    if (!earlier.hash().equals(hash) && !earlier.isRetryForwarded()) {
      report("id_reused", from, earlier.id(), "other bytes under the same id", now);
    }
  }

  /// Each delivery of a message allows one receipt of each type.
  void delivered(Device to, Element message) {
    deliveries.merge(
        delivery(to, message.requireJid("from"), message.require("id")), 1, Integer::sum);
  }

  /// (iii) More receipts of one type than deliveries.
  void answered(Device by, Element receipt, String id, long now) {
    var type = receipt.attribute("type").orElse("delivered");
    if (type.equals("retry")) {
      return;
    }
    var delivery = delivery(by, receipt.requireJid("to"), id);
    int count = answers.merge(new Answer(delivery, type), 1, Integer::sum);
    if (count > deliveries.getOrDefault(delivery, 1)) {
      report("receipt_repeated", by, id, "receipt " + count + " of type " + type, now);
    }
  }

  /// By the user part alone where there is no group: a receipt may name a phone number or a LID.
  private static Delivery delivery(Device device, Jid chat, String id) {
    return new Delivery(device.key(), chat.isGroup() ? chat.toString() : "", id);
  }

  private void report(String kind, Device device, String id, String detail, long now) {
    if (found.size() < MOST) {
      found.add(new Violation(kind, device.key(), id, detail, now));
    }
  }

  public List<Violation> found() {
    return List.copyOf(found);
  }

  private static String hash(byte[] bytes) {
    return HexFormat.of().formatHex(Digests.sha256(bytes), 0, 12);
  }

  static String hash(Element stanza) {
    return hash(holdfast.stanza.StanzaCodec.encode(stanza));
  }
}
