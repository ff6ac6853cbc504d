package holdfast.stanza;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.stanza.Stanza.Enc;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What is read in a message, whoever sent it.
class MessageStanzaTest extends TypedStanzas {
  private static final Element MESSAGE =
      Element.of("message")
          .with("id", "3EB0")
          .with("from", ANN_LID.withDevice(7))
          .with("t", AT.getEpochSecond());

  @Test
  @DisplayName("A message from a user has its sender, the sender's number, its parts and marks")
  void message() {
    var stanza =
        read(
            Stanza.Message.class,
            MESSAGE
                .with("type", "media")
                .with("notify", "Ann")
                .with("offline", 2)
                .with("edit", "1")
                .with("sender_pn", ANN)
                .containing(
                    Element.of("enc")
                        .with("v", "3")
                        .with("type", "pkmsg")
                        .with("count", 2)
                        .with("mediatype", "image")
                        .containing(new byte[] {1, 2}),
                    Element.of("device-identity").containing(new byte[] {3})));

    assertThat(stanza.id()).isEqualTo("3EB0");
    assertThat(stanza.at()).isEqualTo(AT);
    assertThat(stanza.origin().sender()).isEqualTo(ANN_LID.withDevice(7));
    assertThat(stanza.origin().senderAlias()).contains(ANN);
    assertThat(stanza.type()).contains("media");
    assertThat(stanza.pushName()).contains("Ann");
    assertThat(stanza.edit()).contains("1");
    assertThat(stanza.isOffline()).isTrue();
    assertThat(stanza.isPeer()).isFalse();
    assertThat(stanza.unavailable()).isEmpty();
    assertThat(stanza.plaintext()).isEmpty();
    assertThat(stanza.deviceIdentity().orElseThrow()).containsExactly(3);
    assertThat(stanza.encs()).hasSize(1);
    var enc = stanza.encs().getFirst();
    assertThat(enc.type()).isEqualTo(Enc.FIRST);
    assertThat(enc.version()).isEqualTo(3);
    assertThat(enc.count()).isEqualTo(2);
    assertThat(enc.mediaType()).contains("image");
    assertThat(enc.bytes()).containsExactly(1, 2);
  }

  @Test
  @DisplayName("What a message leaves out has its usual value")
  void plainMessage() {
    var stanza =
        read(Stanza.Message.class, MESSAGE.containing(Element.of("enc").with("type", "msg")));

    assertThat(stanza.encs().getFirst().version()).isEqualTo(2);
    assertThat(stanza.encs().getFirst().count()).isZero();
    assertThat(stanza.isOffline()).isFalse();
    assertThat(stanza.category()).isEmpty();
    assertThat(stanza.origin().participant()).isEmpty();
    assertThat(stanza.origin().senderAlias()).isEmpty();
    assertThat(stanza.origin().recipientAlias()).isEmpty();
  }

  @Test
  @DisplayName("In a group the sender is the participant, and the sender key is opened first")
  void groupMessage() {
    var stanza =
        read(
            Stanza.Message.class,
            MESSAGE
                .with("from", GROUP)
                .with("participant", ANN.withDevice(3))
                .with("participant_lid", ANN_LID)
                .containing(
                    Element.of("enc").with("type", "skmsg"),
                    Element.of("enc").with("type", "pkmsg"),
                    Element.of("enc").with("type", "msg")));

    assertThat(stanza.origin().sender()).isEqualTo(ANN.withDevice(3));
    assertThat(stanza.origin().senderAlias()).contains(ANN_LID);
    assertThat(stanza.encs()).extracting(Enc::type).containsExactly("pkmsg", "msg", "skmsg");
  }

  @Test
  @DisplayName("What an own device sent names the chat, in both domains")
  void ownMessage() {
    var stanza =
        read(
            Stanza.Message.class,
            MESSAGE
                .with("category", "peer")
                .with("recipient", ANN_LID)
                .with("peer_recipient_pn", ANN)
                .containing(Element.of("unavailable").with("type", "view_once")));

    assertThat(stanza.origin().recipient()).contains(ANN_LID);
    assertThat(stanza.origin().recipientAlias()).contains(ANN);
    assertThat(stanza.isPeer()).isTrue();
    assertThat(stanza.unavailable()).contains("view_once");
    assertThat(stanza.encs()).isEmpty();
  }

  @Test
  @DisplayName("R32: an alias of the same domain, or none that can be read, is no alias")
  void aliases() {
    for (var element :
        List.of(
            MESSAGE.with("sender_pn", Jid.lid("5")),
            MESSAGE.with("sender_lid", Jid.lid("5")),
            MESSAGE.with("sender_pn", "nobody"))) {
      assertThat(read(Stanza.Message.class, element).origin().senderAlias()).isEmpty();
    }
    var hosted = MESSAGE.with("from", Jid.of("1", Jid.HOSTED_SERVER).withDevice(99));
    var stanza = read(Stanza.Message.class, hosted.with("sender_lid", ANN_LID));
    assertThat(stanza.origin().senderAlias()).contains(ANN_LID);
  }

  @Test
  @DisplayName("A newsletter's message comes unencrypted, also under the tag of its status")
  void newsletter() {
    var from = Jid.of("120363144038483540", Jid.NEWSLETTER_SERVER);
    for (var tag : List.of("message", "status", "appdata")) {
      var element =
          new Element(tag, MESSAGE.with("from", from).attributes(), Element.Content.NONE)
              .containing(Element.of("plaintext").containing(new byte[] {9}));
      var stanza = read(Stanza.Message.class, element);
      assertThat(stanza.plaintext().orElseThrow()).containsExactly(9);
      assertThat(stanza.origin().sender()).isEqualTo(from);
    }
  }

  @Test
  @DisplayName("A message without id, sender, time or member is malformed")
  void malformedMessages() {
    for (var name : List.of("id", "from", "t")) {
      refused(MESSAGE.without(name));
    }
    refused(MESSAGE.with("from", "nobody"));
    refused(MESSAGE.with("participant", "nobody"));
    refused(MESSAGE.with("t", "soon"));
    refused(MESSAGE.with("t", -1));
    refused(MESSAGE.with("t", Long.MAX_VALUE));
    refused(MESSAGE.with("from", GROUP));
    refused(MESSAGE.with("from", Jid.STATUS));
    refused(MESSAGE.containing(Element.of("enc")));
  }
}
