package holdfast.rival;

import holdfast.proto.Message;
import holdfast.signal.Bundle;
import holdfast.signal.Padding;
import holdfast.signal.Ratchet;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/// The texts of one link to one phone, over whichever socket it has just then. Every try has an id
/// of its own, as in the systems of old.
public final class PlainTexts {
  private final Link link;
  private final Jid to;
  private final RandomGenerator random;
  private Ratchet ratchet = Ratchet.NONE;

  public PlainTexts(Link link, String number, RandomGenerator random) {
    this.link = link;
    this.to = Jid.phone(number);
    this.random = random;
  }

  /// Completes with the server's ack; fails when the connection ends before it.
  public synchronized CompletableFuture<Element> send(PlainClient over, String text) {
    if (!ratchet.isOpen()) {
      ratchet = ratchet.initiate(link.self(), bundle(over), random);
    }
    var plain = Message.newBuilder().setConversation(text).build().toByteArray();
    var encrypted = ratchet.encrypt(link.self(), Padding.pad(plain, random));
    ratchet = encrypted.next();
    var enc =
        Element.of("enc")
            .with("v", "2")
            .with("type", encrypted.ciphertext().type().wire())
            .containing(encrypted.ciphertext().bytes());
    var id = newId();
    var message =
        Element.of("message")
            .with("id", id)
            .with("to", to)
            .with("type", "text")
            .containing(
                Element.of("participants")
                    .containing(Element.of("to").with("jid", to).containing(enc)),
                Element.of("device-identity").containing(link.deviceIdentity()));
    return over.deliver(id, message);
  }

  private Bundle bundle(PlainClient over) {
    var question =
        Element.of("iq")
            .with("type", "get")
            .with("xmlns", "encrypt")
            .with("to", Jid.SERVER)
            .containing(Element.of("key").containing(Element.of("user").with("jid", to)));
    var user = over.ask(question).join().requireChild("list").requireChild("user");
    var signed = user.requireChild("skey");
    return new Bundle(
        user.requireChild("registration").bigEndian(),
        key(user.requireChild("identity")),
        (int) signed.requireChild("id").bigEndian(),
        key(signed.requireChild("value")),
        signed.requireChild("signature").bytes(),
        user.child("key").map(PlainTexts::oneTime));
  }

  private static Bundle.OneTime oneTime(Element key) {
    return new Bundle.OneTime(
        (int) key.requireChild("id").bigEndian(), key(key.requireChild("value")));
  }

  private static byte[] key(Element element) {
    var bytes = element.bytes();
    return bytes.length == 33 ? Arrays.copyOfRange(bytes, 1, 33) : bytes;
  }

  private String newId() {
    var bytes = new byte[9];
    random.nextBytes(bytes);
    return "3EB0" + HexFormat.of().withUpperCase().formatHex(bytes);
  }
}
