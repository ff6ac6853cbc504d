package holdfast.gateway.http;

import holdfast.client.Store;
import holdfast.crypto.Digests;
import holdfast.gateway.outbox.Recipient;
import holdfast.message.Content;
import holdfast.message.SendRequest;
import holdfast.message.SendRequest.WhenBusy;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.stanza.Jid;
import holdfast.store.Outbound;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Messages on their way out (R33–R35): taken once per idempotency key, and followed to the last
/// receipt.
final class MessageRoutes {
  /// R18: a send waits at most this long for a recovery that is under way.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1,255}");
  private static final int LONGEST_ADDRESS = 100;
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final Tenancy tenancy;
  private final Store store;

  MessageRoutes(Tenancy tenancy, Store store) {
    this.tenancy = tenancy;
    this.store = store;
  }

  List<Route> routes() {
    return List.of(
        Route.sending("POST", "/v1/tenants/{tenant}/messages", this::send),
        Route.sending("GET", "/v1/tenants/{tenant}/messages/{id}", this::find).alsoFor(Scope.READ));
  }

  private void send(Context request) {
    var key = idempotencyKey(request);
    var body = Body.of(request);
    var to = body.text("to", LONGEST_ADDRESS);
    body.word("type", List.of("text")).ifPresentOrElse(_ -> {}, () -> needType(body));
    var text = body.text("text", Content.Text.LIMIT);
    var whenBusy = body.word("whenBusy", List.of("queue", "refuse")).orElse("queue");
    body.end();
    var send =
        new SendRequest(
            key,
            fingerprint(request),
            recipient(to),
            new Content.Text(text),
            whenBusy.equals("queue") ? WhenBusy.QUEUE : WhenBusy.REFUSE);
    var session = tenancy.session(request);
    answer(request, Tenancy.ask(session, caller -> new Input.Send(caller, send), PATIENCE));
  }

  private static void needType(Body body) {
    if (body.isNull("type")) {
      body.refuse("type", "is needed");
    }
  }

  private static Optional<String> idempotencyKey(Context request) {
    var key = Optional.ofNullable(request.header("Idempotency-Key"));
    if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
      throw Refusal.of(
          Problem.INVALID_REQUEST,
          "Idempotency-Key must be 1 to 255 visible ASCII characters without blanks");
    }
    return key;
  }

  /// Over the body as it came: what a client repeats it repeats byte by byte.
  private static byte[] fingerprint(Context request) {
    return Digests.sha256("send\n".getBytes(StandardCharsets.US_ASCII), request.bodyAsBytes());
  }

  private static Jid recipient(String to) {
    return switch (Recipient.of(to)) {
      case Recipient.Known known -> known.jid();
      case Recipient.Wrong wrong -> {
        var problem = wrong.phone() ? Problem.INVALID_PHONE_NUMBER : Problem.INVALID_REQUEST;
        throw Refusal.of(problem, "to " + wrong.reason())
            .with("errors", List.of(Map.of("field", "to", "message", wrong.reason())));
      }
    };
  }

  private static void answer(Context request, Outcome outcome) {
    switch (outcome) {
      case Outcome.Accepted accepted -> {
        if (accepted.repeated()) {
          request.header("Idempotent-Replayed", "true");
        }
        Answers.json(request, ACCEPTED, view(accepted.row()));
      }
      case Outcome.IdempotencyMismatch _ -> throw Refusal.of(Problem.IDEMPOTENCY_MISMATCH);
      case Outcome.SendRefused refused -> throw refused(refused);
      case Outcome.CoolingDown cooling -> throw LifeRoutes.coolingDown(cooling);
      default -> throw Refusal.of(Problem.TIMED_OUT);
    }
  }

  /// R18: after a logout or a refusal it is 409; when it merely can't go at once it says when to
  /// try.
  private static Refusal refused(Outcome.SendRefused refused) {
    var problem =
        switch (refused.reason()) {
          case "cooling_down", "conflicted" -> Problem.COOLING_DOWN;
          case "paced" -> Problem.PACED;
          default -> refused.retryAfter().isZero() ? Problem.CANNOT_SEND : Problem.BUSY;
        };
    var refusal = Refusal.of(problem, refused.reason()).with("reason", refused.reason());
    return problem == Problem.CANNOT_SEND ? refusal : refusal.retryAfter(refused.retryAfter());
  }

  private void find(Context request) {
    var tenant = tenancy.tenant(request);
    var records = store.records(tenant.id());
    var id = request.pathParam("id");
    var row = records.outbound(id).or(() -> records.outboundByMessageId(id));
    Answers.json(
        request,
        OK,
        row.map(MessageRoutes::view).orElseThrow(() -> Refusal.of(Problem.NO_SUCH_MESSAGE)));
  }

  private static Map<String, Object> view(Outbound row) {
    var view = new LinkedHashMap<String, Object>();
    view.put("id", row.id());
    view.put("messageId", row.messageId());
    view.put("state", row.state().wire());
    view.put("reason", row.failure());
    view.put("chat", row.chat().toString());
    view.put("type", row.type());
    var reached = new LinkedHashMap<String, Object>();
    Stream.of(Outbound.State.values())
        .map(Outbound.State::wire)
        .filter(row.reached()::containsKey)
        .forEach(state -> reached.put(state, row.reached().get(state)));
    view.put("reached", reached);
    return view;
  }
}
