package holdfast.device;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Answer;
import holdfast.step.Effect;
import holdfast.step.Query;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PreKeysTest {
  private static final Answer DONE = new Answer.Result(Element.of("iq"));

  private final Bench bench = new Bench();

  @Test
  @DisplayName("The first login uploads as many prekeys as it is told to, durable before they go")
  void firstUpload() {
    var asked = PreKeys.afterLogin(bench.context());
    assertThat(asked).extracting(PreKeysTest::query).containsExactly(new Query.PreKeyCount());

    var upload = only(PreKeys.answered(bench.context(), new Query.PreKeyCount(), count(0), 812));
    var keys = upload.iq().requireChild("list").children("key");
    assertThat(keys).hasSize(812);
    assertThat(upload.query()).isEqualTo(new Query.PreKeyUpload(812));
    assertThat(upload.iq().requireChild("registration").bigEndian()).isEqualTo(4711);
    bench.commit();
    for (var key : keys) {
      int id = (int) key.requireChild("id").bigEndian();
      assertThat(bench.draft.preKey(id).orElseThrow().pair().publicKey())
          .isEqualTo(key.requireChild("value").bytes());
    }
  }

  @Test
  @DisplayName("Later ones bring 50, when fewer than five are left; ids aren't used twice")
  void refill() {
    PreKeys.afterLogin(bench.context());
    var first = only(PreKeys.answered(bench.context(), new Query.PreKeyCount(), count(0), 20));
    PreKeys.answered(bench.context(), first.query(), DONE, 20);
    assertThat(PreKeys.answered(bench.context(), new Query.PreKeyCount(), count(5), 20)).isEmpty();
    var more = only(PreKeys.notified(bench.context(), warning(4)));

    assertThat(more.iq().requireChild("list").children()).hasSize(50);
    var ids = new HashSet<Long>();
    for (var upload : List.of(first, more)) {
      upload.iq().requireChild("list").children().stream()
          .map(key -> key.requireChild("id").bigEndian())
          .forEach(ids::add);
    }
    assertThat(ids).hasSize(70);
  }

  @Test
  @DisplayName("Only the server's own warning counts prekeys")
  void strangersWarning() {
    var stranger =
        Element.of("notification")
            .with("id", "1")
            .with("type", "encrypt")
            .with("from", Jid.lid("9"))
            .containing(Element.of("count").with("value", 0));
    assertThat(PreKeys.notified(bench.context(), (Stanza.Notification) Stanza.of(stranger)))
        .isEmpty();
  }

  @Test
  @DisplayName("Ids go from 0xFFFFFF on to 1")
  void wraps() {
    bench.draft.preKeyBook(bench.draft.preKeyBook().withNextId(0xFFFFFF));

    assertThat(PreKeys.fresh(bench.context()).id()).isEqualTo(0xFFFFFF);
    assertThat(PreKeys.fresh(bench.context()).id()).isEqualTo(1);
  }

  @Test
  @DisplayName("The signed prekey is renewed after 30 days, and the old one still opens messages")
  void rotation() {
    PreKeys.afterLogin(bench.context());
    bench.now = bench.now.plus(Duration.ofDays(30));
    assertThat(PreKeys.afterLogin(bench.context())).hasSize(1);
    bench.now = bench.now.plusSeconds(1);
    var offer = PreKeys.afterLogin(bench.context());

    assertThat(offer).extracting(PreKeysTest::query).contains(new Query.RotateSignedPreKey());
    var credentials = bench.draft.credentials().orElseThrow();
    assertThat(credentials.signedPreKey().id()).isEqualTo(2);
    assertThat(credentials.previousSignedPreKey().orElseThrow().id()).isEqualTo(1);
  }

  @Test
  @DisplayName("A rotation without an answer is offered again, the same key; one with it rests")
  void rotationIsRepeated() {
    PreKeys.afterLogin(bench.context());
    bench.now = bench.now.plus(Duration.ofDays(31));
    var first = PreKeys.afterLogin(bench.context());
    PreKeys.answered(bench.context(), new Query.RotateSignedPreKey(), new Answer.Lost(), 812);
    bench.commit();
    var again = PreKeys.afterLogin(bench.context());
    assertThat(((Effect.Ask) again.getLast()).iq()).isEqualTo(((Effect.Ask) first.getLast()).iq());

    PreKeys.answered(bench.context(), new Query.RotateSignedPreKey(), DONE, 812);
    assertThat(PreKeys.afterLogin(bench.context())).hasSize(1);
  }

  private static Query query(Effect effect) {
    return ((Effect.Ask) effect).query();
  }

  private static Effect.Ask only(List<Effect> effects) {
    assertThat(effects).hasSize(1);
    return (Effect.Ask) effects.getFirst();
  }

  private static Answer count(int left) {
    return new Answer.Result(Element.of("iq").containing(Element.of("count").with("value", left)));
  }

  private static Stanza.Notification warning(int left) {
    return (Stanza.Notification)
        Stanza.of(
            Element.of("notification")
                .with("id", "1")
                .with("type", "encrypt")
                .with("from", Jid.SERVER)
                .containing(Element.of("count").with("value", left)));
  }
}
