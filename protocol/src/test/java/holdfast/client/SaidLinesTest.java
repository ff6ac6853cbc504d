package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.session.Caller;
import holdfast.session.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a session says for the log, and what it shows of its insides.
class SaidLinesTest {
  private final LoopWorld world = new LoopWorld(true);
  private final List<String> lines = new ArrayList<>();

  SaidLinesTest() {
    world.loop.hear(lines::add);
  }

  @Test
  @DisplayName(
      "R19 One heartbeat every 30 s while connected, with its counters, and none after stop")
  void beats() {
    world.connect();
    world.pass(Duration.ofMinutes(5));
    assertThat(heartbeats()).hasSize(10);
    assertThat(heartbeats().getLast())
        .startsWith("heartbeat state=connected generation=1 uptime=PT5M received=")
        .contains(" sent=")
        .contains(" lastReceived=2026-01-01T12:04:30Z lastSent=2026-01-01T12:04:30Z");

    world.loop.ask(Input.Stop::new);
    world.settle();
    world.pass(Duration.ofHours(1));
    assertThat(heartbeats()).hasSize(10);
  }

  @Test
  @DisplayName("R19 After a reconnect there is still one heartbeat, the new connection's")
  void beatsOnceAfterAReconnect() {
    world.connect().end(Input.Cause.LOST);
    world.pass(Duration.ofSeconds(2));
    world.socket().opened();
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    world.socket().say(LoopWorld.offline());
    world.settle();
    lines.clear();

    world.pass(Duration.ofMinutes(1));
    assertThat(heartbeats()).hasSize(2).allMatch(line -> line.contains("generation=2 "));
  }

  @Test
  @DisplayName("R38 A start that finds a connection says so, and one that joins another too")
  void saysWhatAStartFound() {
    start();
    start();
    assertThat(lines).containsExactly("start joined");
    world.connect();
    start();
    world.pass(Duration.ofHours(1));

    assertThat(lines)
        .filteredOn(line -> !line.startsWith("heartbeat"))
        .containsExactly(
            "start joined",
            "start joined",
            "connected and verified",
            "session reused",
            "connection stable for 5 minutes",
            "connection stable for 60 minutes");
  }

  @Test
  @DisplayName("R28 Status shows the socket, the alarm, who waits and what is asked")
  void showsItsInsides() {
    assertThat(world.loop.status().running().socket()).isEmpty();
    assertThat(world.loop.status().running().alarm()).isEmpty();

    start();
    var starting = world.loop.status().running();
    assertThat(starting.socket()).hasValue(1L);
    assertThat(starting.callers()).isEqualTo(1);
    assertThat(starting.alarm()).hasValue(LoopWorld.NOON.plusSeconds(60));

    world.socket().opened();
    world.socket().answers = false;
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    assertThat(world.loop.status().running().queries()).isPositive();
    assertThat(world.loop.status().running().received()).isEqualTo(1);

    world.loop.ask(caller -> new Input.Stop(new Caller(caller.number())));
    world.settle();
    assertThat(world.loop.status().running().socket()).isEmpty();
    assertThat(world.loop.status().running().alarm()).isEmpty();
  }

  @Test
  @DisplayName("R28 A new generation is news to those who watch, also when the state's word stays")
  void tellsOfGenerations() {
    var generations = new ArrayList<Long>();
    world.loop.watch(status -> generations.add(status.generation()));
    start();
    world.loop.ask(caller -> new Input.Start(caller, Input.Wait.NONE, true));
    world.settle();

    assertThat(generations).contains(1L, 2L);
  }

  private void start() {
    world.loop.ask(caller -> new Input.Start(caller, Input.Wait.CONNECTED, false));
    world.settle();
  }

  private List<String> heartbeats() {
    return lines.stream().filter(line -> line.startsWith("heartbeat")).toList();
  }
}
