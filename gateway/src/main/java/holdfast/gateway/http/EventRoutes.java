package holdfast.gateway.http;

import holdfast.gateway.store.Envelope;
import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Tenants;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// A tenant's events: pulled by a cursor, or streamed as they come; all tenants' for an admin.
final class EventRoutes implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final int STANDARD_LIMIT = 100;
  private static final int MOST = 1_000;
  private static final int OK = 200;

  private final Tenancy tenancy;
  private final EventLog log;
  private final EventStreams streams = new EventStreams();

  EventRoutes(Tenancy tenancy, EventLog log) {
    this.tenancy = tenancy;
    this.log = log;
  }

  List<Route> routes() {
    return List.of(
        Route.reading("/v1/tenants/{tenant}/events", this::pull),
        Route.reading("/v1/tenants/{tenant}/events/stream", this::stream).asFlowing(),
        Route.admin("GET", "/v1/events/stream", this::streamAll).asFlowing());
  }

  private void pull(Context request) throws InterruptedException {
    long after = Query.number(request, "after").orElse(0L);
    int limit = Query.limit(request, STANDARD_LIMIT, MOST);
    var wait = Query.duration(request, "wait", LONGEST_WAIT);
    var filter = Query.types(request);
    var owner = tenancy.tenant(request);
    var tenant = owner.id();
    long oldest = kept(tenant, after);
    try (var follower = log.follow(tenant, filter)) {
      var page = follower.next(after, limit, wait);
      refuseUnlessAllowed(request, owner);
      var envelopes =
          String.join(
              ",", page.events().stream().map(event -> Envelope.of(event.entry())).toList());
      request
          .status(OK)
          .contentType("application/json")
          .result(
              "{\"events\":[%s],\"next\":%d,\"oldest\":%d,\"newest\":%d}"
                  .formatted(envelopes, page.next(), oldest, log.newest(tenant)));
    }
  }

  /// Asked behind what was read: while somebody waited the key may have been revoked, or the id
  /// been given to another customer.
  private void refuseUnlessAllowed(Context request, Tenants.Tenant tenant) {
    if (!Guard.pass(request).isValid().getAsBoolean()) {
      throw Refusal.of(Problem.UNAUTHORIZED, "the key was revoked meanwhile");
    }
    if (!tenancy.stands(tenant)) {
      throw Refusal.of(Problem.NO_SUCH_TENANT);
    }
  }

  /// The oldest event that is kept. @throws Refusal when some behind `after` are gone, or the log
  /// doesn't reach that far any more; whoever has had none, 0, takes what there is
  private long kept(String tenant, long after) {
    long oldest = log.oldest(tenant);
    if (after > 0 && after < oldest - 1) {
      throw Refusal.of(
              Problem.EVENTS_GONE, "the oldest event that is kept has the number " + oldest)
          .with("oldest", oldest);
    }
    refuseBeyond(after, log.newest(tenant), oldest);
    return oldest;
  }

  /// A cursor that the log has never given out is of an earlier life of it: what it numbers from
  /// now on up to there would never be seen.
  private static void refuseBeyond(long after, long newest, long oldest) {
    if (after > newest) {
      throw Refusal.of(
              Problem.EVENTS_GONE,
              "the log was set back: it ends at %d. Begin again with after=0".formatted(newest))
          .with("oldest", oldest);
    }
  }

  private void stream(Context request) {
    var owner = tenancy.tenant(request);
    var tenant = owner.id();
    var filter = Query.types(request);
    long after = start(request, () -> log.newest(tenant));
    kept(tenant, after);
    try (var follower = log.follow(tenant, filter)) {
      var key = Guard.pass(request).isValid();
      streams.run(
          request,
          new EventStreams.Listener(tenant, () -> key.getAsBoolean() && tenancy.stands(owner)),
          follower,
          after);
    }
  }

  /// The ids of this stream are places among the events of all tenants.
  private void streamAll(Context request) {
    long after = start(request, log::newestPlace);
    refuseBeyond(after, log.lastPlace(), log.oldestPlace());
    try (var follower = log.followAll()) {
      var key = Guard.pass(request).isValid();
      streams.run(request, new EventStreams.Listener("", key), follower, after);
    }
  }

  /// Where the stream begins: behind what the listener has had, else behind `after`, else now.
  private static long start(Context request, LongSupplier newest) {
    var last = request.header("Last-Event-ID");
    if (last != null && !last.isBlank()) {
      return Query.number("Last-Event-ID", last);
    }
    return Query.number(request, "after").orElseGet(newest::getAsLong);
  }

  int streams() {
    return streams.open();
  }

  /// Ends all streams.
  @Override
  public void close() {
    streams.close();
  }
}
