package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.crypto.KeyPair;
import holdfast.session.Input;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Cache;
import holdfast.store.Draft;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A code that is shown, and what the phone says when it has been typed.
class TypedCodeTest {
  private static final String REGISTRATION = "link_code_companion_reg";
  private static final Random RANDOM = new Random(4);

  private final LoopWorld world = new LoopWorld(false);
  private final LoopWorld.Socket socket = shown();

  /// On this connection a code is on show.
  private LoopWorld.Socket shown() {
    world.loop.ask(caller -> new Input.RequestCode(caller, "15550100001"));
    world.settle();
    var opened = world.socket();
    opened.answers = false;
    opened.opened();
    opened.say(
        Element.of("iq")
            .with("from", Jid.SERVER)
            .with("type", "set")
            .with("id", "refs")
            .with("xmlns", "md")
            .containing(
                Element.of("pair-device").containing(Element.of("ref").containing("2@ref"))));
    world.settle();
    var hello = said(opened, "companion_hello").getFirst();
    opened.say(LoopWorld.answer(hello).containing(Element.of(REGISTRATION).containing(ref())));
    world.settle();
    return opened;
  }

  private static Element ref() {
    return Element.of("link_code_pairing_ref").containing("attempt");
  }

  private static List<Element> said(LoopWorld.Socket socket, String stage) {
    return socket.got.stream()
        .filter(
            stanza ->
                stanza.children(REGISTRATION).stream()
                    .anyMatch(it -> it.require("stage").equals(stage)))
        .toList();
  }

  private void typed(String id, byte[] wrapped, byte[] identity) {
    socket.say(
        Element.of("notification")
            .with("from", Jid.SERVER)
            .with("type", REGISTRATION)
            .with("id", id)
            .with("t", 1_767_268_800L)
            .containing(
                Element.of(REGISTRATION)
                    .with("stage", "primary_hello")
                    .containing(
                        Element.of("link_code_pairing_wrapped_primary_ephemeral_pub")
                            .containing(wrapped),
                        Element.of("primary_identity_pub").containing(identity),
                        ref())));
    world.settle();
  }

  private byte[] secret() {
    return new Draft(world.store.records(LoopWorld.TENANT), new Cache(16))
        .candidate()
        .orElseThrow()
        .advSecret();
  }

  private static byte[] wrapped() {
    var bytes = new byte[80];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  @Test
  @DisplayName(
      "R10: a phone's half that comes twice is acknowledged twice and answered once, with one"
          + " secret; one that is typed anew is answered anew")
  void answersOnce() {
    var identity = KeyPair.generate(RANDOM).publicKey();
    var half = wrapped();
    typed("first", half, identity);
    var secret = secret();
    typed("again", half, identity);

    assertThat(said(socket, "companion_finish")).hasSize(1);
    assertThat(secret()).isEqualTo(secret);
    assertThat(socket.got.stream().filter(it -> it.is("ack")).map(it -> it.require("id")))
        .containsExactly("first", "again");

    typed("anew", wrapped(), identity);
    assertThat(said(socket, "companion_finish")).hasSize(2);
    assertThat(secret()).isNotEqualTo(secret);
  }
}
