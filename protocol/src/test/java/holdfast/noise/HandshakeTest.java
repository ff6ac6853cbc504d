package holdfast.noise;

import static holdfast.noise.Handshakes.MAGIC;
import static holdfast.noise.Handshakes.NOW;
import static holdfast.noise.Handshakes.unframed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.KeyPair;
import holdfast.proto.HandshakeMessage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private static final byte[] PAYLOAD = {1, 2, 3};
  private static final ByteString ZERO_KEY = ByteString.copyFrom(new byte[32]);

  @Test
  @DisplayName("Both sides learn the other's key and can talk")
  void agrees() {
    var both = new Handshakes(1);
    var client = both.client.finish(both.serverHello(), PAYLOAD, NOW);
    var server = both.server.finish(unframed(client.clientFinish()));

    assertThat(client.serverStatic()).isEqualTo(Handshakes.SERVER.publicKey());
    assertThat(server.clientStatic()).isEqualTo(Handshakes.CLIENT.publicKey());
    assertThat(server.clientPayload()).isEqualTo(PAYLOAD);
    for (int round = 0; round < 5; round++) {
      var bytes = new byte[round * 100];
      assertThat(server.cipher().open(client.cipher().seal(bytes))).isEqualTo(bytes);
      assertThat(client.cipher().open(server.cipher().seal(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  @DisplayName("A chain of another root, or out of its dates, ends the handshake")
  void untrusted() {
    var late = new Handshakes(1);
    var hello = late.serverHello();
    assertThatThrownBy(() -> late.client.finish(hello, PAYLOAD, NOW.plus(Duration.ofDays(2))))
        .isInstanceOf(NoiseFailure.class)
        .hasMessageContaining("expired");

    var foreign = new Handshakes(1);
    var wrongRoot =
        new ClientHandshake(
            Handshakes.CLIENT,
            KeyPair.generate(new Random(9)).publicKey(),
            new byte[0],
            new Random(2));
    var helloForIt = unframed(foreign.server.answer(hello(wrongRoot)));
    assertThatThrownBy(() -> wrongRoot.finish(helloForIt, PAYLOAD, NOW))
        .isInstanceOf(NoiseFailure.class)
        .hasMessageContaining("root");
  }

  private static byte[] hello(ClientHandshake client) {
    var message = client.start();
    return Arrays.copyOfRange(message, MAGIC.length + 3, message.length);
  }

  @Test
  @DisplayName(
      "The server's hello is refused when any part is missing, cut, empty or of small order")
  void serverHelloParts() {
    List<UnaryOperator<HandshakeMessage.ServerHello.Builder>> changes =
        List.of(
            HandshakeMessage.ServerHello.Builder::clearEphemeral,
            HandshakeMessage.ServerHello.Builder::clearStatic,
            HandshakeMessage.ServerHello.Builder::clearPayload,
            hello -> hello.setEphemeral(ZERO_KEY),
            hello -> hello.setEphemeral(hello.getEphemeral().substring(1)),
            hello -> hello.setStatic(hello.getStatic().substring(0, 15)),
            hello -> hello.setStatic(hello.getStatic().substring(0, 47)),
            hello -> hello.setPayload(hello.getPayload().concat(ZERO_KEY)));
    for (var change : changes) {
      var both = new Handshakes(3);
      var message = parse(both.serverHello());
      var changed = change.apply(message.getServerHello().toBuilder());
      var bytes = message.toBuilder().setServerHello(changed).build().toByteArray();
      assertThatThrownBy(() -> both.client.finish(bytes, PAYLOAD, NOW))
          .isInstanceOf(NoiseFailure.class);
    }
  }

  @Test
  @DisplayName("The client's frames are refused when a part is missing, cut or of small order")
  void clientParts() {
    for (var ephemeral : List.of(ByteString.EMPTY, ZERO_KEY, ZERO_KEY.substring(1))) {
      var hello = HandshakeMessage.ClientHello.newBuilder().setEphemeral(ephemeral);
      var bytes = HandshakeMessage.newBuilder().setClientHello(hello).build().toByteArray();
      assertThatThrownBy(() -> new Handshakes(4).server.answer(bytes))
          .isInstanceOf(NoiseFailure.class);
    }
    List<UnaryOperator<HandshakeMessage.ClientFinish.Builder>> changes =
        List.of(
            HandshakeMessage.ClientFinish.Builder::clearStatic,
            HandshakeMessage.ClientFinish.Builder::clearPayload,
            finish -> finish.setStatic(finish.getPayload()),
            finish -> finish.setPayload(finish.getPayload().substring(1)));
    for (var change : changes) {
      var both = new Handshakes(4);
      var finished = both.client.finish(both.serverHello(), PAYLOAD, NOW);
      var message = parse(unframed(finished.clientFinish()));
      var changed = change.apply(message.getClientFinish().toBuilder());
      var bytes = message.toBuilder().setClientFinish(changed).build().toByteArray();
      assertThatThrownBy(() -> both.server.finish(bytes)).isInstanceOf(NoiseFailure.class);
    }
  }

  @Test
  @DisplayName("Messages of another step, and bytes that are none, are refused")
  void wrongMessages() {
    for (var bytes : List.of(new byte[0], new byte[] {-1, -1, -1}, PAYLOAD)) {
      var both = new Handshakes(5);
      assertThatThrownBy(() -> new Handshakes(5).server.answer(bytes))
          .isInstanceOf(NoiseFailure.class);
      var hello = both.serverHello();
      assertThatThrownBy(() -> both.server.finish(bytes)).isInstanceOf(NoiseFailure.class);
      assertThatThrownBy(() -> new Handshakes(5).server.answer(hello))
          .isInstanceOf(NoiseFailure.class);
      assertThatThrownBy(() -> both.client.finish(bytes, PAYLOAD, NOW))
          .isInstanceOf(NoiseFailure.class);
    }
  }

  @Test
  @DisplayName("Another intro than the one that the client hashes doesn't come to an end")
  void intro() {
    var both = new Handshakes(6);
    var server =
        new ServerHandshake(
            Handshakes.SERVER, Handshakes.CHAIN, new byte[] {'W', 'A', 6, 2}, both.random);
    var hello = unframed(server.answer(both.clientHello()));
    assertThatThrownBy(() -> both.client.finish(hello, PAYLOAD, NOW))
        .isInstanceOf(NoiseFailure.class);
  }

  @Test
  @DisplayName("A handshake serves once, in its order")
  void singleUse() {
    var both = new Handshakes(7);
    assertThatThrownBy(() -> both.client.finish(PAYLOAD, PAYLOAD, NOW))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> both.server.finish(PAYLOAD)).isInstanceOf(IllegalStateException.class);
    var finished = both.client.finish(both.serverHello(), PAYLOAD, NOW);
    both.server.finish(unframed(finished.clientFinish()));

    assertThatThrownBy(both.client::start).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> both.client.finish(PAYLOAD, PAYLOAD, NOW))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> both.server.answer(PAYLOAD)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> both.server.finish(unframed(finished.clientFinish())))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("A client that tries to resume is led back to the full handshake")
  void fallback() {
    var both = new Handshakes(8);
    var ephemeral = KeyPair.generate(both.random);
    var hello =
        HandshakeMessage.ClientHello.newBuilder()
            .setEphemeral(ByteString.copyFrom(ephemeral.publicKey()))
            .setStatic(ByteString.copyFrom(new byte[48]))
            .setPayload(ByteString.copyFrom(new byte[20]));
    var first = HandshakeMessage.newBuilder().setClientHello(hello).build().toByteArray();
    var answer = parse(unframed(both.server.answer(first))).getServerHello();

    var transcript = new Transcript(Transcript.XX_FALLBACK, MAGIC);
    transcript.mixHash(ephemeral.publicKey());
    transcript.mixHash(answer.getEphemeral().toByteArray());
    transcript.mixAgreement(ephemeral, answer.getEphemeral().toByteArray());
    var serverStatic = transcript.open(answer.getStatic().toByteArray(), "static key");
    assertThat(serverStatic).isEqualTo(Handshakes.SERVER.publicKey());
    transcript.mixAgreement(ephemeral, serverStatic);
    assertThat(transcript.open(answer.getPayload().toByteArray(), "chain"))
        .isEqualTo(Handshakes.CHAIN);
  }

  @Test
  @DisplayName("A thousand damaged hellos and finishes are refused, each as a Noise failure")
  void damaged() {
    var random = new Random(20260101);
    for (int round = 0; round < 1000; round++) {
      var both = new Handshakes(round);
      boolean hello = round % 2 == 0;
      if (hello) {
        var bytes = damage(both.serverHello(), random);
        assertThatThrownBy(() -> both.client.finish(bytes, PAYLOAD, NOW))
            .as("round %d", round)
            .isInstanceOf(NoiseFailure.class);
      } else {
        var finished = both.client.finish(both.serverHello(), PAYLOAD, NOW);
        var bytes = damage(unframed(finished.clientFinish()), random);
        assertThatThrownBy(() -> both.server.finish(bytes))
            .as("round %d", round)
            .isInstanceOf(NoiseFailure.class);
      }
    }
  }

  private static byte[] damage(byte[] bytes, Random random) {
    var damaged = bytes.clone();
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(damaged, random.nextInt(damaged.length));
    }
    damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
    return damaged;
  }

  private static HandshakeMessage parse(byte[] bytes) {
    try {
      return HandshakeMessage.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
