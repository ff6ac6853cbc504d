package holdfast.rival;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import holdfast.crypto.KeyPair;
import holdfast.proto.ClientPayload;
import holdfast.sandbox.Sandbox;
import holdfast.signal.Ratchet;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Jid;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What a companion holds: its keys, and who it is once it is linked. `advSecret`: goes through the
/// QR.
public record Link(
    KeyPair noise,
    Ratchet.Self self,
    SignedPreKey signed,
    byte[] advSecret,
    Optional<Jid> jid,
    byte[] deviceIdentity) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SECRET_BYTES = 32;

  /// One that no phone has taken yet.
  public static Link fresh(RandomGenerator random) {
    var identity = KeyPair.generate(random);
    var secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new Link(
        KeyPair.generate(random),
        new Ratchet.Self(identity, 77),
        SignedPreKey.generate(1, identity, random),
        secret,
        Optional.empty(),
        new byte[0]);
  }

  /// One that a new phone, `number`, has taken.
  public static Link prepared(Sandbox sandbox, String number) {
    var body = JSON.createObjectNode().put("first", number).put("count", 1).toString();
    var request =
        HttpRequest.newBuilder(sandbox.url().resolve("/sandbox/prepared"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return read(JSON.readTree(answer.body()).required("companions").get(0));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Link read(JsonNode companion) throws IOException {
    var identity = KeyPair.of(companion.required("identityKey").binaryValue());
    var signed = companion.required("signedPreKey");
    return new Link(
        KeyPair.of(companion.required("noiseKey").binaryValue()),
        new Ratchet.Self(identity, companion.required("registrationId").asLong()),
        new SignedPreKey(
            signed.required("id").asInt(),
            KeyPair.of(signed.required("key").binaryValue()),
            signed.required("signature").binaryValue()),
        companion.required("advSecret").binaryValue(),
        Optional.of(Jid.parse(companion.required("jid").asText())),
        companion.required("deviceIdentity").binaryValue());
  }

  /// As the sandbox names it: `number:device`.
  public String device() {
    var own = jid.orElseThrow();
    return own.user() + ":" + own.device();
  }

  /// In hex, as the sandbox counts sockets by it.
  public String noiseKey() {
    return HexFormat.of().formatHex(noise.publicKey());
  }

  public String number() {
    return jid.orElseThrow().user();
  }

  /// The text of the QR that shows `ref`.
  public String qr(String ref) {
    return String.join(
        ",",
        ref,
        base64(noise.publicKey()),
        base64(self.identity().publicKey()),
        base64(advSecret),
        "1");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /// A serialized ClientPayload: a login, or a registration while nobody has taken it.
  byte[] payload() {
    var payload = ClientPayload.newBuilder();
    jid.ifPresentOrElse(
        own ->
            payload
                .setUsername(Long.parseLong(own.user()))
                .setDevice(own.device())
                .setPassive(false)
                .setPull(true),
        () -> payload.setPassive(false).setDevicePairingData(registration()));
    return payload.build().toByteArray();
  }

  private ClientPayload.DevicePairingRegistrationData registration() {
    return ClientPayload.DevicePairingRegistrationData.newBuilder()
        .setERegid(number(self.registrationId(), 4))
        .setEKeytype(ByteString.copyFrom(new byte[] {5}))
        .setEIdent(ByteString.copyFrom(self.identity().publicKey()))
        .setESkeyId(number(signed.id(), 3))
        .setESkeyVal(ByteString.copyFrom(signed.pair().publicKey()))
        .setESkeySig(ByteString.copyFrom(signed.signature()))
        .build();
  }

  private static ByteString number(long number, int length) {
    var bytes = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    return ByteString.copyFrom(bytes, Long.BYTES - length, length);
  }

  @Override
  public String toString() {
    return "Link[…]";
  }
}
