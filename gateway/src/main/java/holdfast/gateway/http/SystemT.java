package holdfast.gateway.http;

import holdfast.gateway.session.TenantSession;
import holdfast.gateway.tenant.TenantConfig;
import holdfast.session.Input;
import holdfast.session.Input.Wait;
import holdfast.session.Outcome;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The routes that system T's callers know (R30), its start with its old answers, word by word.
///
/// Only the answers to `start` are known for sure. The other routes answer in our own shape.
final class SystemT {
  /// R8: a start that nobody has to scan for doesn't take longer.
  private static final Duration FIRST_WAIT = Duration.ofSeconds(185);

  /// Until the last code has run out, and the 180 s anew from a scan.
  private static final Duration JOINED_WAIT = Duration.ofMinutes(6);

  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int CONFLICT = 409;
  private static final int LOCKED = 423;
  private static final int FAILED = 500;

  private static final TenantConfig MANUAL = TenantConfig.parse("{\"reconnect\":\"manual\"}");

  private final Tenancy tenancy;
  private final Alias alias;

  SystemT(Tenancy tenancy, List<Route> ours, InstantSource clock) {
    this.tenancy = tenancy;
    this.alias = new Alias(tenancy, clock, MANUAL, ours);
  }

  List<Route> routes() {
    return List.of(
        alias.of("POST", "/whatsapp/{tenant}/start", Set.of(Scope.TENANT), this::start),
        alias.of("POST", "/whatsapp/{tenant}/send", "/v1/tenants/{tenant}/messages"),
        alias.of("GET", "/whatsapp/{tenant}/status", "/v1/tenants/{tenant}/status"),
        alias.of("GET", "/whatsapp/{tenant}/diagnostics", "/v1/tenants/{tenant}/diagnostics"),
        alias.of("GET", "/whatsapp/{tenant}/qr", "/v1/tenants/{tenant}/qr"));
  }

  /// R27: the first caller has its answer when a QR shows or it is connected; who joins a start
  /// waits for its end.
  private void start(Context request) {
    boolean forceRelink = forceRelink(request);
    var session = tenancy.session(request);
    var outcome = start(session, Wait.QR, forceRelink, FIRST_WAIT);
    if (outcome instanceof Outcome.JoinedStartCompleted && !session.status().connected()) {
      outcome = start(session, Wait.CONNECTED, false, JOINED_WAIT);
    }
    answer(request, outcome);
  }

  private static Outcome start(
      TenantSession session, Wait until, boolean forceRelink, Duration patience) {
    return Tenancy.ask(session, caller -> new Input.Start(caller, until, forceRelink), patience);
  }

  /// Whatever else an old caller sends along is its own affair.
  private static boolean forceRelink(Context request) {
    var type = Optional.ofNullable(request.contentType()).orElse("");
    var inBody = type.contains("json") && Body.of(request).flag("forceRelink");
    return inBody || "true".equals(request.queryParam("forceRelink"));
  }

  private static void answer(Context request, Outcome outcome) {
    switch (outcome) {
      case Outcome.Started _ -> well(request, OK, "started");
      case Outcome.AlreadyConnected _ -> well(request, OK, "already_connected");
      case Outcome.JoinedStartCompleted _ -> well(request, OK, "start_in_progress_completed");
      case Outcome.StartInProgress _ -> well(request, ACCEPTED, "start_in_progress");
      case Outcome.CoolingDown cooling -> cooling(request, cooling.retryAfter());
      case Outcome.StartFailed failed -> failed(request, failed);
      case Outcome.Stopped _ -> error(request, FAILED, "start_failed", "stopped");
      default -> throw new IllegalStateException("no answer to a start: " + outcome);
    }
  }

  private static void well(Context request, int status, String state) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("ok", true);
    answer.put("state", state);
    Answers.json(request, status, answer);
  }

  private static void failed(Context request, Outcome.StartFailed failed) {
    if (failed.reason().equals("sending_in_progress")) {
      Answers.json(request, CONFLICT, Map.of("error", "sending_in_progress"));
    } else if (failed.joined()) {
      Answers.json(request, FAILED, Map.of("error", "start_in_progress_failed"));
    } else {
      error(request, FAILED, "start_failed", failed.reason());
    }
  }

  private static void cooling(Context request, Duration left) {
    long seconds = Math.max(1, left.plusMillis(999).toSeconds());
    request.header("Retry-After", Long.toString(seconds));
    var answer = new LinkedHashMap<String, Object>();
    answer.put("error", "cooling_down");
    answer.put("retryAfter", seconds);
    Answers.json(request, LOCKED, answer);
  }

  private static void error(Context request, int status, String word, String reason) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("error", word);
    answer.put("reason", reason);
    Answers.json(request, status, answer);
  }
}
