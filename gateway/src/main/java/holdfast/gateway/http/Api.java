package holdfast.gateway.http;

import holdfast.gateway.moving.Moving;
import holdfast.gateway.session.Sessions;
import holdfast.gateway.store.Database;
import holdfast.gateway.tenant.TenantConfig;
import holdfast.gateway.webhook.Couriers;
import holdfast.gateway.webhook.Targets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The whole API over the parts it needs.
public final class Api implements AutoCloseable {
  /// What the API stands on. `standard`: the rules of tenants that have none of their own; `ready`:
  /// whether the gateway can be used; `metrics`: all of them, as they stand now.
  public record Parts(
      Database database,
      Sessions sessions,
      Couriers couriers,
      Targets targets,
      TenantConfig.Rules standard,
      Optional<String> adminKey,
      BooleanSupplier ready,
      Supplier<String> metrics,
      InstantSource clock) {
    @Override
    public String toString() {
      return "Parts[…]";
    }
  }

  private final List<Route> routes;
  private final EventRoutes events;
  private final Guard guard;

  public Api(Parts parts) {
    var database = parts.database();
    var clock = parts.clock();
    var tenancy = new Tenancy(database.tenants(), parts.sessions());
    var webhooks = new WebhookRoutes(tenancy, database, parts.couriers(), parts.targets(), clock);
    this.events = new EventRoutes(tenancy, database.events());
    this.guard = new Guard(database.apiKeys(), parts.adminKey());
    var ours =
        Stream.of(
                new TenantRoutes(tenancy, database, webhooks, parts.standard(), clock).routes(),
                new LifeRoutes(tenancy, clock, database.sessions()).routes(),
                new DiagnosticsRoutes(tenancy, database.tenants(), new Insight(database), clock)
                    .routes(),
                new LinkRoutes(tenancy).routes(),
                new MovingRoutes(
                        tenancy, new Moving(database.tenants(), database.sessions(), clock))
                    .routes(),
                new MessageRoutes(tenancy, database.sessions(), database.sentMessages()).routes(),
                new BatchRoutes(tenancy).routes(),
                events.routes(),
                webhooks.routes(),
                new DeliveryRoutes(webhooks, database, parts.couriers(), clock).routes(),
                new KeyRoutes(database.apiKeys(), database.tenants(), clock).routes(),
                new OperationRoutes(parts.ready(), parts.metrics()).routes(),
                new DocsRoutes().routes(),
                new ConsoleRoutes().routes())
            .flatMap(List::stream)
            .toList();
    this.routes =
        Stream.of(
                ours,
                new SystemT(tenancy, ours, clock).routes(),
                new SystemC(tenancy, ours, clock).routes())
            .flatMap(List::stream)
            .toList();
  }

  List<Route> routes() {
    return routes;
  }

  public HttpServer listen(String bind, int port) {
    return listen(bind, port, Idle.STANDARD);
  }

  HttpServer listen(String bind, int port, Duration idle) {
    return new HttpServer(bind, port, guard, routes, idle);
  }

  /// How many streams are open.
  int streams() {
    return events.streams();
  }

  /// Ends what would never end by itself.
  @Override
  public void close() {
    events.close();
  }
}
