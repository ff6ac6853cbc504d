package holdfast.gateway.session;

import holdfast.client.ClockAlarms;
import holdfast.client.Ports;
import holdfast.client.Proxy;
import holdfast.client.SessionLoop;
import holdfast.client.Store;
import holdfast.client.netty.Endpoint;
import holdfast.client.netty.Limits;
import holdfast.client.netty.NettyTransport;
import holdfast.gateway.tenant.TenantConfig.Rules;
import holdfast.message.Pacing;
import holdfast.pairing.Device;
import holdfast.session.Policy;
import holdfast.session.Settings;
import holdfast.session.Times;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// What the sessions of this process share: the network, the clock, the store, and who they claim
/// to be.
public final class Loops implements LocalSessions.Opener, AutoCloseable {
  private final NettyTransport transport;
  private final Patience patience;
  private final Function<String, Optional<Proxy>> proxies;
  private final ClockAlarms alarms;
  private final ExecutorService mailboxes = Executors.newVirtualThreadPerTaskExecutor();
  private final Ports ports;
  private final RetryTurns turns;
  private final Neighbours neighbours;
  private final WebRevision revision;
  private final String deviceName;
  private volatile Consumer<SessionLoop> witness = _ -> {};

  /// The way to WhatsApp. `proxies`: a tenant's own proxy, asked for at each connection. `retries`:
  /// how many attempts that no server has answered are made anew in a second, by all sessions.
  public record Network(
      Endpoint whatsapp,
      Patience patience,
      Function<String, Optional<Proxy>> proxies,
      double retries) {}

  /// R20. `tcp`: for the answer to a connect; `query`: for that to a question.
  public record Patience(Duration tcp, Duration query, Times times) {}

  public Loops(
      Network network, Store store, WebRevision revision, String deviceName, InstantSource clock) {
    var random = new SecureRandom();
    this.transport =
        new NettyTransport(
            network.whatsapp(), clock, random, Limits.ofTcp(network.patience().tcp()));
    this.patience = network.patience();
    this.proxies = network.proxies();
    this.alarms = new ClockAlarms(clock);
    this.ports = new Ports(transport, alarms, store, mailboxes, clock, random);
    this.turns = new RetryTurns(network.retries(), clock);
    this.neighbours = new Neighbours(alarms, clock);
    this.revision = revision;
    this.deviceName = deviceName;
  }

  /// `witness` is shown every loop before anything happens in it.
  public void show(Consumer<SessionLoop> next) {
    witness = next;
  }

  @Override
  public TenantSession open(String tenant, long epoch, Rules rules) {
    return new LoopSession(rules, current -> loop(tenant, epoch, current));
  }

  private SessionLoop loop(String tenant, long epoch, Supplier<Rules> rules) {
    var own = ports.with(transport.through(() -> proxies.apply(tenant)));
    var seat = turns.seat();
    var loop = new SessionLoop(tenant, epoch, own, () -> settings(rules.get(), seat));
    loop.onRevisionRefused(() -> mailboxes.execute(revision::refresh));
    loop.watch(neighbours.join(seat, loop::networkIsBack));
    witness.accept(loop);
    return loop;
  }

  private Settings settings(Rules rules, RetryTurns.Seat seat) {
    return new Settings(
        new Device(deviceName, revision.current()),
        new Policy(rules.managed(), rules.maxDelay(), rules.conflictMax(), rules.coolDown())
            .with(patience.times())
            .with(seat),
        new Pacing(
            rules.perMinute() == 0 ? OptionalInt.empty() : OptionalInt.of(rules.perMinute()),
            rules.window()),
        Settings.FIRST_PREKEYS,
        patience.query());
  }

  /// Closes every socket. A session that goes on opens its next one only after a commit, so while
  /// the store refuses to write none comes back.
  public void cut() {
    transport.cut();
  }

  @Override
  public void close() {
    alarms.close();
    mailboxes.shutdownNow();
    transport.close();
  }
}
