package holdfast.sandbox.server;

import holdfast.crypto.BadKey;
import holdfast.crypto.Digests;
import holdfast.proto.ClientPayload.DevicePairingRegistrationData;
import holdfast.sandbox.phone.Adv;
import holdfast.sandbox.phone.LinkCode;
import holdfast.sandbox.phone.Phone;
import holdfast.sandbox.phone.QrText;
import holdfast.sandbox.world.BigEndian;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Refused;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The act that makes a link, by QR or by code: the server's part (protocol page 03 § 2 and 3).
public final class Pairing {
  private static final int REFS = 6;
  private static final Duration SIGNATURE = Duration.ofSeconds(30);
  private static final Duration HELLO = Duration.ofSeconds(3);

  /// What a waiting companion has published, for the phone to type its code against.
  public record Waiting(Connection connection, byte[] wrapped) {}

  /// Somebody has typed a code for this phone before its companion was heard of.
  private record Awaited(String number, CompletableFuture<Waiting> found) {}

  private final World world;
  private final double timeScale;
  private final Consumer<Device> linked;
  private final Set<Connection> open = new LinkedHashSet<>();
  private final List<Awaited> awaited = new ArrayList<>();

  Pairing(World world, double timeScale, Consumer<Device> linked) {
    this.world = world;
    this.timeScale = timeScale;
    this.linked = linked;
  }

  static Element iq(String id) {
    return Element.of("iq")
        .with("from", Jid.SERVER)
        .with("type", "set")
        .with("id", id)
        .with("xmlns", "md");
  }

  // ---- the connection's life

  void opened(Connection connection, DevicePairingRegistrationData keys) {
    var refs = new ArrayList<String>();
    for (int i = 0; i < REFS; i++) {
      refs.add(newRef());
    }
    var registration = new Registration(keys, refs, world.nowMillis(), timeScale);
    connection.setRegistration(registration);
    open.add(connection);
    connection.send(registration.offer(world.nextId()));
    world.loop().after(registration.lifetime(), () -> expired(connection));
  }

  private String newRef() {
    var bytes = new byte[48];
    world.random().nextBytes(bytes);
    return "2@" + Base64.getEncoder().encodeToString(bytes);
  }

  private void expired(Connection connection) {
    boolean idle = connection.registration().filter(r -> r.accepted().isEmpty()).isPresent();
    if (open.contains(connection) && idle) {
      open.remove(connection);
      connection.close();
    }
  }

  void closed(Connection connection) {
    open.remove(connection);
    connection
        .registration()
        .ifPresent(
            registration -> {
              var gone = new Refused(409, "companion_gone", "", "The companion went away.");
              registration.accepted().ifPresent(it -> fail(it.linked(), gone));
              registration.entry().ifPresent(it -> fail(it.linked(), gone));
            });
  }

  // ---- the phone

  /// A phone scans a code. The number of the new device once it has signed, else [Refused].
  public CompletableFuture<Integer> scan(Phone phone, QrText qr) {
    var connection =
        open.stream()
            .filter(it -> registration(it).offers(qr.ref(), world.nowMillis()))
            .findFirst()
            .orElseThrow(
                () -> new Refused(404, "unknown_ref", "qr", "The code is unknown or expired."));
    boolean genuine =
        connection.noiseKey().equals(HexFormat.of().formatHex(qr.noiseKey()))
            && Digests.equal(qr.identity(), registration(connection).identity());
    if (!genuine) {
      throw new Refused(422, "foreign_keys", "qr", "The keys aren't those of the companion.");
    }
    refuseSecond(connection);
    return accept(connection, phone, qr.advSecret(), new CompletableFuture<>());
  }

