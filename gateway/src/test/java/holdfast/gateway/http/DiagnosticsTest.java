package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.session.Status;
import holdfast.stanza.Jid;
import holdfast.store.Account;
import holdfast.store.Batch;
import holdfast.store.Control;
import holdfast.store.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosticsTest {
  @TempDir private Path temp;
  private Running api;

  @BeforeEach
  void start() {
    api = new Running(temp, true);
    api.put("/v1/tenants/shop", "{}");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  /// Everything that a status can say, at once.
  private static Status rich(Instant now) {
    var account =
        new Account(
            Jid.phone("15550100001").withDevice(7),
            Jid.lid("210000000000009").withDevice(7),
            Optional.of("Ann"),
            "android");
    return new Status(
        "connected",
        Optional.empty(),
        4,
        true,
        Optional.of(account),
        Optional.empty(),
        new Status.Traffic(
            Optional.of(now.minusSeconds(3_600)),
            Optional.of(now.minusSeconds(20)),
            Optional.of(now.minusSeconds(20)),
            Optional.of(now.minusSeconds(30)),
            Optional.of("passed"),
            Optional.empty()),
        new Status.Trouble(
            2,
            Optional.empty(),
            1,
            Optional.of(now.plusSeconds(9)),
            Optional.of(new Control.Disconnect(440, "conflict_replaced", "replaced", now, 3))),
        new Status.Running(Optional.of(4L), Optional.of(now.plusSeconds(10)), 2, 3, 40, 50));
  }

  @Test
  @DisplayName("R28 Status says what a session is, how it stands, and what it went through")
  void saysHowItStands() {
    api.session("shop").status = rich(Instant.now());
    var status = api.get("/v1/tenants/shop/status").json();

    assertThat(status.get("connected").asBoolean()).isTrue();
    assertThat(status.get("canSend").asBoolean()).isTrue();
    assertThat(status.get("authPaired").asBoolean()).isTrue();
    assertThat(status.get("qrAvailable").asBoolean()).isFalse();
    assertThat(status.at("/account/phone").asText()).isEqualTo("+15550100001");
    assertThat(Duration.parse(status.get("uptime").asText())).isBetween(hours(1), hours(2));
    assertThat(Duration.parse(status.get("lastReceivedAge").asText()).toSeconds())
        .isBetween(20L, 29L);
    assertThat(Duration.parse(status.get("lastSentAge").asText()).toSeconds()).isBetween(30L, 39L);
    assertThat(status.get("reconnectAttempts").asInt()).isEqualTo(2);
    assertThat(status.get("conflicts").asInt()).isEqualTo(1);
    assertThat(Duration.parse(status.get("coolDownLeft").asText()).toSeconds()).isLessThan(10);
    assertThat(status.at("/lastDisconnect/code").asInt()).isEqualTo(440);
    assertThat(status.at("/lastDisconnect/reason").asText()).isEqualTo("conflict_replaced");
    assertThat(status.get("probe").asText()).isEqualTo("passed");
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours);
  }

  @Test
  @DisplayName("R28 Diagnostics add sockets, the alarm, queues, the store and the history")
  void showsTheInsides() {
    api.session("shop").status = rich(Instant.now());
    api.happens("shop", "starting", "verifying", "connected");
    var seen = api.get("/v1/tenants/shop/diagnostics").json();

    assertThat(seen.at("/status/state").asText()).isEqualTo("connected");
    assertThat(seen.at("/sockets/opened").asInt()).isEqualTo(4);
    assertThat(seen.at("/sockets/open").asInt()).isEqualTo(4);
    assertThat(seen.get("alarmAt").isTextual()).isTrue();
    assertThat(seen.at("/waiting/callers").asInt()).isEqualTo(2);
    assertThat(seen.at("/waiting/queries").asInt()).isEqualTo(3);
    assertThat(seen.at("/stanzas/received").asInt()).isEqualTo(40);
    assertThat(seen.at("/outbox/queued").asInt()).isZero();
    assertThat(seen.at("/store/readable").asBoolean()).isTrue();
    assertThat(seen.get("history").findValuesAsText("state"))
        .containsExactly("connected", "verifying", "starting");
  }

  @Test
  @DisplayName("R14 History and timeline tell an end's code, reason, text and time")
  void tellsTheEnd() {
    var noon = Instant.parse("2026-01-01T12:00:00Z");
    var until = "until 2026-01-01T13:00:00Z";
    var banned =
        new Event.StateReached(
            "refused",
            Optional.of("banned_for_a_time"),
            Optional.of(402),
            Optional.of(until),
            3,
            noon);
    api.database.sessions().commit(new Batch("shop", 1_000, List.of(), List.of(), List.of(banned)));

    var history = api.get("/v1/tenants/shop/diagnostics").json().at("/history/0");
    assertThat(history.get("state").asText()).isEqualTo("refused");
    assertThat(history.get("code").asInt()).isEqualTo(402);
    assertThat(history.get("reason").asText()).isEqualTo("banned_for_a_time");
    assertThat(history.get("text").asText()).isEqualTo(until);
    assertThat(Instant.parse(history.get("at").asText())).isEqualTo(noon);
    assertThat(api.get("/v1/tenants/shop/timeline").json().at("/transitions/0")).isEqualTo(history);
    api.happens("shop", "starting");
    var next = api.get("/v1/tenants/shop/timeline").json().at("/transitions/0");
    assertThat(next.get("text").isNull()).isTrue();
  }

  @Test
  @DisplayName("R28 While the store can't be read, diagnostics show what the session knows")
  void outlivesTheStore() throws IOException {
    api.session("shop").status = rich(Instant.now());
    api.database.close();
    Files.writeString(
        temp.resolve("data").resolve("holdfast.db"), "no database at all, by no means");
    var seen =
        api.call("GET", "/v1/tenants/shop/diagnostics", "", Map.of("X-Api-Key", Running.ADMIN));

    assertThat(seen.status()).isEqualTo(200);
    assertThat(seen.json().at("/status/connected").asBoolean()).isTrue();
    assertThat(seen.json().at("/store/readable").asBoolean()).isFalse();
    assertThat(seen.json().get("outbox").isNull()).isTrue();
  }

  @Test
  @DisplayName("R28 The diagnostics of all tenants come by pages, for an admin only")
  void showsAll() {
    api.put("/v1/tenants/inn", "{}");
    var first = api.get("/v1/diagnostics?limit=1").json();
    var second = api.get("/v1/diagnostics?limit=1&after=" + first.get("next").asText()).json();
    var key =
        api.post("/v1/keys", "{\"scope\":\"tenant\",\"tenant\":\"shop\"}")
            .json()
            .get("key")
            .asText();

    assertThat(first.at("/tenants/0/tenant").asText()).isEqualTo("inn");
    assertThat(second.at("/tenants/0/tenant").asText()).isEqualTo("shop");
    assertThat(api.get("/v1/diagnostics").json().get("next").isNull()).isTrue();
    assertThat(api.get("/v1/diagnostics?limit=0").code()).isEqualTo("invalid_request");
    assertThat(api.call("GET", "/v1/diagnostics", "", Map.of("X-Api-Key", key)).status())
        .isEqualTo(403);
    assertThat(
            api.call("GET", "/v1/tenants/shop/diagnostics", "", Map.of("X-Api-Key", key)).status())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("R28 The timeline is read back page by page")
  void pagesTheTimeline() {
    api.happens("shop", "starting", "verifying", "connected");
    var first = api.get("/v1/tenants/shop/timeline?limit=2").json();
    var rest =
        api.get("/v1/tenants/shop/timeline?limit=2&after=" + first.get("next").asText()).json();

    assertThat(first.get("transitions").findValuesAsText("state"))
        .containsExactly("connected", "verifying");
    assertThat(rest.get("transitions").findValuesAsText("state")).containsExactly("starting");
    assertThat(rest.get("next").isNull()).isTrue();
    assertThat(
            api.get("/v1/tenants/shop/timeline?since=2100-01-01T00:00:00Z")
                .json()
                .get("transitions"))
        .isEmpty();
  }

  @Test
  @DisplayName("R28 What can't be understood is refused, with the parameter's name")
  void refusesNonsense() {
    for (var query : new String[] {"limit=x", "limit=1001", "after=x", "after=-1", "since=noon"}) {
      var answer = api.get("/v1/tenants/shop/timeline?" + query);
      assertThat(answer.code()).as(query).isEqualTo("invalid_request");
      assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo(query.split("=")[0]);
    }
    assertThat(api.get("/v1/tenants/nobody/timeline").code()).isEqualTo("no_such_tenant");
    assertThat(api.get("/v1/tenants/nobody/diagnostics").code()).isEqualTo("no_such_tenant");
  }
}
