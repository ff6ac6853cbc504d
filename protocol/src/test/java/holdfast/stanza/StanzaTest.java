package holdfast.stanza;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read in all stanzas but messages.
class StanzaTest extends TypedStanzas {
  @Test
  @DisplayName("A receipt is about its id and all it lists, each once")
  void receipt() {
    var element =
        Element.of("receipt")
            .with("id", "A1")
            .with("type", "read")
            .with("from", GROUP)
            .with("participant", ANN_LID.withDevice(7))
            .with("participant_pn", ANN)
            .with("t", AT.getEpochSecond())
            .with("offline", "0")
            .containing(
                Element.of("list")
                    .containing(
                        Element.of("item").with("id", "A2"), Element.of("item").with("id", "A1")));
    var stanza = read(Stanza.Receipt.class, element);

    assertThat(stanza.id()).isEqualTo("A1");
    assertThat(stanza.ids()).containsExactly("A1", "A2");
    assertThat(stanza.type()).contains("read");
    assertThat(stanza.at()).contains(AT);
    assertThat(stanza.isOffline()).isTrue();
    assertThat(stanza.readers()).isEmpty();
    assertThat(stanza.origin().sender()).isEqualTo(ANN_LID.withDevice(7));
    assertThat(stanza.origin().senderAlias()).contains(ANN);
    var delivery = read(Stanza.Receipt.class, element.without("type").without("t"));
    assertThat(delivery.type()).isEmpty();
    assertThat(delivery.at()).isEmpty();
    refused(element.without("id"));
    refused(element.without("from"));
    refused(element.containing(Element.of("list").containing(Element.of("item"))));
  }

  @Test
  @DisplayName("A group's collected receipts name the reader and the time for each message")
  void groupedReceipt() {
    var user = Element.of("user").with("jid", ANN_LID).with("t", AT.getEpochSecond());
    var element =
        Element.of("receipt")
            .with("id", "R1")
            .with("from", GROUP)
            .with("type", "read")
            .containing(
                Element.of("participants")
                    .with("key", "A1")
                    .containing(user, Element.of("user").with("jid", ANN)),
                Element.of("participants").with("key", "A2").containing(user),
                Element.of("participants").with("key", "A3"));
    var stanza = read(Stanza.Receipt.class, element);

    assertThat(stanza.id()).isEqualTo("R1");
    assertThat(stanza.ids()).containsExactly("A1", "A2", "A3");
    assertThat(stanza.readers())
        .containsExactly(
            new Stanza.Receipt.Reader("A1", ANN_LID, Optional.of(AT)),
            new Stanza.Receipt.Reader("A1", ANN, Optional.empty()),
            new Stanza.Receipt.Reader("A2", ANN_LID, Optional.of(AT)));
    refused(
        element.containing(
            Element.of("participants").with("key", "A1").containing(Element.of("user"))));
  }

  @Test
  @DisplayName("An ack says what it is about, when, and whether it is a refusal")
  void ack() {
    var element =
        Element.of("ack")
            .with("class", "message")
            .with("id", "A1")
            .with("from", ANN)
            .with("t", AT.getEpochSecond())
            .with("phash", "2:AbCdEfGh");
    var stanza = read(Stanza.Ack.class, element);

    assertThat(stanza.about()).isEqualTo("message");
    assertThat(stanza.at()).contains(AT);
    assertThat(stanza.from()).contains(ANN);
    assertThat(stanza.phash()).contains("2:AbCdEfGh");
    assertThat(stanza.error()).isEmpty();
    assertThat(read(Stanza.Ack.class, element.with("error", 463)).error()).contains(463);
    assertThat(read(Stanza.Ack.class, element.with("error", "what")).error()).contains(500);
    refused(element.without("id"));
    refused(element.without("class"));
  }

