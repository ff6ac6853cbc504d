package holdfast.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.KeyPair;
import holdfast.crypto.XEdDsa;
import holdfast.proto.CertChain;
import holdfast.proto.CertChain.NoiseCertificate;
import holdfast.proto.CertChain.NoiseCertificate.Details;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CertificatesTest {
  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant UNTIL = FROM.plus(Duration.ofDays(365));
  private static final Instant NOW = FROM.plus(Duration.ofDays(10));
  private static final Random RANDOM = new Random(1);
  private static final KeyPair ROOT = KeyPair.generate(RANDOM);
  private static final KeyPair INTERMEDIATE = KeyPair.generate(RANDOM);
  private static final KeyPair STRANGER = KeyPair.generate(RANDOM);
  private static final byte[] SERVER = KeyPair.generate(RANDOM).publicKey();

  private static final Details ISSUER =
      Details.newBuilder()
          .setSerial(1)
          .setIssuerSerial(0)
          .setKey(ByteString.copyFrom(INTERMEDIATE.publicKey()))
          .setNotBefore(FROM.getEpochSecond())
          .setNotAfter(UNTIL.getEpochSecond())
          .build();

  private static final Details SUBJECT =
      ISSUER.toBuilder()
          .setSerial(2)
          .setIssuerSerial(1)
          .setKey(ByteString.copyFrom(SERVER))
          .build();

  @Test
  @DisplayName("A sound chain passes, as built here and as issued")
  void sound() {
    var issued = Certificates.issue(ROOT, INTERMEDIATE, SERVER, FROM, UNTIL, RANDOM);
    for (var chain : List.of(chain(ISSUER, SUBJECT).toByteArray(), issued)) {
      for (int again = 0; again < 3; again++) {
        assertThatCode(() -> Certificates.verify(ROOT.publicKey(), chain, SERVER, NOW))
            .doesNotThrowAnyException();
      }
    }
    var serverKey = ISSUER.toBuilder().clearIssuerSerial().build();
    check(chain(serverKey, SUBJECT), NOW); // an absent serial of the issuer is 0
  }

  @Test
  @DisplayName("Check 1: all four parts are there and both signatures have 64 bytes")
  void whole() {
    var sound = chain(ISSUER, SUBJECT);
    List<UnaryOperator<NoiseCertificate.Builder>> cuts =
        List.of(
            NoiseCertificate.Builder::clearDetails,
            NoiseCertificate.Builder::clearSignature,
            part -> part.setSignature(part.getSignature().substring(1)),
            part ->
                part.setSignature(part.getSignature().concat(ByteString.copyFrom(new byte[1]))));
    for (var cut : cuts) {
      var leaf = cut.apply(sound.getLeaf().toBuilder());
      refused(sound.toBuilder().setLeaf(leaf).build(), "the leaf certificate is incomplete");
      var intermediate = cut.apply(sound.getIntermediate().toBuilder());
      refused(
          sound.toBuilder().setIntermediate(intermediate).build(),
          "the intermediate certificate is incomplete");
    }
    refused(sound.toBuilder().clearLeaf().build(), "the leaf certificate is incomplete");
    refused(CertChain.getDefaultInstance(), "the intermediate certificate is incomplete");
    assertThatThrownBy(() -> Certificates.verify(ROOT.publicKey(), new byte[] {1, 2}, SERVER, NOW))
        .isInstanceOf(NoiseFailure.class);
  }

  @Test
  @DisplayName("Check 2: the root has signed the intermediate certificate")
  void signedByRoot() {
    refused(
        CertChain.newBuilder()
            .setIntermediate(signed(STRANGER, ISSUER))
            .setLeaf(signed(INTERMEDIATE, SUBJECT))
            .build(),
        "the root hasn't signed the intermediate certificate");
    assertThatThrownBy(
            () ->
                Certificates.verify(
                    Certificates.WHATSAPP_ROOT, chain(ISSUER, SUBJECT).toByteArray(), SERVER, NOW))
        .isInstanceOf(NoiseFailure.class)
        .hasMessageContaining("the root hasn't signed");
  }

  @Test
  @DisplayName("Check 3: the intermediate certificate is the root's and has a key of 32 bytes")
  void issuer() {
    refused(
        chain(ISSUER.toBuilder().setIssuerSerial(7).build(), SUBJECT),
        "the intermediate certificate names another issuer than the root");
    var cut = ISSUER.toBuilder().setKey(ISSUER.getKey().substring(1)).build();
    refused(chain(cut, SUBJECT), "the intermediate key doesn't have 32 bytes");
  }

  @Test
  @DisplayName("Check 4: the intermediate has signed the leaf certificate")
  void signedByIntermediate() {
    for (var signer : List.of(STRANGER, ROOT)) {
      refused(
          CertChain.newBuilder()
              .setIntermediate(signed(ROOT, ISSUER))
              .setLeaf(signed(signer, SUBJECT))
              .build(),
          "the intermediate hasn't signed the leaf certificate");
    }
  }

  @Test
  @DisplayName("Check 5: now is within the dates of both, also for a chain that is remembered")
  void dates() {
    var sound = chain(ISSUER, SUBJECT);
    check(sound, FROM);
    check(sound, UNTIL);
    refused(sound, FROM.minusSeconds(1), "a certificate isn't valid yet");
    refused(sound, UNTIL.plusSeconds(1), "a certificate has expired");
    refused(sound, Instant.EPOCH.minusSeconds(1), "a certificate has expired");
    check(sound, NOW);
    refused(
        chain(ISSUER.toBuilder().setNotAfter(NOW.getEpochSecond() - 1).build(), SUBJECT),
        "a certificate has expired");
    refused(
        chain(ISSUER, SUBJECT.toBuilder().setNotBefore(NOW.getEpochSecond() + 1).build()),
        "a certificate isn't valid yet");
    refused(
        chain(ISSUER, SUBJECT.toBuilder().clearNotAfter().build()), "a certificate has expired");
    check(chain(ISSUER, SUBJECT.toBuilder().setNotAfter(-1).build()), NOW);
  }

  @Test
  @DisplayName("Check 6: the leaf certificate names the intermediate as its issuer")
  void leafIssuer() {
    refused(
        chain(ISSUER, SUBJECT.toBuilder().setIssuerSerial(0).build()),
        "the leaf certificate names another issuer than the intermediate");
  }

  @Test
  @DisplayName("Check 7: the leaf certificate is for the key of the handshake")
  void leafKey() {
    var sound = chain(ISSUER, SUBJECT).toByteArray();
    check(chain(ISSUER, SUBJECT), NOW);
    assertThatThrownBy(
            () -> Certificates.verify(ROOT.publicKey(), sound, STRANGER.publicKey(), NOW))
        .isInstanceOf(NoiseFailure.class)
        .hasMessageContaining("another key than the server's");
    for (var key : List.of(ByteString.EMPTY, SUBJECT.getKey().substring(1))) {
      refused(
          chain(ISSUER, SUBJECT.toBuilder().setKey(key).build()),
          "the leaf certificate is for another key than the server's");
    }
  }

  @Test
  @DisplayName("A thousand damaged chains are refused though the sound one is remembered")
  void damaged() {
    var sound = chain(ISSUER, SUBJECT).toByteArray();
    check(chain(ISSUER, SUBJECT), NOW);
    var random = new Random(7);
    for (int round = 0; round < 1000; round++) {
      var bytes = sound.clone();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> Certificates.verify(ROOT.publicKey(), bytes, SERVER, NOW))
          .as("round %d", round)
          .isInstanceOf(NoiseFailure.class);
    }
  }

  @Test
  @DisplayName("Many chains and many threads at once neither confuse nor fill the memory of chains")
  void threads() {
    var chains =
        IntStream.range(0, 100)
            .mapToObj(
                serial ->
                    chain(
                        ISSUER.toBuilder().setSerial(serial).build(),
                        SUBJECT.toBuilder().setIssuerSerial(serial).build()))
            .map(CertChain::toByteArray)
            .toList();
    var refusals =
        IntStream.range(0, 2000)
            .parallel()
            .filter(round -> isRefused(chains.get(round % 100), round % 3 == 0 ? UNTIL : NOW))
            .count();
    assertThat(refusals).isZero();
    assertThat(chains).allMatch(chain -> isRefused(chain, UNTIL.plusSeconds(1)));
    assertThat(Certificates.remembered()).isBetween(1, 80);
  }

  private static boolean isRefused(byte[] chain, Instant now) {
    try {
      Certificates.verify(ROOT.publicKey(), chain, SERVER, now);
      return false;
    } catch (NoiseFailure e) {
      return true;
    }
  }

  private static void check(CertChain chain, Instant now) {
    assertThatCode(() -> Certificates.verify(ROOT.publicKey(), chain.toByteArray(), SERVER, now))
        .doesNotThrowAnyException();
  }

  private static void refused(CertChain chain, String reason) {
    refused(chain, NOW, reason);
  }

  private static void refused(CertChain chain, Instant now, String reason) {
    assertThatThrownBy(
            () -> Certificates.verify(ROOT.publicKey(), chain.toByteArray(), SERVER, now))
        .isInstanceOf(NoiseFailure.class)
        .hasMessage(reason);
  }

  private static CertChain chain(Details issuer, Details subject) {
    return CertChain.newBuilder()
        .setIntermediate(signed(ROOT, issuer))
        .setLeaf(signed(INTERMEDIATE, subject))
        .build();
  }

  private static NoiseCertificate signed(KeyPair issuer, Details details) {
    var signature = XEdDsa.sign(issuer.privateKey(), details.toByteArray(), RANDOM);
    return NoiseCertificate.newBuilder()
        .setDetails(details.toByteString())
        .setSignature(ByteString.copyFrom(signature))
        .build();
  }

  @Test
  @DisplayName("What is issued has the serials and dates that clients look for")
  void issued() throws InvalidProtocolBufferException {
    var chain =
        CertChain.parseFrom(Certificates.issue(ROOT, INTERMEDIATE, SERVER, FROM, UNTIL, RANDOM));
    assertThat(Details.parseFrom(chain.getIntermediate().getDetails())).isEqualTo(ISSUER);
    assertThat(Details.parseFrom(chain.getLeaf().getDetails())).isEqualTo(SUBJECT);
  }
}
