package holdfast.noise;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.KeyPair;
import holdfast.proto.HandshakeMessage;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// The initiator's side of Noise XX (protocol page 01 § 2–3). Single use.
///
/// `start` → first WebSocket message; `finish(serverHelloPayload)` → second one, and the cipher for
/// what follows.
public final class ClientHandshake {
  public record Finished(byte[] clientFinish, FrameCipher cipher, byte[] serverStatic) {}

  private enum Stage {
    NEW,
    STARTED,
    OVER
  }

  private final KeyPair staticKey;
  private final byte[] root;
  private final byte[] intro;
  private final KeyPair ephemeral;
  private final Transcript transcript;
  private Stage stage = Stage.NEW;

  /// `root`: 32-byte certificate root key; `routingInfo`: empty, or what `edge_routing` gave at an
  /// earlier connection. Draws one key pair from `random`.
  public ClientHandshake(
      KeyPair staticKey, byte[] root, byte[] routingInfo, RandomGenerator random) {
    this.staticKey = staticKey;
    this.root = root;
    this.intro = IntroHeader.write(routingInfo);
    this.ephemeral = KeyPair.generate(random);
    this.transcript = new Transcript(Transcript.XX, IntroHeader.clientMagic());
  }

  /// Intro header and client hello, framed: one WebSocket message.
  public byte[] start() {
    enter(Stage.NEW, Stage.STARTED);
    transcript.mixHash(ephemeral.publicKey());
    var hello =
        HandshakeMessage.ClientHello.newBuilder()
            .setEphemeral(ByteString.copyFrom(ephemeral.publicKey()));
    var frame =
        FrameSplitter.frame(
            HandshakeMessage.newBuilder().setClientHello(hello).build().toByteArray());
    var message = new byte[intro.length + frame.length];
    System.arraycopy(intro, 0, message, 0, intro.length);
    System.arraycopy(frame, 0, message, intro.length, frame.length);
    return message;
  }

  /// Takes the payload of the server's first frame, verifies the certificate chain at `now`, and
  /// gives the framed client finish that carries `clientPayload` (a serialized ClientPayload).
  /// @throws NoiseFailure naming what didn't fit
  public Finished finish(byte[] serverHello, byte[] clientPayload, Instant now) {
    enter(Stage.STARTED, Stage.OVER);
    var hello = parse(serverHello);
    var serverEphemeral = hello.getEphemeral().toByteArray();
    if (serverEphemeral.length != 32) {
      throw new NoiseFailure("the server's ephemeral key has " + serverEphemeral.length + " bytes");
    }
    transcript.mixHash(serverEphemeral);
    transcript.mixAgreement(ephemeral, serverEphemeral);
    var serverStatic = transcript.open(hello.getStatic().toByteArray(), "server's static key");
    if (serverStatic.length != 32) {
      throw new NoiseFailure("the server's static key has " + serverStatic.length + " bytes");
    }
    transcript.mixAgreement(ephemeral, serverStatic);
    var chain = transcript.open(hello.getPayload().toByteArray(), "certificate chain");
    Certificates.verify(root, chain, serverStatic, now);
    var finish = seal(serverEphemeral, clientPayload);
    var keys = transcript.split();
    return new Finished(
        finish, new FrameCipher(keys.toResponder(), keys.toInitiator()), serverStatic);
  }

  private byte[] seal(byte[] serverEphemeral, byte[] clientPayload) {
    var sealedStatic = transcript.seal(staticKey.publicKey());
    transcript.mixAgreement(staticKey, serverEphemeral);
    var finish =
        HandshakeMessage.ClientFinish.newBuilder()
            .setStatic(ByteString.copyFrom(sealedStatic))
            .setPayload(ByteString.copyFrom(transcript.seal(clientPayload)));
    return FrameSplitter.frame(
        HandshakeMessage.newBuilder().setClientFinish(finish).build().toByteArray());
  }

  private static HandshakeMessage.ServerHello parse(byte[] serverHello) {
    try {
      var message = HandshakeMessage.parseFrom(serverHello);
      if (!message.hasServerHello()) {
        throw new NoiseFailure("the server's first frame holds no hello");
      }
      return message.getServerHello();
    } catch (InvalidProtocolBufferException e) {
      throw new NoiseFailure("the server's first frame is no handshake message");
    }
  }

  private void enter(Stage from, Stage to) {
    if (stage != from) {
      throw new IllegalStateException("a handshake that is " + stage);
    }
    stage = to;
  }
}
