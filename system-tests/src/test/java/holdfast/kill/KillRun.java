package holdfast.kill;

import static org.awaitility.Awaitility.await;

import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.sandbox.control.SocketsView;
import holdfast.system.BaileysPeer;
import holdfast.system.GatewayProcess;
import holdfast.system.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// A Baileys client writes to a tenant and the tenant to another one, both at full speed, and the
/// gateway is killed by SIGKILL at instants drawn from a seed (R22, R31, R36).
///
/// Two clients, since one that encrypts and decrypts for the same device at once spoils its own
/// ratchet: Baileys holds what a send has read until the send ends, and then writes it over what
/// was decrypted meanwhile.
///
/// A kill counts when the server says that it cut a conversation short: something was delivered to
/// the tenant and not answered when its socket ended.
final class KillRun implements AutoCloseable {
  private static final String OURS = "15550109001";
  private static final String WRITER = "15550100007";
  private static final String READER = "15550100008";
  private static final String DEVICE = OURS + ":1";
  private static final Duration BOUND = Duration.ofSeconds(90);

  /// How many texts pass between two kills: at least, and at most so many more.
  private static final int AT_LEAST = 5;

  private static final int AT_MOST_MORE = 200;

  /// What came of a run; without flaws the promise was kept.
  record Result(int kills, int counted, int toThem, int toUs, int askedAgain, List<String> flaws) {}

  private final Sandbox sandbox;
  private final BaileysPeer writer;
  private final BaileysPeer reader;
  private final Path folder;
  private final String[] flags;
  private volatile GatewayProcess gateway;

  /// `flags`: further ones for the gateway, such as where its database is.
  KillRun(Path folder, String... flags) throws Exception {
    this.folder = folder;
    this.flags = flags.clone();
    this.sandbox = Sandbox.start(SandboxSettings.inMemory());
    this.gateway = started();
    this.writer = BaileysPeer.launch(folder.resolve("writer"));
    this.reader = BaileysPeer.launch(folder.resolve("reader"));
    link();
    link(writer, WRITER);
    link(reader, READER);
    greet();
  }

  private GatewayProcess started() throws IOException, InterruptedException {
    return GatewayProcess.start(folder.resolve("data"), sandbox, flags);
  }

  private void link() {
    gateway.put(Conversation.TENANT, Map.of());
    gateway.post(Conversation.TENANT + "/start", Map.of("wait", "qr", "timeout", "PT20S"));
    sandbox.scan(OURS, gateway.get(Conversation.TENANT + "/qr").body().required("qr").asText());
    await()
        .atMost(BOUND)
        .until(
            () -> gateway.get(Conversation.TENANT + "/status").body().required("state").asText(),
            "connected"::equals);
  }

  private void link(BaileysPeer peer, String phone) {
    sandbox.makePhone(phone, "Theirs");
    peer.start(sandbox.wsUrl());
    sandbox.scan(phone, peer.awaitQr());
    peer.awaitOpen();
  }

  /// The first message to a client makes the ratchet; Baileys, given several at once, asks for some
  /// of them again.
  private void greet() {
    var hello = Map.of("to", "+" + READER, "type", "text", "text", "hello");
    gateway.post(Conversation.TENANT + "/messages", hello, "hello");
    reader.awaitText("hello");
  }

  Result run(int kills, long seed) throws Exception {
    var random = new Random(seed);
    var verdict = new Verdict();
    try (var talk = new Conversation(writer, reader, () -> gateway, OURS, READER)) {
      for (var i = 0; i < kills; i++) {
        int until = talk.arrived() + AT_LEAST + random.nextInt(AT_MOST_MORE);
        await("texts going on, " + i + " kills: " + talk)
            .atMost(BOUND)
            .pollInterval(Duration.ofMillis(1 + random.nextInt(20)))
            .until(() -> talk.arrived() >= until);
        gateway.kill();
        await().atMost(BOUND).until(() -> link(sandbox.sockets()).open() == 0);
        gateway = started();
      }
      talk.finishWriting();
      await("all texts there: " + talk).atMost(BOUND).until(talk::isAllThere);
      talk.last();
      await("the last word there: " + talk).atMost(BOUND).until(talk::isLastThere);
      return judged(verdict, talk, kills);
    }
  }

  private Result judged(Verdict verdict, Conversation talk, int kills) {
    var events = gateway.events("shop", 0);
    var late = verdict.late(events, Verdict.reused(sandbox.violations(Optional.of(WRITER + ":1"))));
    verdict.once("to us ", talk.toUs(), Verdict.texts(events), late);
    verdict.once("to them ", talk.toThem(), talk.atPeer(), Set.of());
    var violations = sandbox.violations(Optional.of(DEVICE));
    verdict.check(violations.isEmpty(), "seen by the server: " + violations);
    var link = link(sandbox.sockets());
    verdict.check(link.replacedLive() == 0, "a living socket was replaced");
    verdict.check(link.maxOpen() == 1, "two sockets at once");
    int counted = (int) link.cutShort();
    return new Result(kills, counted, talk.toThem(), talk.toUs(), late.size(), verdict.flaws());
  }

  private static SocketsView.Link link(SocketsView sockets) {
    return sockets.of(DEVICE).orElseThrow();
  }

  @Override
  public void close() {
    writer.close();
    reader.close();
    gateway.close();
    sandbox.close();
  }
}