  @Test
  @DisplayName("An iq has id, type and namespace; an error says why and for how long")
  void iq() {
    var element =
        Element.of("iq")
            .with("from", Jid.SERVER)
            .with("type", "set")
            .with("id", "X")
            .with("xmlns", "md");
    var stanza = read(Stanza.Iq.class, element);

    assertThat(stanza.id()).isEqualTo("X");
    assertThat(stanza.type()).isEqualTo(Stanza.Iq.Type.SET);
    assertThat(stanza.from()).contains(Jid.SERVER);
    assertThat(stanza.xmlns()).contains("md");
    assertThat(stanza.refusal()).isEmpty();
    var error = Element.of("error").with("code", 429).with("text", "rate-overlimit");
    var refused = element.with("type", "error").containing(error.with("backoff", 60));
    assertThat(read(Stanza.Iq.class, refused).refusal())
        .contains(new Stanza.Iq.Refusal(429, "rate-overlimit", Optional.of(Duration.ofMinutes(1))));
    assertThat(read(Stanza.Iq.class, element.with("type", "error")).refusal())
        .contains(new Stanza.Iq.Refusal(500, "", Optional.empty()));
    for (var name : List.of("get", "result")) {
      assertThat(read(Stanza.Iq.class, element.with("type", name)).type().name())
          .isEqualToIgnoringCase(name);
    }
    refused(element.with("type", "other"));
    refused(element.without("type"));
    refused(element.without("id"));
  }

  @Test
  @DisplayName("A notification has id, type and sender; a group's actor is its participant")
  void notification() {
    var element =
        Element.of("notification")
            .with("from", GROUP)
            .with("type", "w:gp2")
            .with("id", "N1")
            .with("participant", ANN_LID)
            .with("participant_pn", ANN)
            .with("t", AT.getEpochSecond());
    var stanza = read(Stanza.Notification.class, element);

    assertThat(stanza.type()).isEqualTo("w:gp2");
    assertThat(stanza.at()).contains(AT);
    assertThat(stanza.origin().sender()).isEqualTo(ANN_LID);
    assertThat(stanza.origin().senderAlias()).contains(ANN);
    assertThat(stanza.isOffline()).isFalse();
    for (var name : List.of("id", "type", "from")) {
      refused(element.without(name));
    }
  }

  @Test
  @DisplayName("Presence says whether someone is there and, if shown, when they last were")
  void presence() {
    var element = Element.of("presence").with("from", ANN);
    var gone = element.with("type", "unavailable");

    assertThat(read(Stanza.Presence.class, element).available()).isTrue();
    assertThat(read(Stanza.Presence.class, gone).available()).isFalse();
    assertThat(read(Stanza.Presence.class, gone.with("last", 1700000000)).lastSeen()).contains(AT);
    for (var hidden : List.of("deny", "none", "error", "99999999999")) {
      assertThat(read(Stanza.Presence.class, gone.with("last", hidden)).lastSeen()).isEmpty();
    }
    var group = Element.of("presence").with("from", GROUP).with("count", 5);
    assertThat(read(Stanza.Presence.class, group).online()).contains(5);
    refused(Element.of("presence"));
  }

  @Test
  @DisplayName("A chat state is typing, recording or paused")
  void chatState() {
    var element = Element.of("chatstate").with("from", GROUP).with("participant", ANN);
    var composing = Element.of("composing");

    assertThat(activity(element.containing(composing))).isEqualTo(Stanza.ChatState.Activity.TYPING);
    assertThat(activity(element.containing(composing.with("media", "audio"))))
        .isEqualTo(Stanza.ChatState.Activity.RECORDING);
    assertThat(activity(element.containing(Element.of("paused"))))
        .isEqualTo(Stanza.ChatState.Activity.PAUSED);
    refused(element);
    refused(element.containing(Element.of("dancing")));
  }

  private static Stanza.ChatState.Activity activity(Element element) {
    var stanza = read(Stanza.ChatState.class, element);
    assertThat(stanza.origin().sender()).isEqualTo(ANN);
    return stanza.activity();
  }

  @Test
  @DisplayName("An info bag is its one child")
  void infoBag() {
    var offline = Element.of("offline").with("count", "0");
    var element = Element.of("ib").with("from", Jid.SERVER);

    assertThat(read(Stanza.InfoBag.class, element.containing(offline)).child()).isEqualTo(offline);
    refused(element);
  }

