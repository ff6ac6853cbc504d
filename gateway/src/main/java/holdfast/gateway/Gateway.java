package holdfast.gateway;

import holdfast.client.netty.Endpoint;
import holdfast.gateway.http.Api;
import holdfast.gateway.http.Guard;
import holdfast.gateway.http.HttpServer;
import holdfast.gateway.session.LocalSessions;
import holdfast.gateway.session.Loops;
import holdfast.gateway.session.WebRevision;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.telemetry.Metrics;
import holdfast.gateway.tenant.TenantConfig;
import holdfast.gateway.webhook.Couriers;
import holdfast.gateway.webhook.Targets;
import holdfast.session.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A whole gateway in this process: put together in the order in which its parts need each other,
/// taken apart in the opposite one.
public final class Gateway implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);
  private static final Duration TRIMMING = Duration.ofMinutes(10);

  private final InstantSource clock = InstantSource.system();
  private final Deque<Runnable> endings = new ArrayDeque<>();
  private final ScheduledExecutorService chores =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("chores").factory());
  private final Settings settings;
  private final Runnable evicted;
  private volatile boolean ready;
  private Optional<String> madeAdminKey = Optional.empty();
  private HttpServer server;

  /// Returns once it listens. @throws holdfast.gateway.store.StoreRefused or
  /// [HttpServer.PortTaken] when it can't
  public static Gateway start(Settings settings) {
    return start(settings, () -> {});
  }

  /// `evicted`: what to do when another gateway has taken the database over. Every socket is closed
  /// by then, and nothing can be written.
  public static Gateway start(Settings settings, Runnable evicted) {
    Targets.prepare();
    return new Gateway(settings, evicted);
  }

  private Gateway(Settings settings, Runnable evicted) {
    this.settings = settings;
    this.evicted = evicted;
    try {
      this.server = assemble();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private HttpServer assemble() {
    var folder = owned(DataFolder.open(settings.keep().data()), DataFolder::close);
    var keep = settings.keep();
    var database = owned(Database.open(folder, keep.database(), keep.masterKey()), Database::close);
    database.facts().refuseUnlessSettled();
    pinRoot(database, folder);
    var revision = revision(database);
    var metrics = owned(new Metrics(clock), Metrics::close);
    var loops = owned(loops(database, revision, metrics), Loops::close);
    loops.show(metrics::watch);
    database.onRival(
        loops::cut,
        () -> {
          loops.cut();
          evicted.run();
        });
    var sessions =
        owned(
            new LocalSessions(database.tenants(), shown(loops), standard()), LocalSessions::close);
    var targets = new Targets(settings.care().privateTargets());
    var couriers = owned(new Couriers(database, targets, clock), Couriers::close);
    var api =
        new Api(
            new Api.Parts(
                database,
                sessions,
                couriers,
                targets,
                standard(),
                settings.keep().adminKey(),
                () -> ready && database.isWritable(),
                () -> metrics.scrape(each -> eachStatus(sessions, each), database),
                clock));
    makeAdminKey(database);
    couriers.start();
    var listening =
        owned(api.listen(settings.listen().bind(), settings.listen().port()), HttpServer::close);
    owned(api, Api::close);
    begin(database, revision, sessions);
    ready = true;
    return listening;
  }

  private <T> T owned(T part, Consumer<T> end) {
    endings.push(() -> end.accept(part));
    return part;
  }

  private void pinRoot(Database database, DataFolder folder) {
    database
        .facts()
        .pin(
            "noise_root",
            HexFormat.of().formatHex(settings.whatsapp().root()),
            "what the store in "
                + folder
                + " holds was linked under another Noise root: choose another data folder");
  }

  private WebRevision revision(Database database) {
    var facts = database.facts();
    return settings
        .whatsapp()
        .revision()
        .map(fixed -> WebRevision.fixed(facts, fixed))
        .orElseGet(() -> WebRevision.newest(facts, settings.whatsapp().isReal()));
  }

  private Loops loops(Database database, WebRevision revision, Metrics metrics) {
    var whatsapp = settings.whatsapp();
    var endpoint = new Endpoint(whatsapp.url(), whatsapp.root(), whatsapp.trust());
    var network =
        new Loops.Network(
            endpoint, settings.patience(), database.proxies()::find, settings.care().restoreRate());
    var store = metrics.timed(database.sessions());
    return new Loops(network, store, revision, whatsapp.deviceName(), clock);
  }

  private static void eachStatus(LocalSessions sessions, Consumer<Status> each) {
    sessions.forEach((_, session) -> each.accept(session.status()));
  }

  /// Sessions whose QRs are drawn in the terminal, when that is asked for.
  private LocalSessions.Opener shown(LocalSessions.Opener opener) {
    if (!settings.log().printQr()) {
      return opener;
    }
    return (tenant, epoch, rules) -> {
      var session = opener.open(tenant, epoch, rules);
      session.addListener(new TerminalQr(tenant, System.out));
      return session;
    };
  }

  private TenantConfig.Rules standard() {
    var care = settings.care();
    return new TenantConfig.Rules(
        care.managed(),
        care.maxDelay(),
        care.conflictMax(),
        care.perMinute(),
        care.window(),
        care.coolDown());
  }

  /// At the very first start somebody must be able to get in.
  private void makeAdminKey(Database database) {
    if (settings.keep().adminKey().isEmpty() && database.apiKeys().all().isEmpty()) {
      var made =
          Guard.make(database.apiKeys(), "admin", Optional.empty(), "first start", clock.instant());
      madeAdminKey = Optional.of(made.text());
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // chores tell their failures themselves
  private void begin(Database database, WebRevision revision, LocalSessions sessions) {
    Thread.ofVirtual()
        .name("restore")
        .start(
            () -> {
              revision.refresh(); // before the first login claims to be an old one
              sessions.restore(settings.care().restoreRate());
            });
    chores.scheduleWithFixedDelay(
        () -> chore("purge", () -> purge(database)),
        HOUSEKEEPING.toSeconds(),
        HOUSEKEEPING.toSeconds(),
        TimeUnit.SECONDS);
    chores.scheduleWithFixedDelay(
        () -> chore("timeline", () -> database.timeline().trim(settings.log().timeline())),
        TRIMMING.toMinutes(),
        TRIMMING.toMinutes(),
        TimeUnit.MINUTES);
    chores.scheduleWithFixedDelay(
        () -> chore("revision", revision::refresh),
        WebRevision.PERIOD.toSeconds(),
        WebRevision.PERIOD.toSeconds(),
        TimeUnit.SECONDS);
  }

  private void purge(Database database) {
    while (ready && database.purge(clock.instant())) {
      Thread.onSpinWait(); // others commit in between
    }
    while (ready && database.retention().trim(settings.keep().rules(), clock.instant())) {
      Thread.onSpinWait();
    }
  }

  /// One that fails is told, and holds up nothing else.
  private static void chore(String name, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.warn("the chore {} failed: {}", name, e.toString());
    }
  }

  public String url() {
    return server.url();
  }

  /// The key that was made at the very first start, to be shown once.
  public Optional<String> madeAdminKey() {
    return madeAdminKey;
  }

  @Override
  public void close() {
    ready = false;
    chores.shutdownNow();
    while (!endings.isEmpty()) {
      chore("ending", endings.pop());
    }
  }
}
