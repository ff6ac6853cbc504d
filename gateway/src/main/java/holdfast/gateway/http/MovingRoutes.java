package holdfast.gateway.http;

import holdfast.gateway.moving.AuthFiles;
import holdfast.gateway.moving.BaileysImport;
import holdfast.gateway.moving.Moving;
import holdfast.gateway.moving.UnfitState;
import holdfast.gateway.session.TenantSession;
import holdfast.session.Input;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Links that come from Baileys and go back to it, as zips of its auth folder (R26).
///
/// Two owners of one link would use its ratchets twice. So the session rests while its link moves,
/// and is opened anew from the store afterwards.
final class MovingRoutes {
  private static final Duration FAREWELL = Duration.ofSeconds(30);
  private static final Set<String> AT_REST = Set.of("stopped", "logged_out", "refused");
  private static final String ZIP = "application/zip";
  private static final int OK = 200;

  /// Minutes on a slow line, where the zips of most links take seconds.
  private static final Duration LONGEST_UPLOAD = Duration.ofMinutes(2);

  private static final int MOST_AT_ONCE = 3;
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Tenancy tenancy;
  private final Moving moving;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  MovingRoutes(Tenancy tenancy, Moving moving) {
    this.tenancy = tenancy;
    this.moving = moving;
  }

  List<Route> routes() {
    return List.of(
        Route.tenant("POST", "/v1/tenants/{tenant}/import", alone(this::take)).asFlowing(),
        Route.tenant("GET", "/v1/tenants/{tenant}/export", alone(this::give)));
  }

  /// One of a tenant at a time, so that no import changes what an export reads and no tenant takes
  /// all places; few of all, since a link that moves is in memory as a whole.
  private Handler alone(Handler move) {
    return request -> {
      var tenant = request.pathParam("tenant");
      if (!underWay.add(tenant)) {
        throw Refusal.of(Problem.TOO_MANY_MOVES).retryAfter(PAUSE);
      }
      try {
        inAPlace(move, request);
      } finally {
        underWay.remove(tenant);
      }
    };
  }

  private void inAPlace(Handler move, Context request) throws Exception {
    if (!places.tryAcquire()) {
      throw Refusal.of(Problem.TOO_MANY_MOVES).retryAfter(PAUSE);
    }
    try {
      move.handle(request);
    } finally {
      places.release();
    }
  }

  private void take(Context request) throws Exception {
    var id = tenancy.tenant(request).id();
    boolean replace = replace(request);
    var session = tenancy.session(id);
    refuseUnlessAllowed(session, replace);
    try {
      var read =
          moving.read(AuthFiles.ofZip(new Upload(request.bodyInputStream(), LONGEST_UPLOAD)));
      Idle.duringWork(
          request, () -> Answers.json(request, OK, answer(takeOver(session, id, read, replace))));
    } catch (UnfitState e) {
      throw unfit(e);
    } catch (Moving.Linked _) {
      throw linked();
    }
  }

  private Moving.Taken takeOver(
      TenantSession session, String tenant, BaileysImport read, boolean replace) {
    if (!isAtRest(session)) {
      Tenancy.ask(session, Input.Stop::new, FAREWELL);
    }
    tenancy.sessions().drop(tenant);
    var taken = moving.take(tenant, read, replace);
    tenancy.sessions().drop(tenant); // whoever found it in between is fenced off
    return taken;
  }

  /// Whoever starts a tenant while it is read gets an export that is old already.
  private void refuseUnlessRested(String tenant, long generation) {
    var after = tenancy.session(tenant).status();
    if (!AT_REST.contains(after.state()) || after.generation() != generation) {
      throw Refusal.of(Problem.TENANT_RUNNING, "it was started meanwhile: stop it and try again");
    }
  }

  private static boolean replace(Context request) {
    var text = request.queryParam("replace");
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw Refusal.of(Problem.INVALID_REQUEST, "replace must be true or false");
  }

  private static void refuseUnlessAllowed(TenantSession session, boolean replace) {
    if (replace) {
      return;
    }
    if (session.status().account().isPresent()) {
      throw linked();
    }
    if (!isAtRest(session)) {
      throw Refusal.of(Problem.TENANT_RUNNING, "stop the tenant first, or say replace=true");
    }
  }

  private static boolean isAtRest(TenantSession session) {
    return AT_REST.contains(session.status().state());
  }

  private static Refusal linked() {
    return Refusal.of(
        Problem.ALREADY_LINKED, "the tenant is linked already: replace=true gives that link up");
  }

  private static Refusal unfit(UnfitState e) {
    return Refusal.of(Problem.UNFIT_AUTH_STATE, String.valueOf(e.getMessage()));
  }

  private static Map<String, Object> answer(Moving.Taken taken) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("result", "imported");
    answer.put("state", "stopped");
    answer.put("account", StatusView.account(taken.account()));
    answer.put("ratchets", taken.ratchets());
    answer.put("preKeys", taken.preKeys());
    answer.put("senderKeys", taken.senderKeys());
    return answer;
  }

  private void give(Context request) {
    var id = tenancy.tenant(request).id();
    var before = tenancy.session(id).status();
    if (!AT_REST.contains(before.state())) {
      throw Refusal.of(Problem.TENANT_RUNNING, "stop the tenant first: its ratchets still move");
    }
    try {
      var zip = moving.exportOf(id).zip();
      refuseUnlessRested(id, before.generation());
      request
          .header("Cache-Control", "no-store")
          .header("Content-Disposition", "attachment; filename=\"auth-" + id + ".zip\"")
          .contentType(ZIP)
          .result(zip);
    } catch (Moving.NotLinked _) {
      throw Refusal.of(Problem.NOT_LINKED);
    } catch (UnfitState e) {
      throw Refusal.of(Problem.CREDENTIALS_UNREADABLE, String.valueOf(e.getMessage()));
    }
  }
}
