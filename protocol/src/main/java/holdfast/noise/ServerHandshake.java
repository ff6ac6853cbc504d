package holdfast.noise;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.KeyPair;
import holdfast.proto.HandshakeMessage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The responder's side of Noise XX, for servers on loopback. Single use.
///
/// A client that tries to resume (a hello with static key and payload, protocol page 01 § 6) is
/// answered with the full handshake, which such clients fall back to.
public final class ServerHandshake {
  public record Finished(byte[] clientStatic, byte[] clientPayload, FrameCipher cipher) {}

  private final KeyPair staticKey;
  private final byte[] certificateChain;
  private final byte[] introHeader;
  private final KeyPair ephemeral;
  private boolean answered;

  /// From the answer to the finish.
  private @Nullable Transcript transcript;

  /// `introHeader`: the 4 bytes received (`57 41 06 xx`, [IntroHeader#magic]); `certificateChain`:
  /// a serialized CertChain. Draws one key pair from `random`.
  public ServerHandshake(
      KeyPair staticKey, byte[] certificateChain, byte[] introHeader, RandomGenerator random) {
    this.staticKey = staticKey;
    this.certificateChain = certificateChain;
    this.introHeader = introHeader;
    this.ephemeral = KeyPair.generate(random);
  }

  /// Payload of the client's first frame → the framed server hello. @throws NoiseFailure
  public byte[] answer(byte[] clientHello) {
    if (answered) {
      throw new IllegalStateException("a handshake that has been answered");
    }
    answered = true;
    var message = parse(clientHello);
    var hello = message.getClientHello();
    var clientEphemeral = hello.getEphemeral().toByteArray();
    if (!message.hasClientHello() || clientEphemeral.length != 32) {
      throw new NoiseFailure("the client's first frame holds no ephemeral key");
    }
    boolean resumes = hello.hasStatic() && hello.hasPayload();
    var begun = new Transcript(resumes ? Transcript.XX_FALLBACK : Transcript.XX, introHeader);
    begun.mixHash(clientEphemeral);
    begun.mixHash(ephemeral.publicKey());
    begun.mixAgreement(ephemeral, clientEphemeral);
    var sealedStatic = begun.seal(staticKey.publicKey());
    begun.mixAgreement(staticKey, clientEphemeral);
    var answer =
        HandshakeMessage.ServerHello.newBuilder()
            .setEphemeral(ByteString.copyFrom(ephemeral.publicKey()))
            .setStatic(ByteString.copyFrom(sealedStatic))
            .setPayload(ByteString.copyFrom(begun.seal(certificateChain)));
    transcript = begun;
    return FrameSplitter.frame(
        HandshakeMessage.newBuilder().setServerHello(answer).build().toByteArray());
  }

  /// Payload of the client's second frame. @throws NoiseFailure
  public Finished finish(byte[] clientFinish) {
    var begun = transcript;
    if (begun == null) {
      throw new IllegalStateException("a handshake that hasn't been answered, or is over");
    }
    transcript = null;
    var message = parse(clientFinish);
    if (!message.hasClientFinish()) {
      throw new NoiseFailure("the client's second frame holds no finish");
    }
    var finish = message.getClientFinish();
    var clientStatic = begun.open(finish.getStatic().toByteArray(), "client's static key");
    if (clientStatic.length != 32) {
      throw new NoiseFailure("the client's static key has " + clientStatic.length + " bytes");
    }
    begun.mixAgreement(ephemeral, clientStatic);
    var payload = begun.open(finish.getPayload().toByteArray(), "client's payload");
    var keys = begun.split();
    return new Finished(
        clientStatic, payload, new FrameCipher(keys.toInitiator(), keys.toResponder()));
  }

  private static HandshakeMessage parse(byte[] frame) {
    try {
      return HandshakeMessage.parseFrom(frame);
    } catch (InvalidProtocolBufferException e) {
      throw new NoiseFailure("a client's frame is no handshake message");
    }
  }
}
