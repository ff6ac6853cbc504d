package holdfast.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import holdfast.proto.PreKeyWhisperMessage;
import holdfast.proto.SenderKeyMessage;
import holdfast.proto.WhisperMessage;
import holdfast.sandbox.Scene;
import holdfast.sandbox.Vectors;
import holdfast.sandbox.world.Violations.Violation;
import holdfast.signal.Bundle;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WorldTest {
  private final Scene scene = new Scene();
  private final Device device = scene.companion("15550100001");

  @Test
  @DisplayName("A prekey is given out once, the oldest first, and more can be added at any time")
  void pool() {
    scene.run(() -> device.addPreKeys(keys(1, 3)));
    assertThat(scene.world().takeBundle(device).oneTime().orElseThrow().id()).isEqualTo(1);
    scene.run(() -> device.addPreKeys(keys(0xFFFFFF, 1)));

    assertThat(device.preKeys().size()).isEqualTo(3);
    assertThat(device.preKeys().keys().stream().map(Bundle.OneTime::id))
        .containsExactly(2, 3, 0xFFFFFF);
    var given =
        IntStream.range(0, 4).mapToObj(_ -> scene.world().takeBundle(device).oneTime()).toList();
    assertThat(given.get(2).orElseThrow().key()).containsOnly(0xFF);
    assertThat(given.get(3)).isEmpty();
  }

  private static List<Bundle.OneTime> keys(int first, int count) {
    var keys = new ArrayList<Bundle.OneTime>();
    for (int id = first; id < first + count; id++) {
      var key = new byte[32];
      java.util.Arrays.fill(key, (byte) id);
      keys.add(new Bundle.OneTime(id, key));
    }
    return keys;
  }

  @Test
  @DisplayName("Every account has a LID of 15 digits that isn't its number")
  void lids() {
    var lids =
        IntStream.range(0, 200)
            .mapToObj(i -> scene.phone("1555030%04d".formatted(i)).account())
            .peek(account -> assertThat(account.lid()).matches("[0-9]{15}"))
            .peek(account -> assertThat(account.lid()).isNotEqualTo(account.phone()))
            .map(Account::lid)
            .toList();
    assertThat(lids).doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("A new companion gets a number that wasn't used lately")
  void numbers() {
    var account = device.account();
    scene.run(() -> account.removeDevice(device));

    assertThat(scene.companion("15550100001").number()).isNotEqualTo(device.number());
  }

  @Test
  @DisplayName("Device hashes are those of the vectors")
  void hashes() {
    for (var vector : Vectors.read("phash").required("cases")) {
      var devices =
          StreamSupport.stream(vector.required("devices").spliterator(), false)
              .map(it -> Jid.parse(it.asText()))
              .toList();
      assertThat(DeviceHash.of(devices)).isEqualTo(vector.required("canonicalV2").asText());
    }
  }

  // ---- violations

  @Test
  @DisplayName("The same position of a ratchet with the same bytes is a repetition, no violation")
  void repeated() {
    observe("m1", enc("msg", whisper(1, "a")));
    observe("m1", enc("msg", whisper(1, "a")));
    observe("m2", enc("msg", whisper(2, "b")));
    observe("m3", enc("pkmsg", introducing(whisper(1, "a"))));

    assertThat(found()).isEmpty();
  }

  @Test
  @DisplayName("A ratchet key and counter with other bytes is a key used twice")
  void reused() {
    observe("m1", enc("msg", whisper(1, "a")));
    observe("m2", enc("msg", whisper(1, "b")));
    observe("m3", enc("pkmsg", introducing(whisper(1, "c"))));

    assertThat(found()).extracting(Violation::kind).containsExactly("key_reused", "key_reused");
    assertThat(found()).extracting(Violation::id).containsExactly("m2", "m3");
    assertThat(found()).allSatisfy(it -> assertThat(it.device()).isEqualTo("15550100001:1"));
  }

  @Test
  @DisplayName("A sender key id and iteration with other bytes is a key used twice")
  void senderKeyReused() {
    observe("m1", enc("skmsg", senderKeyed(4, "a")));
    observe("m2", enc("skmsg", senderKeyed(6, "b")));
    assertThat(found()).isEmpty();
    observe("m3", enc("skmsg", senderKeyed(6, "c")));

    assertThat(found()).extracting(Violation::id).containsExactly("m3");
  }

  @Test
  @DisplayName("Other bytes under one id are a violation, unless somebody asked for them again")
  void idReused() {
    var world = scene.world();
    var to = Jid.lid("1");
    world.observeMessage(device, "m1", to, message("a"));
    world.observeMessage(device, "m1", to, message("a"));
    assertThat(found()).isEmpty();
    world.observeMessage(device, "m1", to, message("b"));
    assertThat(found()).extracting(Violation::kind).containsExactly("id_reused");

    world.observeMessage(device, "m2", to, message("a")).setRetryForwarded();
    world.observeMessage(device, "m2", to, message("b"));
    assertThat(found()).hasSize(1);
  }

  @Test
  @DisplayName("More receipts of a type than deliveries are a violation; retry receipts aren't")
  void receipts() {
    var world = scene.world();
    var message = Element.of("message").with("id", "m1").with("from", Jid.lid("1").withDevice(3));
    var receipt = Element.of("receipt").with("id", "m1").with("to", Jid.lid("1").withDevice(3));
    world.observeDelivery(device, message);
    world.observeReceipt(device, receipt.with("type", "retry"), "m1");
    world.observeReceipt(device, receipt.with("type", "retry"), "m1");
    world.observeReceipt(device, receipt, "m1");
    world.observeReceipt(device, receipt.with("type", "read"), "m1");
    world.observeDelivery(device, message);
    world.observeReceipt(device, receipt, "m1");
    assertThat(found()).isEmpty();

    world.observeReceipt(device, receipt, "m1");
    assertThat(found()).extracting(Violation::kind).containsExactly("receipt_repeated");
  }

  private void observe(String id, Element enc) {
    scene.world().observeEnc(device, id, enc);
  }

  private List<Violation> found() {
    return scene.world().violations().found();
  }

  private static Element message(String text) {
    return Element.of("message").with("id", "any").containing(text);
  }

  private static Element enc(String type, byte[] bytes) {
    return Element.of("enc").with("type", type).containing(bytes);
  }

  private static byte[] whisper(int counter, String text) {
    var message =
        WhisperMessage.newBuilder()
            .setRatchetKey(ByteString.copyFrom(new byte[33]))
            .setCounter(counter)
            .setCiphertext(ByteString.copyFromUtf8(text));
    return framed(message.build().toByteArray(), 8);
  }

  private static byte[] introducing(byte[] inner) {
    var message = PreKeyWhisperMessage.newBuilder().setMessage(ByteString.copyFrom(inner));
    return framed(message.build().toByteArray(), 0);
  }

  private static byte[] senderKeyed(int iteration, String text) {
    var message =
        SenderKeyMessage.newBuilder()
            .setId(9)
            .setIteration(iteration)
            .setCiphertext(ByteString.copyFromUtf8(text));
    return framed(message.build().toByteArray(), 64);
  }

  private static byte[] framed(byte[] protobuf, int after) {
    var bytes = new byte[1 + protobuf.length + after];
    bytes[0] = 0x33;
    System.arraycopy(protobuf, 0, bytes, 1, protobuf.length);
    return bytes;
  }
}
