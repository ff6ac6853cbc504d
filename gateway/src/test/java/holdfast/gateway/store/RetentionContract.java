package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.message.Content;
import holdfast.message.Outbox;
import holdfast.message.SendRequest;
import holdfast.stanza.Jid;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What goes in its time and what stays, on each engine.
abstract class RetentionContract extends TwoTenants {
  private static final Retention.Rules MONTH = rules(Duration.ofDays(30), 1_000);

  private static Retention.Rules rules(Duration age, int most) {
    return new Retention.Rules(age, most, Duration.ofDays(30));
  }

  private void happens(String tenant, Instant at, int times) {
    var event = new Event.StateReached("connected", Optional.empty(), Optional.empty(), 1, at);
    for (int i = 0; i < times; i++) {
      commit(tenant, event);
    }
  }

  private void trim(Retention.Rules rules, Instant now) {
    while (database.retention().trim(rules, now)) {
      assertThat(database.events().oldest("shop")).isPositive();
    }
  }

  @Test
  @DisplayName("Events go by their age, each tenant's apart, and the numbers go on")
  void byAge() {
    happens("shop", NOON, 3);
    happens("shop", NOON.plus(Duration.ofDays(10)), 2);
    happens("inn", NOON.plus(Duration.ofDays(10)), 1);

    trim(MONTH, NOON.plus(Duration.ofDays(30)));
    assertThat(database.events().oldest("shop")).isEqualTo(1);
    trim(MONTH, NOON.plus(Duration.ofDays(31)));
    assertThat(database.events().after("shop", 0, 10))
        .extracting(EventLog.Entry::seq)
        .containsExactly(4L, 5L);
    assertThat(database.events().after("inn", 0, 10)).hasSize(1);
    trim(MONTH, NOON.plus(Duration.ofDays(90)));
    assertThat(database.events().oldest("shop")).isEqualTo(6);
    happens("shop", NOON.plus(Duration.ofDays(90)), 1);
    assertThat(database.events().newest("shop")).isEqualTo(6);
  }

  @Test
  @DisplayName("Events go by their number, in pieces")
  void byNumber() {
    happens("shop", NOON, 12);
    trim(rules(Duration.ofDays(30), 5), NOON);
    assertThat(database.events().after("shop", 0, 100))
        .extracting(EventLog.Entry::seq)
        .containsExactly(8L, 9L, 10L, 11L, 12L);
  }

  @Test
  @DisplayName(
      "R37 What a webhook that is on hasn't taken stays for its 3 days, whatever the limits")
  void waitsForWebhooks() {
    var strict = rules(Duration.ofHours(1), 1);
    webhook(false);
    happens("shop", NOON, 4);
    trim(strict, NOON.plus(Duration.ofDays(2)));
    assertThat(database.events().oldest("shop")).isEqualTo(1);

    var webhook = database.webhooks().find("w1").orElseThrow();
    var step =
        new Deliveries.Step(
            webhook.progress().putAside(2, "rejected with 400"),
            Optional.empty(),
            Optional.of("rejected with 400"),
            List.of());
    database.deliveries().keep(webhook, step, NOON);
    assertThat(database.replays().deadLetters("w1")).isEqualTo(1);
    trim(strict, NOON.plus(Duration.ofDays(2)));
    assertThat(database.events().oldest("shop")).isEqualTo(3);
    assertThat(database.replays().deadLetters("w1")).isZero();

    trim(strict, NOON.plus(Duration.ofDays(4)));
    assertThat(database.events().oldest("shop")).isEqualTo(5);
  }

  @Test
  @DisplayName("What was noted of a try goes by its age, as the event that was tried")
  void tries() {
    webhook(false);
    happens("shop", NOON, 1);
    var webhook = database.webhooks().find("w1").orElseThrow();
    var event = database.events().after("shop", 0, 1).getFirst();
    database.deliveries().keep(webhook, step(webhook, attempt(1, event, NOON)), NOON);
    var later = NOON.plus(Duration.ofDays(10));
    database.deliveries().keep(webhook, step(webhook, attempt(2, event, later)), later);

    trim(MONTH, NOON.plus(Duration.ofDays(30)));
    assertThat(database.deliveries().newest("w1", 10)).hasSize(2);
    trim(MONTH, NOON.plus(Duration.ofDays(31)));
    assertThat(database.deliveries().newest("w1", 10))
        .extracting(Deliveries.Tried::number)
        .containsExactly(2L);
  }

  private static Deliveries.Attempt attempt(long number, EventLog.Entry event, Instant at) {
    return new Deliveries.Attempt(
        number, event, at, false, Optional.of(200), Duration.ofMillis(5), Optional.empty());
  }

