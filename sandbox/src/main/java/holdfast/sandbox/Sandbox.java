package holdfast.sandbox;

import holdfast.sandbox.control.ControlApi;
import holdfast.sandbox.control.FaultDesk;
import holdfast.sandbox.control.Operations;
import holdfast.sandbox.control.SocketsView;
import holdfast.sandbox.media.Authority;
import holdfast.sandbox.media.MediaHost;
import holdfast.sandbox.phone.Note;
import holdfast.sandbox.server.Listener;
import holdfast.sandbox.server.Network;
import holdfast.sandbox.world.Alarms;
import holdfast.sandbox.world.FaultLog;
import holdfast.sandbox.world.Faults.Fault;
import holdfast.sandbox.world.GroupCiphertext;
import holdfast.sandbox.world.Loop;
import holdfast.sandbox.world.Records;
import holdfast.sandbox.world.Violations.Violation;
import holdfast.sandbox.world.World;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A whole WhatsApp on loopback, in this process. What can't be done is a
/// [holdfast.sandbox.world.Refused].
public final class Sandbox implements AutoCloseable {
  /// The sandbox can't start; the message says why in one line.
  public static final class NotStarted extends Exception {
    NotStarted(String reason) {
      super(reason);
    }
  }

  private static final String FIRST_PHONE = "15550109001";
  private static final String ECHO_PHONE = "15550109002";

  private final Records records;
  private final Loop loop;
  private final Network network;
  private final Listener listener;
  private final Operations operations;
  private final FaultDesk faults;
  private int port;
  private int securePort;
  private Path caFile = Path.of("ca.pem");

  private Sandbox(Records records, double timeScale) {
    this.records = records;
    this.loop = new Loop(records, Alarms.byTheClock());
    var world = new World(records, loop, InstantSource.system(), new SecureRandom());
    this.network = new Network(world, timeScale);
    this.listener = new Listener(network);
    this.operations = new Operations(network);
    this.faults = new FaultDesk(network);
  }

