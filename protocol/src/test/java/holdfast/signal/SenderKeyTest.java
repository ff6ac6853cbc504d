package holdfast.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import holdfast.crypto.Forged;
import holdfast.proto.ChainRecord;
import holdfast.proto.SenderKeyRecord;
import holdfast.proto.SenderKeyStateRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SenderKeyTest {
  private static final byte[] TEXT = {1, 2, 3};
  private static final HexFormat HEX = HexFormat.of();

  /// The plaintext of the one recorded message whose bytes were changed after they were made.
  private static final String TAMPERED_BODY = "74616d706572656420626f6479";

  private final Random random = new Random(1);
  private SenderKey sender = SenderKey.NONE.rotate(random);
  private SenderKey reader = SenderKey.NONE.accept(sender.distribution());

  private byte[] send(byte[] text) {
    var encrypted = sender.encrypt(text, random);
    sender = encrypted.next();
    assertThat(encrypted.ciphertext().type()).isEqualTo(Ciphertext.Type.SKMSG);
    return encrypted.ciphertext().bytes();
  }

  /// Goes on without making the messages.
  private void skip(int count) {
    var record = parsed(sender.encode());
    var chain = StateRecord.chain(record.getStates(0).getChain());
    for (var i = 0; i < count; i++) {
      chain = chain.next();
    }
    var state = record.getStates(0).toBuilder().setChain(StateRecord.chain(chain));
    sender = SenderKey.decode(record.toBuilder().setStates(0, state).build().toByteArray());
  }

  private SenderKey.Outcome receive(byte[] bytes) {
    var outcome = reader.decrypt(bytes);
    if (outcome instanceof SenderKey.Outcome.Plaintext plaintext) {
      reader = plaintext.next();
    }
    return outcome;
  }

  private void reads(byte[] bytes, byte[] expected) {
    var outcome = receive(bytes);
    assertThat(outcome).isInstanceOf(SenderKey.Outcome.Plaintext.class);
    assertThat(((SenderKey.Outcome.Plaintext) outcome).bytes()).isEqualTo(expected);
  }

  private static SenderKey.Outcome failed(Ratchet.Reason reason) {
    return new SenderKey.Outcome.Failed(reason);
  }

  @Test
  @DisplayName("In 300 groups messages in any order, some lost or repeated, are each read once")
  void readsInAnyOrder() {
    for (var seed = 0; seed < 300; seed++) {
      var order = new Random(seed);
      var texts = new ArrayList<byte[]>();
      var messages = new ArrayList<byte[]>();
      for (var i = 0; i < 12; i++) {
        texts.add(new byte[] {(byte) seed, (byte) i});
        messages.add(send(texts.get(i)));
      }
      var arrivals = new ArrayList<Integer>();
      for (var i = 0; i < 20; i++) {
        arrivals.add(order.nextInt(12));
      }
      Collections.shuffle(arrivals, order);
      var seen = new boolean[12];
      for (var index : arrivals) {
        if (order.nextInt(5) == 0) {
          reader = SenderKey.decode(reader.encode());
        }
        if (seen[index]) {
          assertThat(receive(messages.get(index))).isInstanceOf(SenderKey.Outcome.Duplicate.class);
        } else {
          reads(messages.get(index), texts.get(index));
          seen[index] = true;
        }
      }
    }
  }

  @Test
  @DisplayName(
      "A sender that leaves every second iteration out is read without end, in bounded space")
  void readsGaps() {
    for (var i = 0; i < 2_500; i++) {
      var message = send(TEXT);
      skip(1);
      reads(message, TEXT);
    }
    assertThat(reader.encode()).hasSizeLessThan(80_000);
  }

  @Test
  @DisplayName("What was sent before the key was handed out fails; it is no duplicate")
  void failsOnWhatCameBefore() {
    var before = send(TEXT);
    var late = SenderKey.NONE.accept(sender.distribution());
    var after = send(TEXT);

    assertThat(late.decrypt(before)).isEqualTo(failed(Ratchet.Reason.NO_RATCHET));
    assertThat(SenderKey.decode(late.encode()).decrypt(before))
        .isEqualTo(failed(Ratchet.Reason.NO_RATCHET));
    assertThat(late.decrypt(after)).isInstanceOf(SenderKey.Outcome.Plaintext.class);
  }

  @Test
  @DisplayName("20,000 iterations can be missing, not 20,001, and of them the last 2,000 are kept")
  void jumpsSoFar() {
    var first = send(TEXT);
    skip(17_998);
    var lost = send(TEXT);
    var kept = send(TEXT);
    skip(1_999);
    var farthest = send(TEXT);
    var tooFar = send(TEXT);

    assertThat(receive(tooFar)).isEqualTo(failed(Ratchet.Reason.TOO_FAR_IN_FUTURE));
    reads(farthest, TEXT);
    reads(tooFar, TEXT);
    reader = SenderKey.decode(reader.encode());
    assertThat(receive(first)).isEqualTo(failed(Ratchet.Reason.NO_RATCHET));
    assertThat(receive(lost)).isEqualTo(failed(Ratchet.Reason.NO_RATCHET));
    reads(kept, TEXT);
    assertThat(receive(kept)).isInstanceOf(SenderKey.Outcome.Duplicate.class);
    assertThat(receive(farthest)).isInstanceOf(SenderKey.Outcome.Duplicate.class);
  }

  @Test
  @DisplayName("Messages under the five newest keys are read, under the sixth they fail")
  void keepsFiveKeys() {
    var late = new ArrayList<byte[]>();
    late.add(send(TEXT));
    for (var i = 0; i < 5; i++) {
      sender = sender.rotate(random);
      reader = SenderKey.decode(reader.accept(sender.distribution()).encode());
      late.add(send(TEXT));
    }

    assertThat(receive(late.get(0))).isEqualTo(failed(Ratchet.Reason.NO_RATCHET));
    late.subList(1, 6).forEach(message -> reads(message, TEXT));
  }

  @Test
  @DisplayName("A key that is handed out again keeps its position")
  void keepsItsPosition() {
    var early = send(TEXT);
    var distribution = sender.distribution();
    reads(send(TEXT), TEXT);

    reader = reader.accept(distribution);

    reads(early, TEXT);
    assertThat(receive(early)).isInstanceOf(SenderKey.Outcome.Duplicate.class);
  }

  @Test
  @DisplayName("A signature by another key is refused, though key id and chain are right")
  void refusesOtherSigners() {
    var record = parsed(sender.encode());
    var other = parsed(SenderKey.NONE.rotate(random).encode()).getStates(0);
    var state =
        record.getStates(0).toBuilder()
            .setSigningPublic(other.getSigningPublic())
            .setSigningPrivate(other.getSigningPrivate());
    var forger = SenderKey.decode(record.toBuilder().setStates(0, state).build().toByteArray());

    assertThat(receive(forger.encrypt(TEXT, random).ciphertext().bytes()))
        .isEqualTo(failed(Ratchet.Reason.INVALID_SIGNATURE));
    assertThat(receive(new byte[65])).isEqualTo(failed(Ratchet.Reason.INVALID_MESSAGE));
    assertThat(receive(new byte[0])).isEqualTo(failed(Ratchet.Reason.INVALID_MESSAGE));
  }

  private static SenderKeyRecord parsed(byte[] stored) {
    try {
      return SenderKeyRecord.parseFrom(stored);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("Only who made the key sends with it, and it tells its id")
  void sendsOnlyByTheOwner() {
    assertThat(sender.canSend()).isTrue();
    assertThat(reader.canSend()).isFalse();
    assertThat(reader.keyId()).isEqualTo(sender.keyId()).isBetween(0L, (long) Integer.MAX_VALUE);
    assertThat(SenderKey.decode(sender.encode()).canSend()).isTrue();
    assertThat(SenderKey.decode(sender.encode()).distribution()).isEqualTo(sender.distribution());
    assertThatThrownBy(() -> reader.encrypt(TEXT, random))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(SenderKey.NONE::keyId).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(SenderKey.NONE::distribution).isInstanceOf(IllegalStateException.class);
    assertThat(SenderKey.NONE.canSend()).isFalse();
  }

  @Test
  @DisplayName("Damaged distributions are Forged or harmless, in 1,000 cases")
  void refusesDamagedDistributions() {
    var genuine = sender.distribution();
    for (var bytes : List.of(new byte[0], new byte[] {0x33}, new byte[] {0x22, 8, 1})) {
      assertThatThrownBy(() -> reader.accept(bytes)).isInstanceOf(Forged.class);
    }
    var message = send(TEXT);
    for (var seed = 0; seed < 1_000; seed++) {
      var damaged = Damage.of(genuine, new Random(seed));
      try {
        var accepted = reader.accept(damaged);
        assertThat(accepted.decrypt(message))
            .as("the genuine key is still there, seed %d", seed)
            .isInstanceOf(SenderKey.Outcome.Plaintext.class);
      } catch (Forged e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  @DisplayName("Our messages are those that Baileys recorded, up to the signature")
  void writesWhatWasRecorded() throws IOException {
    try (var stream = getClass().getResourceAsStream("/vectors/signal-group.json")) {
      var compared = 0;
      for (var scenario : new ObjectMapper().readTree(stream).get("scenarios")) {
        if (!scenario.get("name").asText().matches("consecutive|out-of-order")) {
          continue;
        }
        var own = SenderKey.NONE;
        for (var step : scenario.get("steps")) {
          switch (step.get("op").asText()) {
            case "skdm" -> {
              own = own(step);
              assertThat(own.distribution()).isEqualTo(HEX.parseHex(step.get("bytes").asText()));
            }
            case "encrypt" -> {
              var encrypted = own.encrypt(HEX.parseHex(step.get("plaintext").asText()), random);
              own = encrypted.next();
              if (step.get("plaintext").asText().equals(TAMPERED_BODY)) {
                continue;
              }
              var expected = step.get("bytes").asText();
              assertThat(HEX.formatHex(encrypted.ciphertext().bytes()))
                  .startsWith(expected.substring(0, expected.length() - 128));
              compared++;
            }
            default -> {} // what the reader does
          }
        }
      }
      assertThat(compared).isGreaterThan(10);
    }
  }

  private static SenderKey own(com.fasterxml.jackson.databind.JsonNode step) {
    var chain =
        ChainRecord.newBuilder()
            .setKey(ByteString.fromHex(step.get("chainKey").asText()))
            .setCounter(step.get("iteration").asInt());
    var state =
        SenderKeyStateRecord.newBuilder()
            .setKeyId(step.get("id").asInt())
            .setChain(chain)
            .setSigningPublic(ByteString.fromHex(step.get("signingPub").asText().substring(2)))
            .setSigningPrivate(ByteString.fromHex(step.get("signingPriv").asText()));
    return SenderKey.decode(SenderKeyRecord.newBuilder().addStates(state).build().toByteArray());
  }
}
