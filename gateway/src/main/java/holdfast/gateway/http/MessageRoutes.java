package holdfast.gateway.http;

import holdfast.client.Store;
import holdfast.device.Addresses;
import holdfast.gateway.outbox.Recipient;
import holdfast.gateway.store.SentMessages;
import holdfast.message.NewChats;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.stanza.Jid;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Outbound;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Messages on their way out (R33–R35): taken once per idempotency key, followed to the last
/// receipt, and taken back while they haven't gone.
final class MessageRoutes {
  /// R18: a send waits at most this long for a recovery that is under way.
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 200;
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final Tenancy tenancy;
  private final Store store;
  private final SentMessages messages;

  MessageRoutes(Tenancy tenancy, Store store, SentMessages messages) {
    this.tenancy = tenancy;
    this.store = store;
    this.messages = messages;
  }

  List<Route> routes() {
    return List.of(
        Route.sending("POST", "/v1/tenants/{tenant}/messages", this::send),
        Route.sending("GET", "/v1/tenants/{tenant}/messages", this::list).alsoFor(Scope.READ),
        Route.sending("GET", "/v1/tenants/{tenant}/messages/{id}", this::find).alsoFor(Scope.READ),
        Route.sending("DELETE", "/v1/tenants/{tenant}/messages/{id}", this::cancel));
  }

  private void send(Context request) {
    var send = SendBody.read(Body.of(request), idempotencyKey(request));
    var session = tenancy.session(request);
    var outcome = Tenancy.ask(session, caller -> new Input.Send(caller, send), PATIENCE);
    var accepted = accepted(outcome);
    if (accepted.repeated()) {
      request.header("Idempotent-Replayed", "true");
    }
    Answers.json(request, ACCEPTED, MessageView.of(accepted.row()));
  }

  static Optional<String> idempotencyKey(Context request) {
    var key = Optional.ofNullable(request.header("Idempotency-Key"));
    if (key.isPresent() && !SendBody.isKey(key.get())) {
      throw Refusal.of(
          Problem.INVALID_REQUEST,
          "Idempotency-Key must be 1 to 255 visible ASCII characters without blanks");
    }
    return key;
  }

  /// @throws Refusal when the message wasn't taken
  static Outcome.Accepted accepted(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted accepted -> accepted;
      case Outcome.IdempotencyMismatch _ -> throw Refusal.of(Problem.IDEMPOTENCY_MISMATCH);
      case Outcome.Untimely untimely -> throw Page.refusal("sendAt", untimely.reason());
      case Outcome.SendRefused refused -> throw refused(refused);
      case Outcome.CoolingDown cooling -> throw LifeRoutes.coolingDown(cooling);
      default -> throw Refusal.of(Problem.TIMED_OUT);
    };
  }

  /// R18: after a logout or a refusal it is 409; when it merely can't go at once it says when to
  /// try.
  private static Refusal refused(Outcome.SendRefused refused) {
    var problem =
        switch (refused.reason()) {
          case "cooling_down", "conflicted" -> Problem.COOLING_DOWN;
          case "paced" -> Problem.PACED;
          case NewChats.LOCKED -> Problem.NEW_CHATS_LOCKED;
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
    Answers.json(request, OK, row.map(MessageView::of).orElseThrow(MessageRoutes::noSuchMessage));
  }

  /// The same for what retention has taken: of a message without a key nothing is left that would
  /// tell it from one that never was.
  private static Refusal noSuchMessage() {
    return Refusal.of(
        Problem.NO_SUCH_MESSAGE,
        "no message with this id is kept; one that isn't on its way any more is, for"
            + " message-retention");
  }

  private void cancel(Context request) {
    var id = request.pathParam("id");
    var session = tenancy.session(request);
    switch (Tenancy.ask(session, caller -> new Input.Cancel(caller, id), PATIENCE)) {
      case Outcome.Cancelled it -> Answers.json(request, OK, MessageView.of(it.row()));
      case Outcome.TooLate it ->
          throw Refusal.of(Problem.TOO_LATE, "it is " + it.row().state().wire() + " already")
              .with("reason", it.row().state().wire());
      case Outcome.NoSuchMessage _ -> throw noSuchMessage();
      default -> throw Refusal.of(Problem.TIMED_OUT);
    }
  }

  private void list(Context request) {
    var tenant = tenancy.tenant(request);
    var page = Page.of(request, PAGE, LARGEST_PAGE);
    var state = Optional.ofNullable(request.queryParam("state")).map(MessageRoutes::state);
    var chat = Optional.ofNullable(request.queryParam("chat")).map(it -> chats(tenant.id(), it));
    var rows = messages.page(tenant.id(), chat, state, page.after(), page.limit());
    var view = new LinkedHashMap<String, Object>();
    view.put("messages", rows.stream().map(MessageView::of).toList());
    view.put("next", page.isFull(rows.size()) ? rows.getLast().id() : null);
    Answers.json(request, OK, view);
  }

  private static Outbound.State state(String word) {
    return Stream.of(Outbound.State.values())
        .filter(state -> state.wire().equals(word))
        .findFirst()
        .orElseThrow(() -> Page.refusal("state", "is none that a message can be in"));
  }

  /// A chat in each form that is known of it: a message stands under the one that was known when it
  /// was accepted.
  private Set<Jid> chats(String tenant, String text) {
    var jid =
        switch (Recipient.of(text)) {
          case Recipient.Known known -> known.jid();
          case Recipient.Wrong wrong -> throw Page.refusal("chat", wrong.reason());
        };
    var draft = new Draft(store.records(tenant), new Cache(PAGE));
    var forms = new LinkedHashSet<Jid>();
    forms.add(jid);
    forms.add(Addresses.known(draft, jid));
    Addresses.phoneForm(draft, jid).ifPresent(forms::add);
    return forms;
  }
}
