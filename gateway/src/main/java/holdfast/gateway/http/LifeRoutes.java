package holdfast.gateway.http;

import holdfast.client.Store;
import holdfast.gateway.session.TenantSession;
import holdfast.session.Input;
import holdfast.session.Input.Wait;
import holdfast.session.Outcome;
import holdfast.store.Cache;
import holdfast.store.Draft;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A session's life by hand: start, stop, restart, log out, and how it stands (R27, R28).
final class LifeRoutes {
  private static final Duration STANDARD_WAIT = Duration.ofSeconds(30);

  /// R8: no start takes longer.
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(3);

  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final Tenancy tenancy;
  private final InstantSource clock;
  private final Store store;

  LifeRoutes(Tenancy tenancy, InstantSource clock, Store store) {
    this.store = store;
    this.tenancy = tenancy;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.tenant("POST", "/v1/tenants/{tenant}/start", this::start),
        Route.tenant("POST", "/v1/tenants/{tenant}/stop", this::stop),
        Route.tenant("POST", "/v1/tenants/{tenant}/restart", this::restart),
        Route.tenant("POST", "/v1/tenants/{tenant}/logout", this::logOut),
        Route.reading("/v1/tenants/{tenant}/status", this::status).alsoFor(Scope.SEND));
  }

  private void status(Context request) {
    var status = tenancy.session(request).status();
    var view = StatusView.of(status, clock.instant());
    view.put("newChatsLockedUntil", newChatsLocked(Guard.tenant(request).text()));
    Answers.json(request, OK, view);
  }

  /// The status is said without the store as well: that is when it is asked for.
  private Optional<Instant> newChatsLocked(String tenant) {
    try {
      return new Draft(store.records(tenant), new Cache(1))
          .newChatsLocked()
          .filter(until -> until.isAfter(clock.instant()));
    } catch (Store.StoreUnavailable _) {
      return Optional.empty();
    }
  }

  private void start(Context request) {
    var body = Body.of(request);
    var until = body.word("wait", List.of("none", "qr", "connected")).orElse("none");
    var wait = Wait.valueOf(until.toUpperCase(Locale.ROOT));
    var patience = body.duration("timeout", LONGEST_WAIT).orElse(STANDARD_WAIT);
    boolean forceRelink = body.flag("forceRelink");
    body.end();
    var session = tenancy.session(request);
    var outcome =
        Tenancy.ask(session, caller -> new Input.Start(caller, wait, forceRelink), patience);
    started(request, session, outcome);
  }

  private static void started(Context request, TenantSession session, Outcome outcome) {
    switch (outcome) {
      case Outcome.Started _ -> result(request, OK, "started", session);
      case Outcome.AlreadyConnected _ -> result(request, OK, "already_connected", session);
      case Outcome.JoinedStartCompleted _ ->
          result(request, OK, "start_in_progress_completed", session);
      case Outcome.StartInProgress _ -> result(request, ACCEPTED, "start_in_progress", session);
      case Outcome.CoolingDown cooling -> throw coolingDown(cooling);
      case Outcome.StartFailed failed -> throw startFailed(failed);
      case Outcome.Stopped _ ->
          throw startFailed(new Outcome.StartFailed("stopped", 0, "it was stopped", false));
      default -> throw new IllegalStateException("no answer to a start: " + outcome);
    }
  }

  static Refusal coolingDown(Outcome.CoolingDown cooling) {
    return Refusal.of(Problem.COOLING_DOWN)
        .with("result", "cooling_down")
        .retryAfter(cooling.retryAfter());
  }

  static Refusal startFailed(Outcome.StartFailed failed) {
    if (failed.reason().equals("sending_in_progress")) {
      return Refusal.of(Problem.SENDING_IN_PROGRESS).with("result", "sending_in_progress");
    }
    var problem = failed.joined() ? Problem.START_IN_PROGRESS_FAILED : Problem.START_FAILED;
    return Refusal.of(problem, failed.reason() + text(failed))
        .with("result", problem.code())
        .with("reason", failed.reason())
        .with("disconnectCode", failed.code());
  }

  private static String text(Outcome.StartFailed failed) {
    return failed.text().isEmpty() ? "" : ": " + failed.text();
  }

  private void stop(Context request) {
    Body.of(request).end();
    var session = tenancy.session(request);
    Tenancy.ask(session, Input.Stop::new, STANDARD_WAIT);
    result(request, OK, "stopped", session);
  }

  private void restart(Context request) {
    Body.of(request).end();
    var session = tenancy.session(request);
    Tenancy.ask(session, Input.Stop::new, STANDARD_WAIT);
    var outcome =
        Tenancy.ask(session, caller -> new Input.Start(caller, Wait.NONE, false), STANDARD_WAIT);
    started(request, session, outcome);
  }

  private void logOut(Context request) {
    Body.of(request).end();
    var session = tenancy.session(request);
    var outcome = Tenancy.ask(session, Input.LogOut::new, STANDARD_WAIT);
    // R6: to log out what isn't linked is harmless.
    var word = outcome instanceof Outcome.NotLinked ? "not_linked" : "logged_out";
    result(request, OK, word, session);
  }

  private static void result(Context request, int status, String word, TenantSession session) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("result", word);
    answer.put("state", session.status().state());
    Answers.json(request, status, answer);
  }
}
