package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.gateway.moving.AuthFiles;
import holdfast.gateway.moving.Moving;
import holdfast.gateway.store.Backup;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.tenant.TenantConfig;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A link that Baileys made goes to Holdfast and back, and nobody it talks with notices.
@NeedsNode
class MovingLinksTest {
  private static final String OURS = "15550100011";
  private static final String THEIRS = "15550100012";
  private static final String SHOP = "/v1/tenants/shop";

  @TempDir private Path folder;
  private Sandbox sandbox;
  private BaileysPeer ours;
  private BaileysPeer theirs;
  private String group = "";

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    ours = linked("ours", OURS);
    theirs = linked("theirs", THEIRS);
    group = sandbox.makeGroup("Friends", List.of(OURS, THEIRS)).id();
    chat(0);
  }

  @AfterEach
  void stop() {
    ours.close();
    theirs.close();
    sandbox.close();
  }

  private BaileysPeer linked(String name, String number) {
    sandbox.makePhone(number, name);
    var peer = BaileysPeer.launch(folder.resolve(name));
    peer.start(sandbox.wsUrl());
    sandbox.scan(number, peer.awaitQr());
    peer.awaitOpen();
    return peer;
  }

  /// Between the two clients, to each other and in their group.
  private void chat(int round) {
    ours.send(THEIRS, "to them " + round);
    theirs.awaitText("to them " + round);
    theirs.send(OURS, "to us " + round);
    ours.awaitText("to us " + round);
    ours.send(group, "of us " + round);
    theirs.awaitText("of us " + round);
    theirs.send(group, "of them " + round);
    ours.awaitText("of them " + round);
  }

  /// The same with the gateway in the place of the first.
  private void chat(GatewayProcess gateway, int round) {
    say(gateway, THEIRS, "to them " + round);
    theirs.awaitText("to them " + round);
    say(gateway, group, "of us " + round);
    theirs.awaitText("of us " + round);
    theirs.send(OURS, "to us " + round);
    theirs.send(group, "of them " + round);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(gateway.texts("shop"))
                    .containsOnlyOnce("to us " + round)
                    .containsOnlyOnce("of them " + round));
  }

  private static void say(GatewayProcess gateway, String to, String text) {
    var answer = gateway.post(SHOP + "/messages", Map.of("to", to, "type", "text", "text", text));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
  }

  private static void connect(GatewayProcess gateway) {
    var answer = gateway.post(SHOP + "/start", Map.of("wait", "connected", "timeout", "PT40S"));
    assertThat(answer.body().path("state").asText()).isEqualTo("connected");
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Moving.Taken takeOver(AuthFiles files) {
    try (var held = DataFolder.open(data());
        var database = Database.open(held, Optional.empty())) {
      var now = InstantSource.system();
      database.tenants().create("shop", TenantConfig.NONE.json(), now.instant());
      var moving = new Moving(database.tenants(), database.sessions(), now);
      return moving.take("shop", moving.read(files), false);
    }
  }

  private void nobodyNoticed() {
    assertThat(theirs.holds("undecryptable", _ -> true)).isFalse();
    assertThat(sandbox.violations(Optional.of(OURS + ":1"))).isEmpty();
    assertThat(sandbox.sockets().links())
        .allSatisfy(link -> assertThat(link.replacedLive()).isZero());
  }

  @Test
  @DisplayName(
      "R26: a link that Baileys made connects without a QR, goes on in the same ratchets and group"
          + " keys, and Baileys goes on with it where Holdfast ended")
  void goesInAndOut() throws Exception {
    ours.end();
    theirs.send(OURS, "while nobody was there");
    assertThat(takeOver(AuthFiles.ofFolder(folder.resolve("ours"))).ratchets()).isPositive();

    try (var gateway = GatewayProcess.start(data(), sandbox)) {
      connect(gateway);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> gateway.texts("shop").contains("while nobody was there"));
      chat(gateway, 1);
      chat(gateway, 2);
      assertThat(undecryptable(gateway)).isZero();
      gateway.post(SHOP + "/stop", Map.of());
      gateway.terminate();
    }
    nobodyNoticed();

    theirs.send(OURS, "while it moved back");
    giveBack(folder.resolve("back"));
    ours.close();
    ours = BaileysPeer.launch(folder.resolve("back"));
    ours.start(sandbox.wsUrl());
    assertThat(ours.awaitOpen().device()).isEqualTo(OURS + ":1@s.whatsapp.net");
    ours.awaitText("while it moved back");
    chat(3);
    chat(4);
    nobodyNoticed();
    assertThat(ours.holds("undecryptable", _ -> true)).isFalse();
  }

  private static long undecryptable(GatewayProcess gateway) {
    return gateway.events("shop", 0).stream()
        .filter(event -> event.required("type").asText().equals("message.undecryptable"))
        .count();
  }

  private void giveBack(Path target) throws IOException {
    try (var held = DataFolder.open(data());
        var database = Database.open(held, Optional.empty())) {
      new Moving(database.tenants(), database.sessions(), InstantSource.system())
          .exportOf("shop")
          .writeTo(target);
    }
  }

  @Test
  @DisplayName(
      "R26: the same folder with names and bytes as version 6 wrote them is taken over as well")
  void takesTheOldForm() throws Exception {
    ours.end();
    takeOver(AuthFiles.ofFolder(aged(folder.resolve("ours"), folder.resolve("old"))));

    try (var gateway = GatewayProcess.start(data(), sandbox)) {
      connect(gateway);
      chat(gateway, 1);
      assertThat(undecryptable(gateway)).isZero();
    }
    nobodyNoticed();
  }

  /// Without the marks of LIDs in names and without what version 6 doesn't keep; bytes as lists of
  /// numbers.
  private static Path aged(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    var json = new JsonMapper();
    try (var files = Files.list(from)) {
      for (var file : files.toList()) {
        var name = String.valueOf(file.getFileName());
        if (name.matches("(lid-mapping|identity-key|device-list|tctoken)-.*")) {
          continue;
        }
        var target = to.resolve(name.replace("_1.", ".").replace("_1--", "--"));
        Files.writeString(target, numbers(json.readTree(file.toFile()), json).toString());
      }
    }
    return to;
  }

  private static JsonNode numbers(JsonNode node, JsonMapper json) throws IOException {
    if (!node.isObject()) {
      return node;
    }
    var aged = json.createObjectNode();
    for (var member : node.properties()) {
      var value = member.getValue();
      if (member.getKey().equals("data") && node.path("type").asText().equals("Buffer")) {
        var list = aged.putArray("data");
        for (byte each : value.binaryValue()) {
          list.add(each & 0xFF);
        }
      } else {
        aged.set(member.getKey(), numbers(value, json));
      }
    }
    return aged;
  }

  @Test
  @DisplayName(
      "R25: a backup taken while the gateway runs is brought back after the world has gone on, and"
          + " no key is used twice")
  void comesBackFromABackup() throws Exception {
    ours.end();
    takeOver(AuthFiles.ofFolder(folder.resolve("ours")));
    var backup = folder.resolve("holdfast.backup");
    try (var gateway = GatewayProcess.start(data(), sandbox)) {
      connect(gateway);
      chat(gateway, 1);
      new Backup(backup).take(DataFolder.visit(data()), true);
      chat(gateway, 2);
      chat(gateway, 3);
      gateway.kill();
    }
    var restored = folder.resolve("restored");
    var main =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "holdfast.gateway.Main",
                "restore",
                backup.toString(),
                "--data",
                restored.toString())
            .inheritIO();
    main.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
    assertThat(main.start().waitFor()).isZero();

    try (var gateway = GatewayProcess.start(restored, sandbox)) {
      connect(gateway);
      chat(gateway, 4);
      chat(gateway, 5);
    }
    assertThat(sandbox.violations(Optional.of(OURS + ":1"))).isEmpty();
  }

  @Test
  @DisplayName("R25: credentials that can't be read stop the tenant, and are never made anew")
  void stopsWithUnreadableCredentials() throws Exception {
    ours.end();
    takeOver(AuthFiles.ofFolder(folder.resolve("ours")));
    var before = sandbox.sockets().total().accepted();
    // Another's sealed bytes in their place, as a mixed-up store would have them; then none.
    store("UPDATE record SET value = x'0102030405' WHERE kind = 'credentials'");
    assertRefused();
    store("DELETE FROM record WHERE kind = 'credentials'");
    assertRefused();
    assertThat(sandbox.sockets().total().accepted()).isEqualTo(before);
  }

  private void assertRefused() throws Exception {
    try (var gateway = GatewayProcess.start(data(), sandbox)) {
      var answer = gateway.post(SHOP + "/start", Map.of("wait", "connected", "timeout", "PT20S"));
      assertThat(answer.body().path("reason").asText()).isEqualTo("credentials_unreadable");
      assertThat(gateway.get(SHOP + "/status").body().path("state").asText()).isEqualTo("refused");
      assertThat(gateway.get(SHOP + "/qr").status()).isEqualTo(404);
      gateway.terminate();
    }
  }

  private void store(String statement) throws Exception {
    try (var sql = DriverManager.getConnection("jdbc:sqlite:" + data().resolve("holdfast.db"));
        var prepared = sql.prepareStatement(statement)) {
      assertThat(prepared.executeUpdate()).isEqualTo(1);
    }
  }
}