  /// The companion that waits for this phone's code: the newest, when there are several. One that
  /// shows its code before the server knows of it is waited for a little.
  public CompletableFuture<Waiting> waiting(String number) {
    var found = new CompletableFuture<Waiting>();
    var now = helloOf(number);
    if (now.isPresent()) {
      world.loop().act(() -> found.complete(now.get()));
      return found;
    }
    awaited.add(new Awaited(number, found));
    world
        .loop()
        .after(
            HELLO,
            () -> {
              awaited.removeIf(it -> it.found() == found);
              fail(found, unknownCode());
            });
    return found;
  }

  private static Refused unknownCode() {
    return new Refused(404, "unknown_code", "code", "No companion waits for a code of this phone.");
  }

  private Optional<Waiting> helloOf(String number) {
    return List.copyOf(open).reversed().stream()
        .flatMap(
            it ->
                registration(it).hello().stream()
                    .filter(hello -> hello.phone().equals(number))
                    .map(hello -> new Waiting(it, hello.wrapped())))
        .findFirst();
  }

  private void greeted(String number) {
    var waiting = helloOf(number).orElseThrow();
    awaited.stream()
        .filter(it -> it.number().equals(number))
        .forEach(it -> world.loop().act(() -> it.found().complete(waiting)));
    awaited.removeIf(it -> it.number().equals(number));
  }

  /// The code has been typed: tells the companion, which answers with its bundle.
  public CompletableFuture<Integer> typed(Waiting waiting, Phone phone, LinkCode.Typed typed) {
    var connection = waiting.connection();
    if (!open.contains(connection)) {
      throw unknownCode();
    }
    refuseSecond(connection);
    var hello = registration(connection).hello().orElseThrow();
    var linked = new CompletableFuture<Integer>();
    registration(connection).setEntry(Optional.of(new CodeEntry(phone, typed, linked)));
    connection.send(
        world
            .notification(Jid.SERVER, "link_code_companion_reg")
            .containing(
                Element.of("link_code_companion_reg")
                    .with("stage", "primary_hello")
                    .containing(
                        Element.of("link_code_pairing_wrapped_primary_ephemeral_pub")
                            .containing(typed.wrapped()),
                        Element.of("primary_identity_pub").containing(phone.identity().publicKey()),
                        Element.of("link_code_pairing_ref").containing(hello.ref()))));
    deadline(linked);
    return linked;
  }

  private static void refuseSecond(Connection connection) {
    if (registration(connection).accepted().isPresent()) {
      throw new Refused(409, "already_accepted", "", "A phone has accepted this companion.");
    }
  }

  private CompletableFuture<Integer> accept(
      Connection connection, Phone phone, byte[] advSecret, CompletableFuture<Integer> linked) {
    var account = phone.account();
    int number = account.freeNumber();
    int keyIndex = account.nextKeyIndex();
    var companion =
        new Adv.Companion(
            registration(connection).identity(), account.rawId(), keyIndex, world.now());
    var accepted = Adv.accept(phone.identity(), companion, advSecret, world.random());
    var id = world.nextId();
    registration(connection)
        .setAccepted(
            new Registration.Accepted(
                id, number, keyIndex, account.phoneJid(), accepted.signed(), linked));
    connection.send(
        iq(id)
            .with("t", world.now())
            .containing(
                Element.of("pair-success")
                    .containing(
                        Element.of("device-identity").containing(accepted.container()),
                        Element.of("device")
                            .with("jid", account.phoneJid().withDevice(number))
                            .with("lid", account.lidJid().withDevice(number)),
                        Element.of("platform").with("name", "android"))));
    deadline(linked);
    return linked;
  }

  private void deadline(CompletableFuture<Integer> linked) {
    var silent = new Refused(504, "companion_silent", "", "The companion doesn't answer.");
    world.loop().after(SIGNATURE, () -> fail(linked, silent));
  }

  // ---- the companion

  /// An answer to one of the server's iqs.
  void answered(Connection connection, Element iq) {
    connection
        .registration()
        .flatMap(Registration::accepted)
        .filter(accepted -> accepted.iqId().equals(iq.attribute("id").orElse("")))
        .ifPresent(accepted -> signed(connection, accepted, iq));
  }

