package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.message.NewChats;
import holdfast.message.SendRequest;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.stanza.Jid;
import holdfast.store.Batch;
import holdfast.store.Outbound;
import holdfast.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessagesTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Outbound ROW =
      new Outbound(
          "01ARZ3NDEKTSV4RRFFQ69G5FAV",
          "3EB0AABBCC",
          Optional.of("k1"),
          new byte[32],
          Jid.phone("15550100002"),
          "text",
          new byte[] {1},
          Outbound.State.QUEUED,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of("queued", NOON));

  @TempDir private Path temp;
  private Running api;

  /// Where the database is, empty for the embedded one.
  Optional<DatabaseUrl> database() {
    return Optional.empty();
  }

  @BeforeEach
  void start() {
    api = new Running(temp, database());
    assertThat(api.put("/v1/tenants/shop", "{}").status()).isEqualTo(201);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  @DisplayName("R34 A message is taken with its idempotency key and a fingerprint of the body")
  void takesMessages() {
    var session = api.session("shop");
    session.answer = new Outcome.Accepted(ROW, false);
    var first = send("{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"hello\"}");
    session.answer = new Outcome.Accepted(ROW, true);
    var again = send("{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"hello\"}");
    send("{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"other\",\"whenBusy\":\"refuse\"}");

    assertThat(first.status()).isEqualTo(202);
    assertThat(first.json().get("messageId").asText()).isEqualTo("3EB0AABBCC");
    assertThat(again.header("Idempotent-Replayed")).hasValue("true");
    var requests = session.asked.stream().map(input -> ((Input.Send) input).request()).toList();
    assertThat(requests.getFirst().idempotencyKey()).hasValue("k1");
    assertThat(requests.getFirst().to()).isEqualTo(Jid.phone("15550100002"));
    assertThat(requests.get(1).fingerprint()).isEqualTo(requests.getFirst().fingerprint());
    assertThat(requests.get(2).fingerprint()).isNotEqualTo(requests.getFirst().fingerprint());
    assertThat(requests.get(2).whenBusy()).isEqualTo(SendRequest.WhenBusy.REFUSE);
  }

  @Test
  @DisplayName("R18 A send that isn't taken says why, and when to come again")
  void refusesMessages() {
    var session = api.session("shop");
    var body = "{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"hello\"}";
    session.answer = new Outcome.SendRefused("logged_out", Duration.ZERO);
    assertThat(send(body).code()).isEqualTo("cannot_send");
    session.answer = new Outcome.SendRefused("conflicted", Duration.ofSeconds(12));
    assertThat(send(body).status()).isEqualTo(423);
    session.answer = new Outcome.SendRefused("waiting", Duration.ofSeconds(5));
    assertThat(send(body).json().get("retryAfter").asInt()).isEqualTo(5);
    session.answer = new Outcome.SendRefused("paced", Duration.ofSeconds(5));
    assertThat(send(body).status()).isEqualTo(429);
    session.answer = new Outcome.IdempotencyMismatch();
    assertThat(send(body).status()).isEqualTo(409);
  }

  @Test
  @DisplayName("R18 A send waits for a recovery that is under way, 30 s and no longer")
  void waitsHalfAMinute() {
    var session = api.session("shop");
    session.answer = new Outcome.SendRefused("waiting", Duration.ofSeconds(5));
    send("{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"x\",\"whenBusy\":\"refuse\"}");
    assertThat(session.patience).containsExactly(Duration.ofSeconds(30));
  }

  private Running.Answer send(String body) {
    return api.call(
        "POST",
        "/v1/tenants/shop/messages",
        body,
        Map.of("Authorization", "Bearer " + Running.ADMIN, "Idempotency-Key", "k1"));
  }

  @Test
  @DisplayName("A message is found by either id, with the times of its states in their order")
  void findsMessages() {
    var row =
        ROW.encrypted(new byte[] {2}, NOON.plusSeconds(1))
            .in(Outbound.State.SENT, NOON.plusSeconds(2));
    api.database
        .sessions()
        .commit(
            new holdfast.store.Batch(
                "shop", 1, java.util.List.of(), java.util.List.of(row), java.util.List.of()));

    var found = api.get("/v1/tenants/shop/messages/" + ROW.id()).json();
    assertThat(found.get("state").asText()).isEqualTo("sent");
    assertThat(found.get("reached").fieldNames())
        .toIterable()
        .containsExactly("queued", "sending", "sent");
    assertThat(api.get("/v1/tenants/shop/messages/3EB0AABBCC").json()).isEqualTo(found);
    var none = api.get("/v1/tenants/shop/messages/none");
    assertThat(none.code()).isEqualTo("no_such_message");
    assertThat(none.json().get("detail").asText()).contains("message-retention");
  }

  @Test
  @DisplayName("R34 The same request with its fields in another order is the same request")
  void fingerprintsWhatIsWanted() {
    var session = api.session("shop");
    session.answer = new Outcome.Accepted(ROW, false);
    send("{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"hello\"}");
    send("{\"text\": \"hello\", \"type\": \"text\", \"to\": \"+1 555 010 0002\"}");
    send(later("2026-02-01T00:00:00Z"));

    var prints = requests(session).stream().map(SendRequest::fingerprint).toList();
    assertThat(prints.get(1)).isEqualTo(prints.get(0));
    assertThat(prints.get(2)).isNotEqualTo(prints.get(0));
  }

  @Test
  @DisplayName("A message for later carries its time; one that can't be is refused as `sendAt`")
  void takesMessagesForLater() {
    var session = api.session("shop");
    var at = Instant.parse("2026-02-01T08:00:00Z");
    session.answer = new Outcome.Accepted(ROW.held(at, "x", NOON), false);
    var taken = send(later("2026-02-01T09:00:00+01:00")).json();
    assertThat(taken.get("sendAt").asText()).isEqualTo("2026-02-01T08:00:00Z");
    assertThat(taken.get("state").asText()).isEqualTo("scheduled");
    assertThat(requests(session).getFirst().sendAt()).hasValue(at);

    session.answer = new Outcome.Untimely("is in the past");
    var refused = send(later("2020-01-01T00:00:00Z"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo("sendAt");
    int asked = session.asked.size();
    assertThat(send(later("tomorrow")).json().at("/errors/0/field").asText()).isEqualTo("sendAt");
    assertThat(session.asked).hasSize(asked);
  }

  @Test
  @DisplayName("R33 What can't be sent is refused with its reason, and no session hears of it")
  void refusesBadMessages() {
    var session = api.session("shop");
    assertThat(send(text("+1555", "hello")).code()).isEqualTo("invalid_phone_number");
    assertThat(send(text("+15550100002", "")).code()).isEqualTo("invalid_request");
    var tooLong = send(text("+15550100002", "x".repeat(65_537)));
    assertThat(tooLong.json().at("/errors/0/message").asText()).contains("65536");
    assertThat(session.asked).isEmpty();
  }

  @Test
  @DisplayName("While new chats are locked a stranger is refused with the end; status says it too")
  void newChatsLocked() throws IOException {
    var session = api.session("shop");
    session.answer = new Outcome.SendRefused(NewChats.LOCKED, Duration.ofSeconds(90));
    var refused = send(text("+15550100002", "hello"));
    assertThat(refused.code()).isEqualTo("new_chats_locked");
    assertThat(refused.json().get("retryAfter").asInt()).isEqualTo(90);

    assertThat(api.get("/v1/tenants/shop/status").json().get("newChatsLockedUntil").isNull())
        .isTrue();
    var end = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
    var lock =
        new Batch.Write(
            Table.NEW_CHATS_LOCK,
            Table.ONLY,
            Optional.of(Table.NEW_CHATS_LOCK.encode(end.toEpochMilli())),
            Optional.empty());
    api.database.sessions().commit(new Batch("shop", 1, List.of(lock), List.of(), List.of()));
    assertThat(api.get("/v1/tenants/shop/status").json().get("newChatsLockedUntil").asText())
        .isEqualTo(end.toString());

    api.database.close();
    Files.writeString(temp.resolve("data").resolve("holdfast.db"), "no database at all");
    var status = api.get("/v1/tenants/shop/status");
    assertThat(status.status()).as("the status without the store").isEqualTo(200);
    assertThat(status.json().get("state").asText()).isEqualTo("stopped");
  }

  @Test
  @DisplayName("A message is taken back while it hasn't gone; else the answer says where it is")
  void cancels() {
    var session = api.session("shop");
    session.answer = new Outcome.Cancelled(ROW.in(Outbound.State.CANCELLED, NOON));
    var gone = api.delete("/v1/tenants/shop/messages/" + ROW.id());
    assertThat(gone.json().get("state").asText()).isEqualTo("cancelled");
    assertThat(((Input.Cancel) session.asked.getLast()).id()).isEqualTo(ROW.id());

    session.answer = new Outcome.TooLate(ROW.in(Outbound.State.SENT, NOON));
    var late = api.delete("/v1/tenants/shop/messages/" + ROW.id());
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.json().get("reason").asText()).isEqualTo("sent");
    session.answer = new Outcome.NoSuchMessage();
    assertThat(api.delete("/v1/tenants/shop/messages/none").code()).isEqualTo("no_such_message");
  }

  @Test
  @DisplayName("Many at once: each is taken or refused in its place, under its own key")
  void takesMany() {
    var session = api.session("shop");
    session.answer =
        new Outcome.AcceptedAll(
            List.of(
                new Outcome.Accepted(ROW, false),
                new Outcome.Accepted(ROW, true),
                new Outcome.IdempotencyMismatch()));
    var answer =
        many(
            text("+15550100002", "one"),
            text("+1555", "two"),
            "{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"three\",\"idempotencyKey\":\"own\"}",
            "{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"four\",\"colour\":\"red\"}",
            text("+15550100002", "five"));

    var results = answer.json().get("results");
    assertThat(StreamSupport.stream(results.spliterator(), false))
        .extracting(result -> result.get("status").asInt())
        .containsExactly(202, 400, 202, 400, 409);
    assertThat(results.at("/1/problem/code").asText()).isEqualTo("invalid_phone_number");
    assertThat(results.at("/2/replayed").asBoolean()).isTrue();
    assertThat(results.at("/4/problem/code").asText()).isEqualTo("idempotency_mismatch");
    var all = (Input.SendAll) session.asked.getLast();
    assertThat(all.requests())
        .extracting(request -> request.idempotencyKey().orElse(""))
        .containsExactly("k1#0", "own", "k1#4");
  }

  @Test
  @DisplayName("A batch that is empty, too big or no list is refused as a whole")
  void refusesBatches() {
    var session = api.session("shop");
    var one = text("+15550100002", "x");
    assertThat(many().status()).isEqualTo(400);
    assertThat(many(java.util.Collections.nCopies(101, one).toArray(String[]::new)).status())
        .isEqualTo(400);
    assertThat(many("1").status()).isEqualTo(400);
    assertThat(api.post("/v1/tenants/shop/messages:batch", "{\"messages\":{}}").status())
        .isEqualTo(400);
    assertThat(session.asked).isEmpty();
  }

  @Test
  @DisplayName("Messages are listed newest first, by chat in any form and by state, page by page")
  void lists() {
    var rows = new ArrayList<Outbound>();
    for (int number = 0; number < 7; number++) {
      rows.add(row(number, Jid.phone("15550100002"), Outbound.State.SENT));
    }
    rows.add(row(7, Jid.lid("25550100002"), Outbound.State.FAILED));
    rows.add(row(8, Jid.phone("15550100003"), Outbound.State.QUEUED));
    var mapping =
        new Batch.Write(
            Table.LID,
            "15550100002",
            Optional.of(Table.LID.encode("25550100002")),
            Optional.empty());
    api.database.sessions().commit(new Batch("shop", 1, List.of(mapping), rows, List.of()));

    var first = list("?chat=%2B15550100002&limit=5");
    assertThat(ids(first)).containsExactly("7", "6", "5", "4", "3");
    var second = list("?chat=%2B15550100002&limit=5&after=" + first.get("next").asText());
    assertThat(ids(second)).containsExactly("2", "1", "0");
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(ids(list("?state=failed"))).containsExactly("7");
    assertThat(ids(list(""))).hasSize(9);
    assertThat(api.get("/v1/tenants/shop/messages?state=lost").status()).isEqualTo(400);
    assertThat(api.get("/v1/tenants/shop/messages?chat=x").status()).isEqualTo(400);
    assertThat(api.get("/v1/tenants/shop/messages?limit=201").status()).isEqualTo(400);
  }

  private JsonNode list(String query) {
    return api.get("/v1/tenants/shop/messages" + query).json();
  }

  private static List<String> ids(JsonNode page) {
    return StreamSupport.stream(page.get("messages").spliterator(), false)
        .map(message -> message.get("id").asText())
        .toList();
  }

  private static Outbound row(int number, Jid chat, Outbound.State state) {
    return new Outbound(
        Integer.toString(number),
        "M" + number,
        Optional.empty(),
        new byte[32],
        chat,
        "text",
        new byte[] {1},
        state,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(state.wire(), NOON));
  }

  private Running.Answer many(String... items) {
    return api.call(
        "POST",
        "/v1/tenants/shop/messages:batch",
        "{\"messages\":[" + String.join(",", items) + "]}",
        Map.of("Authorization", "Bearer " + Running.ADMIN, "Idempotency-Key", "k1"));
  }

  private static List<SendRequest> requests(FakeSession session) {
    return session.asked.stream().map(input -> ((Input.Send) input).request()).toList();
  }

  private static String text(String to, String text) {
    return "{\"to\":\"%s\",\"type\":\"text\",\"text\":\"%s\"}".formatted(to, text);
  }

  private static String later(String at) {
    return "{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"hello\",\"sendAt\":\"%s\"}"
        .formatted(at);
  }
}
