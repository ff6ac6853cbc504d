package holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import holdfast.client.MemoryStore;
import holdfast.client.Ports;
import holdfast.client.SessionLoop;
import holdfast.client.Transport;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.tenant.TenantConfig.Rules;
import holdfast.pairing.Device;
import holdfast.session.Input;
import holdfast.session.Input.Wait;
import holdfast.session.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The lines that operators search for, as they are written.
class LogLinesTest {
  private static final String NUMBER = "4915112345678";
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Rules RULES = new Rules(true, Duration.ofMinutes(5), 3, 20);

  @TempDir private Path temp;
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("holdfast");
  private final Level before = logger.getLevel();

  @BeforeEach
  void listen() {
    logger.setLevel(Level.DEBUG);
    written.start();
    logger.addAppender(written);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(written);
    logger.setLevel(before);
  }

  /// A connection on which nobody ever answers.
  private static Transport.Connection open(Transport.Request request, Transport.Listener listener) {
    return new Transport.Connection() {
      @Override
      public void send(List<byte[]> stanzas) {}

      @Override
      public void close() {
        listener.closed(Input.Cause.CLOSED, "we closed it");
      }

      @Override
      public void destroy() {
        close();
      }

      @Override
      public void reading(boolean on) {}
    };
  }

  private static TenantSession session(String tenant, long epoch, Rules rules) {
    var ports =
        new Ports(
            LogLinesTest::open,
            (_, _) -> () -> {},
            new MemoryStore(),
            Runnable::run,
            () -> NOON,
            new Random(3));
    var settings = Settings.of(new Device("Mac OS", 1_035_194_821L));
    return new LoopSession(rules, _ -> new SessionLoop(tenant, epoch, ports, () -> settings));
  }

  @Test
  @DisplayName(
      "R38 A start, another that joins it, and a stop leave the lines that are searched for")
  void writesTheLines() {
    run(
        "shop",
        session -> {
          session.ask(caller -> new Input.Start(caller, Wait.NONE, false), Duration.ofSeconds(1));
          session.ask(caller -> new Input.Start(caller, Wait.NONE, false), Duration.ofSeconds(1));
          session.ask(Input.Stop::new, Duration.ofSeconds(1));
        });

    assertThat(lines())
        .containsSubsequence(
            "[SOCK_CREATE] tenant=shop reason=start generation=1",
            "tenant=shop start joined",
            "[SOCK_CLOSE] tenant=shop generation=1 cause=CLOSED text=we closed it")
        .containsSubsequence(
            "[WA-DIAGNOSTIC] tenant=shop state=starting from=stopped reason=- generation=1"
                + " attempts=0 conflicts=0",
            "[WA-DIAGNOSTIC] tenant=shop state=stopped from=stopping reason=- generation=1"
                + " attempts=0 conflicts=0");
  }

  @Test
  @DisplayName("R25 A tenant id that may be a phone number has its middle masked in every line")
  void masksNumbers() {
    run(
        NUMBER,
        session -> {
          session.ask(caller -> new Input.Start(caller, Wait.NONE, false), Duration.ofSeconds(1));
          session.ask(Input.Stop::new, Duration.ofSeconds(1));
        });

    assertThat(lines())
        .contains("[SOCK_CREATE] tenant=491***78 reason=start generation=1")
        .noneMatch(line -> line.contains("15112345"));
  }

  @Test
  @DisplayName("R6, R38 To stop what is stopped writes no line of a socket")
  void saysNothingOfNothing() {
    run("shop", session -> session.ask(Input.Stop::new, Duration.ofSeconds(1)));

    assertThat(lines()).noneMatch(line -> line.contains("[SOCK_"));
  }

  private void run(String tenant, java.util.function.Consumer<TenantSession> deeds) {
    try (var folder = DataFolder.open(temp);
        var database = Database.open(folder, Optional.empty());
        var sessions = new LocalSessions(database.tenants(), LogLinesTest::session, RULES)) {
      database.tenants().create(tenant, "{}", NOON);
      deeds.accept(sessions.find(tenant).orElseThrow());
    }
  }

  private List<String> lines() {
    return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