  private void signed(Connection connection, Registration.Accepted accepted, Element iq) {
    var identity = iq.child("pair-device-sign").flatMap(sign -> sign.child("device-identity"));
    var whole =
        identity.flatMap(
            it ->
                Adv.countersigned(
                    accepted.signed(), it.bytes(), registration(connection).identity()));
    boolean indexed =
        identity
            .flatMap(it -> it.number("key-index"))
            .filter(index -> index == accepted.keyIndex())
            .isPresent();
    if (whole.isEmpty() || !indexed) {
      fail(
          accepted.linked(),
          new Refused(422, "companion_refused", "", "The companion hasn't signed: " + said(iq)));
      connection.end(StreamEnd.code(401));
      return;
    }
    var account = world.account(accepted.account()).orElseThrow();
    var bond =
        new Device.Bond(
            accepted.keyIndex(), HexFormat.of().parseHex(connection.noiseKey()), whole.get());
    var device =
        account.addDevice(accepted.deviceNumber(), bond, keys(registration(connection).keys()));
    open.remove(connection);
    linked.accept(device);
    connection.end(StreamEnd.code(515));
    world.loop().act(() -> accepted.linked().complete(device.number()));
  }

  private static String said(Element iq) {
    return iq.child("error").flatMap(error -> error.attribute("text")).orElse("no signature");
  }

  private static Device.Keys keys(DevicePairingRegistrationData data) {
    return new Device.Keys(
        BigEndian.number(data.getERegid().toByteArray()),
        data.getEIdent().toByteArray(),
        (int) BigEndian.number(data.getESkeyId().toByteArray()),
        data.getESkeyVal().toByteArray(),
        data.getESkeySig().toByteArray());
  }

  /// An iq of a companion about its pairing code; gives what the result holds.
  List<Element> linkCode(Connection connection, Element request) {
    return switch (request.attribute("stage").orElse("")) {
      case "companion_hello" -> hello(registration(connection), request);
      case "companion_finish" -> {
        registration(connection).entry().ifPresent(entry -> finish(connection, entry, request));
        yield List.of();
      }
      default -> List.of();
    };
  }

  private List<Element> hello(Registration registration, Element request) {
    var ref = newRef().getBytes(StandardCharsets.UTF_8);
    var number = request.requireJid("jid").user();
    registration.setHello(
        new Registration.Hello(
            number,
            request.requireChild("link_code_pairing_wrapped_companion_ephemeral_pub").bytes(80),
            ref,
            request.requireChild("companion_platform_display").text()));
    greeted(number);
    return List.of(
        Element.of("link_code_companion_reg")
            .with("stage", "companion_hello")
            .containing(Element.of("link_code_pairing_ref").containing(ref)));
  }

  private void finish(Connection connection, CodeEntry entry, Element request) {
    var registration = registration(connection);
    registration.setEntry(Optional.empty());
    var bundle = request.requireChild("link_code_pairing_wrapped_key_bundle").bytes();
    var claimed = request.requireChild("companion_identity_public").bytes(32);
    var opened = open(entry, claimed, bundle);
    if (opened.isEmpty() || !Digests.equal(claimed, registration.identity())) {
      fail(entry.linked(), new Refused(422, "wrong_code", "code", "The code is wrong."));
      return;
    }
    world
        .loop()
        .next(
            () -> {
              var _ = accept(connection, entry.phone(), opened.get().advSecret(), entry.linked());
            });
  }

  private static Optional<LinkCode.Opened> open(CodeEntry entry, byte[] claimed, byte[] bundle) {
    try {
      return LinkCode.open(entry.typed(), entry.phone().identity(), claimed, bundle);
    } catch (BadKey e) {
      return Optional.empty();
    }
  }

  private static Registration registration(Connection connection) {
    return connection.registration().orElseThrow();
  }

  private void fail(CompletableFuture<?> waiting, Refused reason) {
    world.loop().act(() -> waiting.completeExceptionally(reason));
  }
}
