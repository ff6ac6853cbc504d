package holdfast.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.Golden;
import holdfast.client.MemoryStore;
import holdfast.crypto.KeyPair;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Verdict;
import holdfast.store.Account;
import holdfast.store.Cache;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AcksTest {
  private static final Account ACCOUNT =
      new Account(
          Jid.phone("15559990000").withDevice(7),
          Jid.lid("200000000000001").withDevice(7),
          Optional.empty(),
          "test");
  private static final Jid BEN = Jid.lid("200000000000002");

  private final Random random = new Random(2);
  private final Draft draft = new Draft(new MemoryStore().records("t"), new Cache(8));

  static Stream<JsonNode> golden() {
    return Golden.each(Golden.read("misc.json").get("acks"));
  }

  @ParameterizedTest
  @MethodSource("golden")
  @DisplayName("Acks are as the golden ones")
  void golden(JsonNode vector) {
    var stanza = element(vector.get("node"));
    var expected = element(vector.get("ack"));
    var error = vector.get("error").asInt(0);
    if (stanza.is("message")) {
      var message = (Stanza.Message) Stanza.of(stanza.with("t", 1));
      assertThat(
              Receipts.nack(context(), message, error == 0 ? Optional.empty() : Optional.of(error))
                  .attributes())
          .isEqualTo(expected.attributes());
    } else if (error == 0) {
      assertThat(Receipts.ack(stanza).attributes()).isEqualTo(expected.attributes());
    }
  }

  private static Element element(JsonNode node) {
    var element = Element.of(node.get("tag").asText());
    for (var attribute : node.get("attrs").properties()) {
      var text = attribute.getValue().asText();
      element =
          text.contains("@")
              ? element.with(attribute.getKey(), Jid.parse(text))
              : element.with(attribute.getKey(), text);
    }
    return element;
  }

  @Test
  @DisplayName("A decrypted message gets one receipt and no ack")
  void delivered() {
    assertThat(answer(new Verdict.Delivered(), BEN, true))
        .extracting(Element::tag)
        .containsExactly("receipt");
    assertThat(answer(new Verdict.Delivered(), BEN, true).getFirst().attribute("type")).isEmpty();
    assertThat(answer(new Verdict.Delivered(), BEN, false).getFirst().attribute("type"))
        .contains("inactive");
    assertThat(answer(new Verdict.Delivered(), ACCOUNT.lid().bare(), false).getFirst())
        .extracting(it -> it.attribute("type"))
        .isEqualTo(Optional.of("sender"));
  }

  @Test
  @DisplayName("The own phone is told that its message came, and that its history did")
  void peer() {
    assertThat(types(answer(new Verdict.Peer(false), ACCOUNT.lid().bare(), true)))
        .containsExactly("peer_msg");
    assertThat(types(answer(new Verdict.Peer(true), ACCOUNT.lid().bare(), true)))
        .containsExactly("peer_msg", "hist_sync");
  }

  @Test
  @DisplayName("A retry brings keys from the second on, or at once when there is no ratchet")
  void retry() {
    var first = answer(new Verdict.Undecryptable(7, 1, false), BEN, true);
    assertThat(first).extracting(Element::tag).containsExactly("receipt", "ack");
    assertThat(first.getFirst().child("keys")).isEmpty();
    assertThat(first.getFirst().requireChild("retry").require("error")).isEqualTo("7");
    assertThat(first.getLast().attribute("error")).contains("500");

    var forced = answer(new Verdict.Undecryptable(1, 1, true), BEN, true).getFirst();
    var second = answer(new Verdict.Undecryptable(7, 2, false), BEN, true).getFirst();
    assertThat(forced.requireChild("keys").requireChild("key").requireChild("id").bigEndian())
        .isEqualTo(1);
    assertThat(second.requireChild("keys").requireChild("key").requireChild("id").bigEndian())
        .isEqualTo(2);
    assertThat(draft.preKey(2)).isPresent();
  }

  @Test
  @DisplayName("What can't be used is acked with its code; what needs nothing is acked")
  void acks() {
    var rejected = answer(new Verdict.Rejected(491), BEN, true);
    assertThat(rejected).hasSize(1);
    assertThat(rejected.getFirst().attribute("error")).contains("491");
    assertThat(answer(new Verdict.AckOnly(), BEN, true).getFirst().attribute("error")).isEmpty();
  }

  private List<Element> answer(Verdict verdict, Jid from, boolean available) {
    var message =
        (Stanza.Message)
            Stanza.of(
                Element.of("message")
                    .with("id", "A")
                    .with("from", from)
                    .with("t", 1)
                    .with("type", "text"));
    return Receipts.answer(context(), message, verdict, available).stream()
        .map(effect -> ((Effect.Acknowledge) effect).stanza())
        .toList();
  }

  private static List<String> types(List<Element> stanzas) {
    return stanzas.stream().map(it -> it.require("type")).toList();
  }

  private Context context() {
    var identity = KeyPair.generate(random);
    var credentials =
        new Credentials(
            identity,
            identity,
            SignedPreKey.generate(1, identity, random),
            Optional.empty(),
            1,
            new byte[32],
            Optional.empty());
    return new Context(draft, ACCOUNT, credentials, Instant.EPOCH, random);
  }
}
