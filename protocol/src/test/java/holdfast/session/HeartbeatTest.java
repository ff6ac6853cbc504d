package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.client.MemoryStore;
import holdfast.pairing.Device;
import holdfast.presence.Presences;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Query;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Draft;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private static final Settings SETTINGS = Settings.of(new Device("Mac OS", 1));
  private static final Instant NOON = LifeWalk.NOW;

  private final Random random = new Random(1);
  private final Draft draft = new Draft(new MemoryStore().records("shop"), new Cache(8));

  @Test
  @DisplayName("R19: a ping that is out already doesn't hold the heartbeat's back")
  void isNotHeldBack() {
    var due = NOON.plusSeconds(30);
    var before = connected(due);
    var asked = before.wire().queries().ask(new Query.Ping(), NOON.plusSeconds(80));
    var waiting = with(before, before.wire().with(asked.queries()));

    var step = Session.step(waiting, draft, new Input.Alarm(), due, random, SETTINGS);

    assertThat(pings(step)).hasSize(1);
    assertThat(pings(step).getFirst().require("id")).isNotEqualTo(asked.id());
    assertThat(step.effects()).filteredOn(Session.Effect.Beat.class::isInstance).hasSize(1);
    assertThat(Session.deadline(step.state())).contains(due.plusSeconds(15));

    var answer = Presences.ping().with("type", "result").with("from", Jid.SERVER);
    var answered =
        Session.step(
            step.state(),
            draft,
            new Input.Received(1, answer.with("id", pings(step).getFirst().require("id"))),
            due.plusSeconds(1),
            random,
            SETTINGS);
    assertThat(Session.deadline(answered.state())).contains(due.plusSeconds(30));
  }

  private Session.State connected(Instant pingDue) {
    var control =
        Control.NEW
            .withGeneration(1)
            .withWanted(true)
            .withPhase("connected")
            .withAccount(Optional.of(LifeWalk.ACCOUNT));
    var since = NOON.minus(Duration.ofSeconds(1));
    var phase = new Phase.Connected(1, since, since, pingDue, Optional.empty(), 0);
    return new Session.State(
        new Life(phase, control),
        Wire.begin(random),
        Optional.empty(),
        Optional.empty(),
        Session.Traffic.NONE,
        List.of());
  }

  private static Session.State with(Session.State state, Wire wire) {
    return new Session.State(
        state.life(), wire, state.wish(), state.prompt(), state.traffic(), state.patient());
  }

  private static List<Element> pings(Session.Step step) {
    return step.effects().stream()
        .filter(Session.Effect.Write.class::isInstance)
        .map(it -> ((Session.Effect.Write) it).stanza())
        .filter(it -> it.attribute("xmlns").equals(Optional.of("w:p")))
        .toList();
  }
}