  @Test
  @DisplayName("A success has the server's time and our LID, read from text too")
  void success() {
    var element =
        Element.of("success")
            .with("t", AT.getEpochSecond())
            .with("lid", ANN_LID.withDevice(7))
            .with("display_name", "Ann");
    var stanza = read(Stanza.Success.class, element);

    assertThat(stanza.at()).isEqualTo(AT);
    assertThat(stanza.lid()).isEqualTo(ANN_LID.withDevice(7));
    assertThat(stanza.displayName()).contains("Ann");
    assertThat(read(Stanza.Success.class, element.with("lid", "1:2@lid")).lid())
        .isEqualTo(Jid.lid("1").withDevice(2));
    refused(element.without("lid"));
    refused(element.without("t"));
  }

  @Test
  @DisplayName("A failure has a code whatever it lacks, and the facts of a ban when there is one")
  void failure() {
    var ban =
        Element.of("failure")
            .with("reason", 402)
            .with("code", 104)
            .with("expire", 3600)
            .with("location", "atn")
            .with("message", "same message too often");
    var stanza = read(Stanza.Failure.class, ban);

    assertThat(stanza.code()).isEqualTo(402);
    assertThat(stanza.banCode()).contains(104);
    assertThat(stanza.expiresIn()).contains(Duration.ofHours(1));
    assertThat(stanza.message()).contains("same message too often");
    assertThat(stanza.location()).contains("atn");
    for (var reason : List.of("", "x", "-1", "99999999999999999999", "１２")) {
      var odd = read(Stanza.Failure.class, ban.with("reason", reason));
      assertThat(odd.code()).isEqualTo(500);
    }
    assertThat(read(Stanza.Failure.class, Element.of("failure")).code()).isEqualTo(500);
  }

  @Test
  @DisplayName("A stream error has a code, or a conflict, or neither")
  void streamError() {
    var element = Element.of("stream:error");
    var replaced = Element.of("conflict").with("type", "replaced");

    assertThat(read(Stanza.StreamError.class, element.with("code", "515")).code()).contains(515);
    var conflict = read(Stanza.StreamError.class, element.containing(replaced));
    assertThat(conflict.conflict()).contains("replaced");
    assertThat(conflict.code()).isEmpty();
    var removed =
        element
            .with("code", "401")
            .containing(Element.of("conflict").with("type", "device_removed"));
    assertThat(read(Stanza.StreamError.class, removed).conflict()).contains("device_removed");
    assertThat(read(Stanza.StreamError.class, removed).code()).contains(401);
    var other = element.containing(Element.of("xml-not-well-formed"));
    assertThat(read(Stanza.StreamError.class, other).conflict()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"call", "features", "something-new"})
  @DisplayName("What has no type of its own is passed on as it is")
  void other(String tag) {
    read(Stanza.Other.class, Element.of(tag).with("id", "1"));
    read(Stanza.StreamEnd.class, Element.of("xmlstreamend"));
  }

  @Test
  @DisplayName("Stanzas with attributes set and taken away at random are typed or malformed")
  void arbitrary() {
    var random = new Random(3);
    var tags =
        List.of(
            "message",
            "receipt",
            "ack",
            "iq",
            "notification",
            "presence",
            "chatstate",
            "ib",
            "success",
            "failure",
            "stream:error");
    var names =
        List.of(
            "id",
            "from",
            "t",
            "type",
            "participant",
            "recipient",
            "lid",
            "reason",
            "code",
            "last",
            "sender_pn",
            "error",
            "class",
            "expire",
            "count");
    for (int round = 0; round < 20_000; round++) {
      var element = Element.of(tags.get(random.nextInt(tags.size())));
      for (var name : names) {
        element =
            switch (random.nextInt(4)) {
              case 0 -> element;
              case 1 -> element.with(name, Stanzas.jid(random));
              case 2 -> element.with(name, random.nextLong() >> random.nextInt(64));
              default -> element.with(name, Stanzas.text(random, 10));
            };
      }
      var stanza = element;
      assertThatCode(() -> attempt(stanza)).as("round %d", round).doesNotThrowAnyException();
    }
  }

  private static void attempt(Element element) {
    try {
      assertThat(Stanza.of(element).element()).isSameAs(element);
    } catch (MalformedStanza e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
