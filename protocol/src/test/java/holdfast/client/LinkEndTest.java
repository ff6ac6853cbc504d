package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import holdfast.session.Input;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Cache;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Missed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What becomes of the messages that are asked for at the phone when their link is gone for good.
class LinkEndTest {
  private static final Jid BEN = Jid.phone("15550100002");

  private final LoopWorld world = new LoopWorld(true);

  @Test
  @DisplayName("R17: with a logout what is asked for at the phone is given up, and that is told")
  void loggedOut() {
    change(draft -> draft.missed(List.of(missed("A"), missed("B"))));
    logOut();

    assertThat(givenUp()).containsExactly("A", "B");
    assertThat(world.events.stream().map(Event::type))
        .containsSubsequence("message.given_up", "session.logged_out");
  }

  @Test
  @DisplayName("R17: the same when the phone has ended the link")
  void removed() {
    change(draft -> draft.missed(List.of(missed("A"))));
    change(draft -> draft.control(draft.control().withWanted(true)));
    connect();
    world
        .socket()
        .say(
            Element.of("stream:error")
                .with("code", 401)
                .containing(Element.of("conflict").with("type", "device_removed")));
    world.settle();

    assertThat(givenUp()).containsExactly("A");
  }

  @Test
  @DisplayName("R27: a relink keeps what the old link asked for until it has proven itself")
  void proven() {
    relink();
    connect();

    assertThat(givenUp()).containsExactly("A");
    assertThat(world.events.stream().map(Event::type))
        .containsSubsequence("session.verifying", "message.given_up", "session.connected");
    assertThat(world.events)
        .filteredOn(Event.MessageGivenUp.class::isInstance)
        .extracting(it -> ((Event.MessageGivenUp) it).reason(), LinkEndTest::person)
        .containsExactly(tuple("link_ended", BEN));
  }

  @Test
  @DisplayName("R27: a relink that is undone gives up what the newer link asked for, and no more")
  void broughtBack() {
    relink();
    change(draft -> draft.missed(List.of(missed("B"))));
    restored().ask(caller -> new Input.Start(caller, Input.Wait.NONE, false));
    world.settle();

    assertThat(givenUp()).containsExactly("B");
    assertThat(draft().missed()).extracting(Missed::id).containsExactly("A");
  }

  @Test
  @DisplayName("R27: a logout after a relink gives up what either link asked for")
  void both() {
    relink();
    change(draft -> draft.missed(List.of(missed("B"))));
    logOut();

    assertThat(givenUp()).containsExactlyInAnyOrder("A", "B");
  }

  /// The new link is made and hasn't proven itself yet.
  private void relink() {
    change(draft -> draft.missed(List.of(missed("A"))));
    change(
        draft -> {
          draft.linkMade(Credentials.generate(new Random(3)).linked(new byte[] {2}));
          draft.control(draft.control().withFormer(draft.control().account()).withWanted(true));
        });
  }

  /// A session that finds the records as they are by then.
  private SessionLoop restored() {
    var loop = world.loop(2);
    loop.listen(world.events::add);
    return loop;
  }

  private void logOut() {
    restored().ask(Input.LogOut::new);
    world.settle();
  }

  private void connect() {
    restored().restore();
    world.settle();
    world.socket().opened();
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
  }

  private static Jid person(Event event) {
    return ((Event.MessageGivenUp) event).from().jid();
  }

  private List<String> givenUp() {
    return world.events.stream()
        .filter(Event.MessageGivenUp.class::isInstance)
        .map(it -> ((Event.MessageGivenUp) it).messageId())
        .toList();
  }

  private void change(Consumer<Draft> change) {
    var draft = draft();
    change.accept(draft);
    world.store.commit(draft.batch(LoopWorld.TENANT, 1));
  }

  private Draft draft() {
    return new Draft(world.store.records(LoopWorld.TENANT), new Cache(16));
  }

  private static Missed missed(String id) {
    return new Missed(
        id,
        BEN,
        BEN,
        Optional.of("Ben"),
        LoopWorld.NOON,
        false,
        LoopWorld.NOON,
        LoopWorld.NOON.plus(Duration.ofHours(1)),
        List.of());
  }
}
