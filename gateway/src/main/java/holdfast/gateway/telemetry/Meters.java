package holdfast.gateway.telemetry;

import holdfast.store.Event;
import holdfast.store.Outbound;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What is counted as it happens (R39). Every meter exists from the start, so that the first time
/// something happens is seen as an increase.
final class Meters {
  /// Words of the protocol's endings. What isn't among them is counted as `other`: a label may only
  /// have values that we know.
  private static final Set<String> ENDINGS =
      Set.of(
          "unreachable",
          "handshake_failed",
          "proxy_failed",
          "malformed",
          "connection_closed",
          "stream_ended",
          "stream_error",
          "unavailable",
          "timed_out",
          "keep_alive_lost",
          "probe_failed",
          "sends_unanswered",
          "restart_required",
          "conflict_replaced",
          "logged_out",
          "device_removed",
          "wrong_account",
          "forbidden",
          "banned",
          "banned_for_a_time",
          "client_outdated",
          "multi_device_mismatch",
          "credentials_unreadable",
          "qr_expired",
          "refused",
          "other");

  private static final Duration[] RECONNECTS =
      seconds(0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600);
  private static final Duration[] COMMITS =
      seconds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30);

  final Counter socketsOpened;
  final Counter startsJoined;
  final Counter startsReused;
  final Counter conflicts;
  final Counter logouts;
  final Counter heartbeats;
  final Timer reconnects;
  final Timer commits;
  final Counter commitFailures;
  private final Counter received;
  private final Counter undecryptable;
  private final Counter requested;
  private final Counter givenUp;
  private final Map<String, Counter> disconnects;
  private final Map<Outbound.State, Counter> sends;

  Meters(MeterRegistry registry) {
    this.socketsOpened = counter(registry, "sockets.opened", "Sockets opened to WhatsApp");
    this.startsJoined = counter(registry, "starts.joined", "Starts that joined one under way");
    this.startsReused = counter(registry, "starts.reused", "Starts that found a connection");
    this.conflicts = counter(registry, "conflicts", "Connections replaced by another one (440)");
    this.logouts = counter(registry, "logouts", "Links that ended");
    this.heartbeats = counter(registry, "heartbeats", "Heartbeats of connected sessions");
    this.reconnects =
        timer(registry, "reconnect", "From a connection's loss to the next, by itself", RECONNECTS);
    this.commits =
        timer(registry, "store.commit", "What a session's commit took, waiting included", COMMITS);
    this.commitFailures = counter(registry, "store.commit.failures", "Commits that failed");
    this.received = counter(registry, "messages.received", "Messages taken in");
    this.undecryptable =
        counter(registry, "messages.undecryptable", "Messages that couldn't be read");
    this.requested =
        counter(registry, "messages.requested", "Askings of a phone for what couldn't be read");
    this.givenUp =
        counter(registry, "messages.given.up", "Messages that a phone was asked for in vain");
    this.disconnects =
        ENDINGS.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Function.identity(),
                    reason ->
                        labelled(
                            registry, "disconnects", "reason", reason, "Ends of connections")));
    this.sends =
        Arrays.stream(Outbound.State.values())
            .collect(
                Collectors.toUnmodifiableMap(
                    Function.identity(),
                    state ->
                        labelled(
                            registry,
                            "sends",
                            "outcome",
                            state.wire(),
                            "Messages on their way out that reached this")));
  }

  void disconnected(String reason) {
    Objects.requireNonNull(disconnects.get(ENDINGS.contains(reason) ? reason : "other"))
        .increment();
  }

  /// One that has become durable.
  void happened(Event event) {
    switch (event) {
      case Event.MessageReceived _ -> received.increment();
      case Event.MessageUndecryptable _ -> undecryptable.increment();
      case Event.MessageRequested _ -> requested.increment();
      case Event.MessageGivenUp _ -> givenUp.increment();
      case Event.OutboundChanged changed ->
          Objects.requireNonNull(sends.get(changed.state())).increment();
      default -> {} // states are counted by the status that they lead to
    }
  }

  private static Counter counter(MeterRegistry registry, String name, String meaning) {
    return Counter.builder("holdfast." + name).description(meaning).register(registry);
  }

  private static Counter labelled(
      MeterRegistry registry, String name, String label, String value, String meaning) {
    return Counter.builder("holdfast." + name)
        .tag(label, value)
        .description(meaning)
        .register(registry);
  }

  private static Timer timer(
      MeterRegistry registry, String name, String meaning, Duration[] buckets) {
    return Timer.builder("holdfast." + name)
        .description(meaning)
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  private static Duration[] seconds(double... seconds) {
    return Arrays.stream(seconds)
        .mapToObj(each -> Duration.ofNanos(Math.round(each * 1e9)))
        .toArray(Duration[]::new);
  }
}