  private static Deliveries.Step step(Webhook webhook, Deliveries.Attempt attempt) {
    return new Deliveries.Step(
        webhook.progress(), Optional.empty(), Optional.empty(), List.of(attempt));
  }

  @Test
  @DisplayName("A paused webhook holds nothing back")
  void doesNotWaitForPausedOnes() {
    webhook(true);
    happens("shop", NOON, 4);
    trim(rules(Duration.ofHours(1), 100), NOON.plus(Duration.ofHours(2)));
    assertThat(database.events().oldest("shop")).isEqualTo(5);
  }

  @Test
  @DisplayName("Messages that have gone out go by their age, those that wait stay")
  void messages() {
    var sent = send(NOON, Outbound.State.SENT);
    var queued = send(NOON, Outbound.State.QUEUED);
    var later = send(NOON.plus(Duration.ofDays(10)), Outbound.State.DELIVERED);
    trim(MONTH, NOON.plus(Duration.ofDays(30)));
    assertThat(find(sent)).isTrue();
    trim(MONTH, NOON.plus(Duration.ofDays(31)));
    assertThat(find(sent)).isFalse();
    assertThat(find(queued)).isTrue();
    assertThat(find(later)).isTrue();
  }

  private boolean find(String id) {
    return database.sessions().records("shop").outbound(id).isPresent();
  }

  @Test
  @DisplayName("R34 One key is one message for ever: also when the message is kept no more")
  void keepsTheKeys() {
    var request = request("answer");
    var row = queued(request, NOON).row().in(Outbound.State.SENT, NOON.plusSeconds(9));
    commit("shop", row.failed("restricted", NOON.plusSeconds(10)));
    trim(MONTH, NOON.plus(Duration.ofDays(31)));
    assertThat(find(row.id())).isFalse();
    assertThat(database.sessions().records("shop").outboundByMessageId(row.messageId())).isEmpty();

    commit("shop", row.failed("restricted", NOON.plusSeconds(10))); // a session that still knew it
    assertThat(find(row.id())).isTrue();
    trim(MONTH, NOON.plus(Duration.ofDays(31)));
    assertThat(find(row.id())).isFalse();

    var again = queue(request, NOON.plus(Duration.ofDays(40)));
    assertThat(again)
        .isInstanceOfSatisfying(
            Outbox.Queued.Repeated.class,
            repeated -> {
              assertThat(repeated.row().id()).isEqualTo(row.id());
              assertThat(repeated.row().messageId()).isEqualTo(row.messageId());
              assertThat(repeated.row().state()).isEqualTo(Outbound.State.FAILED);
              assertThat(repeated.row().failure()).contains("restricted");
              assertThat(repeated.row().chat()).isEqualTo(row.chat());
              assertThat(repeated.row().reached().get("sent")).isEqualTo(NOON.plusSeconds(9));
              assertThat(repeated.row().message()).isEmpty();
            });
    var other = request("another answer");
    assertThat(queue(other, NOON)).isInstanceOf(Outbox.Queued.Mismatch.class);
    assertThat(database.sessions().records("inn").outboundByIdempotencyKey("event-1")).isEmpty();

    database.tenants().delete("shop");
    database.tenants().create("shop", "{}", NOON);
    assertThat(queue(request, NOON)).isInstanceOf(Outbox.Queued.New.class);
  }

  private static SendRequest request(String text) {
    return new SendRequest(
        Optional.of("event-1"),
        text.getBytes(StandardCharsets.UTF_8),
        Jid.phone("15550100002"),
        new Content.Text(text),
        SendRequest.WhenBusy.QUEUE);
  }

  private Outbox.Queued.New queued(SendRequest request, Instant now) {
    return (Outbox.Queued.New) queue(request, now);
  }

  private Outbox.Queued queue(SendRequest request, Instant now) {
    var draft = new Draft(database.sessions().records("shop"), new Cache(10));
    return Outbox.queue(draft, request, Optional.empty(), now, new Random(1));
  }

  private String send(Instant at, Outbound.State state) {
    var row = row(Ulid.at(at), state, at);
    commit("shop", row);
    return row.id();
  }

  @Test
  @DisplayName("Places among all tenants' events are never given twice, though a tenant is deleted")
  void placesAreUsedOnce() throws InterruptedException {
    happens("shop", NOON, 1);
    happens("inn", NOON, 2);
    long newest = database.events().newestPlace();
    database.tenants().delete("inn");
    happens("shop", NOON, 1);
    try (var follower = database.events().followAll()) {
      var page = follower.next(newest, 10, Duration.ZERO);
      assertThat(page.events()).hasSize(1);
      assertThat(page.events().getFirst().entry().seq()).isEqualTo(2);
    }
  }
}
