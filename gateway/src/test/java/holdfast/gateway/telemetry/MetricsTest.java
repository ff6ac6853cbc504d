package holdfast.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.client.Store;
import holdfast.gateway.session.Standing;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.session.Status;
import holdfast.stanza.Jid;
import holdfast.store.Batch;
import holdfast.store.Control;
import holdfast.store.Event;
import holdfast.store.Outbound;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path temp;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters = new Meters(registry);
  private Instant now = NOON;
  private final SessionMeter session = new SessionMeter(meters, () -> now, status("stopped", 7));

  private static Status status(String state, long generation) {
    return Standing.in(state).generation(generation).status();
  }

  private static Status status(String state, long generation, Control.Disconnect end) {
    return Standing.in(state).generation(generation).after(end).status();
  }

  private static Control.Disconnect end(int code, String reason, Instant at) {
    return new Control.Disconnect(code, reason, "", at, 1);
  }

  private void says(String line) {
    assertThat(registry.scrape()).contains(line + "\n");
  }

  @Test
  @DisplayName("R39 Sockets opened are counted by their generations, those of the past not again")
  void countsSockets() {
    session.accept(status("starting", 8));
    session.accept(status("connected", 8));
    session.accept(status("starting", 10));

    says("holdfast_sockets_opened_total 3.0");
  }

  @Test
  @DisplayName("R39 A reconnect's time runs from the loss to the next connection")
  void timesReconnects() {
    session.accept(status("connected", 8));
    now = NOON.plusSeconds(100);
    session.accept(status("waiting", 8, end(428, "connection_closed", now)));
    now = NOON.plusSeconds(101);
    session.accept(status("starting", 9, end(428, "connection_closed", NOON.plusSeconds(100))));
    now = NOON.plusSeconds(103);
    session.accept(status("connected", 9, end(428, "connection_closed", NOON.plusSeconds(100))));

    says("holdfast_reconnect_seconds_count 1");
    says("holdfast_reconnect_seconds_sum 3.0");
    says("holdfast_reconnect_seconds_bucket{le=\"5.0\"} 1");
    says("holdfast_disconnects_total{reason=\"connection_closed\"} 1.0");
  }

  @Test
  @DisplayName("R39 Neither a first start nor one after a stop is a reconnect")
  void knowsReconnects() {
    session.accept(status("connected", 8));
    session.accept(status("stopping", 8));
    session.accept(status("stopped", 8));
    session.accept(status("starting", 9));
    session.accept(status("connected", 9));

    says("holdfast_reconnect_seconds_count 0");
  }

  @Test
  @DisplayName("R39 Conflicts and logouts are counted, each once")
  void countsTrouble() {
    session.accept(status("connected", 8));
    session.accept(status("waiting", 8, end(440, "conflict_replaced", NOON)));
    session.accept(status("starting", 9, end(440, "conflict_replaced", NOON)));
    session.accept(status("logged_out", 9, end(401, "device_removed", NOON.plusSeconds(1))));
    session.accept(status("logged_out", 9, end(401, "device_removed", NOON.plusSeconds(1))));

    says("holdfast_conflicts_total 1.0");
    says("holdfast_logouts_total 1.0");
    says("holdfast_disconnects_total{reason=\"device_removed\"} 1.0");
  }

  @Test
  @DisplayName("R39 A reason that nobody knows makes no time series of its own")
  void boundsLabels() {
    session.accept(status("refused", 8, end(499, "whatever the server says", NOON)));

    says("holdfast_disconnects_total{reason=\"other\"} 1.0");
    assertThat(registry.scrape()).doesNotContain("whatever");
  }

  @Test
  @DisplayName("R38, R39 What a session says is counted by the very words")
  void countsLines() {
    session.heard("start joined");
    session.heard("start joined");
    session.heard("session reused");
    session.heard("heartbeat state=connected");
    session.heard("connected and verified");

    says("holdfast_starts_joined_total 2.0");
    says("holdfast_starts_reused_total 1.0");
    says("holdfast_heartbeats_total 1.0");
  }

  @Test
  @DisplayName("R39 Sends are counted by their outcome")
  void countsSends() {
    for (var state : List.of(Outbound.State.SENT, Outbound.State.SENT, Outbound.State.FAILED)) {
      meters.happened(
          new Event.OutboundChanged(
              "1", "A", Jid.phone("15550100002"), state, Optional.empty(), NOON));
    }
    says("holdfast_sends_total{outcome=\"sent\"} 2.0");
    says("holdfast_sends_total{outcome=\"failed\"} 1.0");
    says("holdfast_sends_total{outcome=\"delivered\"} 0.0");
  }

  @Test
  @DisplayName("R39 Commits are timed, and those that fail counted")
  void timesCommits() {
    var batch = new Batch("shop", 1, List.of(), List.of(), List.of());
    var broken = new boolean[1];
    var store =
        new TimedStore(
            new Store() {
              @Override
              public holdfast.store.Records records(String tenant) {
                throw new IllegalStateException("nobody reads here");
              }

              @Override
              public void commit(Batch written) {
                if (broken[0]) {
                  throw new StaleEpoch(written.tenant());
                }
              }
            },
            meters);
    store.commit(batch);
    broken[0] = true;
    assertThatThrownBy(() -> store.commit(batch)).isInstanceOf(Store.StaleEpoch.class);

    says("holdfast_store_commit_seconds_count 1");
    says("holdfast_store_commit_failures_total 1.0");
  }

  @Test
  @DisplayName("R39 Open sockets and sessions are shown by state, what waits as it is in the store")
  void showsLevels() {
    try (var folder = DataFolder.open(temp);
        var database = Database.open(folder, Optional.empty());
        var metrics = new Metrics(InstantSource.system())) {
      database.tenants().create("4915112345678", "{}", NOON);
      var text =
          metrics.scrape(
              each -> {
                each.accept(status("connected", 1));
                each.accept(status("connected", 1));
                each.accept(status("waiting", 1));
              },
              database);

      assertThat(text)
          .contains("holdfast_sessions{state=\"connected\"} 2.0\n")
          .contains("holdfast_sessions{state=\"waiting\"} 1.0\n")
          .contains("holdfast_sockets_open{state=\"connected\"} 2.0\n")
          .contains("holdfast_sockets_open{state=\"waiting\"} 0.0\n")
          .contains("holdfast_outbox_queued 0.0\n")
          .contains("holdfast_webhook_lag_seconds 0.0\n")
          .contains("holdfast_store_readable 1.0\n")
          .contains("jvm_threads_live_threads")
          .doesNotContain("49151")
          .doesNotContain("tenant");
    }
  }
}