  public static Sandbox start(SandboxSettings settings) throws NotStarted {
    var sandbox = new Sandbox(records(settings), settings.timeScale());
    try {
      sandbox.open(settings);
      return sandbox;
    } catch (IOException e) {
      sandbox.close();
      throw new NotStarted(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      sandbox.close();
      throw e;
    }
  }

  private static Records records(SandboxSettings settings) throws NotStarted {
    if (settings.folder().isEmpty()) {
      return Records.forgetful();
    }
    try {
      return SqliteRecords.open(settings.folder().get(), settings.fresh());
    } catch (SqliteRecords.Unusable e) {
      throw new NotStarted(String.valueOf(e.getMessage()));
    }
  }

  private void open(SandboxSettings settings) throws IOException {
    loop.start();
    if (operations.phones().isEmpty()) {
      operations.makePhone(FIRST_PHONE, "Ann");
      operations.makePhone(ECHO_PHONE, "Echo");
      operations.setEchoes(ECHO_PHONE, true);
    }
    var api = new ControlApi(operations, faults, this::about);
    port = listener.open(settings.port(), Optional.empty(), api);
    openSecure(settings);
  }

  /// `https` for media and `wss`, on the next port (or on any, when the first was any).
  private void openSecure(SandboxSettings settings) throws IOException {
    var authority = loop.submit(() -> Authority.of(records, Instant.now())).join();
    var folder =
        settings.folder().isPresent()
            ? settings.folder().get()
            : Files.createTempDirectory("holdfast-sandbox");
    caFile = folder.resolve("ca.pem").toAbsolutePath();
    Files.writeString(caFile, authority.authorityPem());
    int next = settings.port() == 0 ? 0 : settings.port() + 1;
    var host = new MediaHost(network.world());
    var tls =
        new Listener.Tls(authority.certificatePem() + authority.authorityPem(), authority.keyPem());
    securePort = listener.open(next, Optional.of(tls), host);
    loop.submit(
            () -> {
              network.world().setMediaHost(mediaHost());
              return true;
            })
        .join();
  }

  /// What `GET /sandbox` says.
  private Map<String, String> about() {
    var about = new LinkedHashMap<String, String>();
    about.put("wsUrl", wsUrl().toString());
    about.put("wssUrl", wssUrl().toString());
    about.put("noiseRoot", HexFormat.of().formatHex(noiseRoot()));
    about.put("caFile", caFile.toString());
    about.put("mediaHost", mediaHost());
    return about;
  }

  public int port() {
    return port;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public URI wsUrl() {
    return URI.create("ws://127.0.0.1:" + port + "/ws/chat");
  }

  public URI wssUrl() {
    return URI.create("wss://127.0.0.1:" + securePort + "/ws/chat");
  }

  /// `host:port`, over `https`.
  public String mediaHost() {
    return "127.0.0.1:" + securePort;
  }

  /// The certificate authority over `wss` and the media host, in PEM.
  public Path caFile() {
    return caFile;
  }

  /// 32 bytes: the root that the server's Noise certificates hang from.
  public byte[] noiseRoot() {
    return network.world().roots().root().publicKey();
  }

  // ---- phones

  /// `pushName` is also given to a phone that is there already.
  public void makePhone(String number, String pushName) {
    operations.makePhone(number, pushName);
  }

  public void setEchoes(String number, boolean echoes) {
    operations.setEchoes(number, echoes);
  }

  public Operations.PhoneView phone(String number) {
    return operations.phoneView(number);
  }

  /// Gives the number of the new companion, once it has signed.
  public int scan(String number, String qr) {
    return operations.scan(number, qr);
  }

  /// Gives the number of the new companion, once it has signed.
  public int enterCode(String number, String code) {
    return operations.enterCode(number, code);
  }

  public void unlink(String number, int device) {
    operations.unlink(number, device);
  }

  /// How many stanzas wait for a companion's answer: delivered to it, or kept while it is away.
  public int unanswered(String number, int device) {
    return operations.unanswered(number, device);
  }

  /// `to`: a phone number, or a JID of a person or a group. Gives the message's id.
  public String sendFromPhone(String number, String to, String text) {
    return operations.sendFromPhone(number, to, text);
  }

  public List<Note> phoneMessages(String number) {
    return operations.phoneMessages(number);
  }

  // ---- groups

  /// Made by the first member; gives the group with its JID.
  public Operations.GroupView makeGroup(String subject, List<String> members) {
    return operations.makeGroup(subject, members);
  }

  public Operations.GroupView changeGroup(String id, List<String> add, List<String> remove) {
    return operations.changeGroup(id, add, remove);
  }

  /// The newest message of a group (its JID) as the server saw it.
  public GroupCiphertext lastGroupCiphertext(String group) {
    return operations.lastGroupCiphertext(group);
  }

  /// Whether a phone that is handed those bytes can read them.
  public boolean phoneReads(String number, GroupCiphertext message) {
    return operations.phoneReads(number, message);
  }

  // ---- what only a server can see, and can do

  public SocketsView sockets() {
    return operations.sockets();
  }

  /// `device`: `phone:device`; empty for all.
  public List<Violation> violations(Optional<String> device) {
    return operations.violations(device);
  }

  /// The faults and their settings: `docs/sandbox.md`.
  public Fault fault(
      String fault, Optional<String> device, int count, Map<String, Object> settings) {
    return faults.give(fault, device, count, settings);
  }

  public List<Fault> faults() {
    return faults.list();
  }

  /// What has happened of them, behind a sequence number, oldest first.
  public List<FaultLog.Entry> faultLog(long after) {
    return faults.log(after, Integer.MAX_VALUE);
  }

  public void clearFaults() {
    faults.clear();
  }

  /// Ends every connection and keeps the world.
  @Override
  public void close() {
    listener.shut();
    loop.close();
    listener.close();
    records.close();
  }

  /// The folder in which a sandbox keeps its world when nobody says another.
  public static Path defaultFolder() {
    return Path.of("data-sandbox", "sandbox");
  }
}
