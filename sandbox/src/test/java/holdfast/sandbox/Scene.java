package holdfast.sandbox;

import holdfast.crypto.KeyPair;
import holdfast.proto.ClientPayload;
import holdfast.sandbox.phone.Phone;
import holdfast.sandbox.server.Network;
import holdfast.sandbox.world.Alarms;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Faults;
import holdfast.sandbox.world.Loop;
import holdfast.sandbox.world.Records;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/// A whole simulated network without sockets, threads or a real clock: what comes in is taken at
/// once, and time passes when the test says so.
public final class Scene {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private record Alarm(Instant at, Runnable task) {}

  private final List<Alarm> alarms = new ArrayList<>();
  private final Loop loop;
  private final Network network;
  private Instant now = NOON;

  public Scene() {
    this(Records.forgetful());
  }

  public Scene(Records records) {
    this.loop = new Loop(records, new PlayedAlarms());
    InstantSource clock = () -> now;
    this.network = new Network(new World(records, loop, clock, new Random(1)), 1);
    loop.drain();
  }

  private final class PlayedAlarms implements Alarms {
    @Override
    public void after(Duration delay, Runnable task) {
      alarms.add(new Alarm(now.plus(delay), task));
    }

    @Override
    public void close() {}
  }

  public Network network() {
    return network;
  }

  public World world() {
    return network.world();
  }

  /// Does something on the world's thread, which is this one, and what follows from it.
  public void run(Runnable task) {
    loop.execute(task);
    loop.drain();
  }

  /// Lets time pass, and what was due in it happen.
  public void pass(Duration time) {
    now = now.plus(time);
    var due = alarms.stream().filter(alarm -> !alarm.at().isAfter(now)).toList();
    alarms.removeAll(due);
    due.forEach(alarm -> alarm.task().run());
    loop.drain();
  }

  public Phone phone(String number) {
    run(
        () -> {
          if (network.phones().find(number).isEmpty()) {
            network.phones().make(number, "Push " + number);
          }
        });
    return network.phones().find(number).orElseThrow();
  }

  /// A companion as if it had been linked: with a Noise key, with keys for others.
  public Device companion(String number) {
    var account = phone(number).account();
    var random = new Random(number.hashCode() + account.devices().size());
    var identity = KeyPair.generate(random);
    var signed = holdfast.signal.SignedPreKey.generate(1, identity, random);
    var noise = KeyPair.generate(random);
    run(
        () ->
            account.addDevice(
                account.freeNumber(),
                new Device.Bond(account.nextKeyIndex(), noise.publicKey(), new byte[] {1}),
                new Device.Keys(
                    7, identity.publicKey(), 1, signed.pair().publicKey(), signed.signature())));
    return account.devices().stream().reduce((_, last) -> last).orElseThrow();
  }

  /// Does a fault to a device at once; whether it could be done.
  public boolean fault(String fault, Device device, Map<String, Object> settings) {
    var done = new AtomicBoolean();
    run(
        () ->
            done.set(
                network
                    .mischief()
                    .act(
                        new Faults.Fault(0, fault, Optional.of(device.key()), 1, settings),
                        device)));
    return done.get();
  }

  /// Lets a fault wait for its occasion.
  public void wait(String fault, Device device, int count, Map<String, Object> settings) {
    world().faults().give(fault, Optional.of(device.key()), count, settings);
  }

  /// The names of the faults that have happened.
  public List<String> happened() {
    return world().faults().log().after(0, 1000).stream().map(entry -> entry.fault()).toList();
  }

  /// A login of this companion over a new socket.
  public FakeWire login(Device device, boolean passive) {
    return login(device, device.bond().noiseKey(), passive);
  }

  public FakeWire login(Device device, byte[] noiseKey, boolean passive) {
    return login(device, noiseKey, payload(device).setPassive(passive).build());
  }

  public static ClientPayload.Builder payload(Device device) {
    return ClientPayload.newBuilder()
        .setUsername(Long.parseLong(device.account().phone()))
        .setDevice(device.number());
  }

  public FakeWire login(Device device, byte[] noiseKey, ClientPayload says) {
    var wire = new FakeWire(this);
    var payload = says.toByteArray();
    run(
        () -> {
          network.accepted();
          network.opened(wire, noiseKey, payload);
        });
    return wire;
  }

  /// An iq answered: the element under `result`.
  public Element ask(FakeWire wire, Element iq) {
    wire.says(iq.with("id", "q" + wire.heard().size()).with("to", holdfast.stanza.Jid.SERVER));
    return wire.take("iq");
  }
}
