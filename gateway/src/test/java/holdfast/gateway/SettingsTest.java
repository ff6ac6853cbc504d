package holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.session.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir private Path temp;

  @Test
  @DisplayName("R43 Without a word the careful settings hold: this machine only, paced, managed")
  void standard() {
    var settings = Settings.of(Optional.empty(), Map.of(), Map.of());

    assertThat(settings.listen()).isEqualTo(new Settings.Listen("127.0.0.1", 8080));
    assertThat(settings.care().perMinute()).isEqualTo(20);
    assertThat(settings.care().managed()).isTrue();
    assertThat(settings.care().restoreRate()).isEqualTo(50);
    assertThat(settings.care().privateTargets()).isFalse();
    assertThat(settings.whatsapp().isReal()).isTrue();
  }

  @Test
  @DisplayName("R20: the times of a socket are as WhatsApp Web's, and settings")
  void times() {
    var standard = Settings.of(Map.of()).patience();
    assertThat(standard.tcp()).isEqualTo(Duration.ofSeconds(2));
    assertThat(standard.query()).isEqualTo(Duration.ofSeconds(60));
    assertThat(standard.times())
        .isEqualTo(
            new Times(Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(20)))
        .isEqualTo(Times.STANDARD);

    var ours =
        Settings.of(
                Map.of(
                    "HOLDFAST_CONNECT_TIMEOUT", "PT9S",
                    "HOLDFAST_TCP_TIMEOUT", "PT0.5S",
                    "HOLDFAST_QUERY_TIMEOUT", "PT8S",
                    "HOLDFAST_KEEP_ALIVE", "PT7S",
                    "HOLDFAST_QR_TIME", "PT6S"))
            .patience();
    assertThat(ours.tcp()).isEqualTo(Duration.ofMillis(500));
    assertThat(ours.query()).isEqualTo(Duration.ofSeconds(8));
    assertThat(ours.times())
        .isEqualTo(new Times(Duration.ofSeconds(9), Duration.ofSeconds(7), Duration.ofSeconds(6)));
  }

  @Test
  @DisplayName("A flag counts before the environment, and that before the file")
  void precedence() throws IOException {
    var file = temp.resolve("holdfast.conf");
    Files.writeString(file, "# ours\nport = 1\nbind = 0.0.0.0\npacing = off\n");
    var settings =
        Settings.of(
            Optional.of(file),
            Map.of("HOLDFAST_PORT", "2", "HOLDFAST_BIND", "127.0.0.2", "OTHER", "x"),
            flags(Setting.PORT, "3"));

    assertThat(settings.listen()).isEqualTo(new Settings.Listen("127.0.0.2", 3));
    assertThat(settings.care().perMinute()).isZero();
  }

  @Test
  @DisplayName(
      "R30 The old settings of system S are understood, and our own names count before them")
  void oldNames() {
    var old =
        Map.of(
            "MAX_SESSION_USAGE_PER_MINUTE", "26",
            "SESSION_COOLDOWN_PERIOD", "90000",
            "STREAM_CONFLICT_MAX_COUNT", "5",
            "STREAM_CONFLICT_COOLDOWN", "45000");
    var care = Settings.of(old).care();

    assertThat(care.perMinute()).isEqualTo(26);
    assertThat(care.window()).isEqualTo(Duration.ofSeconds(90));
    assertThat(care.conflictMax()).isEqualTo(5);
    assertThat(care.coolDown()).isEqualTo(Duration.ofSeconds(45));

    var both =
        Map.of("MAX_SESSION_USAGE_PER_MINUTE", "26", "HOLDFAST_PACING", "off", "HOME", "/root");
    assertThat(Settings.of(both).care().perMinute()).isZero();
    assertThatThrownBy(() -> Settings.of(Map.of("SESSION_COOLDOWN_PERIOD", "a minute")))
        .isInstanceOf(BadSettings.class)
        .hasMessageContaining("SESSION_COOLDOWN_PERIOD");
    assertThatThrownBy(() -> Settings.of(Map.of("STREAM_CONFLICT_COOLDOWN", "-1")))
        .isInstanceOf(BadSettings.class)
        .hasMessageContaining("conflict-cool-down");
  }

  @Test
  @DisplayName("A name that nobody knows is an error, wherever it stands")
  void unknownNames() throws IOException {
    var file = temp.resolve("holdfast.conf");
    Files.writeString(file, "prot = 1\n");
    assertThatThrownBy(() -> Settings.of(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(BadSettings.class)
        .hasMessageContaining("there is no setting prot");
    assertThatThrownBy(() -> Settings.of(Optional.empty(), Map.of("HOLDFAST_PROT", "1"), Map.of()))
        .isInstanceOf(BadSettings.class)
        .hasMessageContaining("HOLDFAST_PROT");
    Settings.of(Optional.empty(), Map.of("HOLDFAST_JAVA_OPTS", "-Xmx1g"), Map.of());
  }

  @ParameterizedTest
  @DisplayName("A value that can't be followed is refused in one line that names the setting")
  @CsvSource({
    "PORT, 70000, port must be a number from 0 to 65535",
    "PORT, http, port must be a number from 0 to 65535",
    "WHATSAPP_URL, http://x, whatsapp-url must be a ws:// or wss:// address",
    "WHATSAPP_URL, ws://whatsapp.example/ws, ws:// is allowed on this machine only",
    "WHATSAPP_ROOT, abcd, whatsapp-root must be 32 bytes in hex",
    "TRUST, /no/such/file, trust: the file /no/such/file can't be read",
    "RECONNECT, always, reconnect must be managed or manual",
    "RECONNECT_MAX_DELAY, 5, reconnect-max-delay must be a duration",
    "RECONNECT_MAX_DELAY, -PT5S, reconnect-max-delay must be a duration",
    "CONNECT_TIMEOUT, -PT1M, connect-timeout must be a duration from PT1S to PT3M",
    "CONNECT_TIMEOUT, PT4M, connect-timeout must be a duration from PT1S to PT3M",
    "TCP_TIMEOUT, PT0S, tcp-timeout must be a duration from PT0.1S to PT1M",
    "TCP_TIMEOUT, PT2M, tcp-timeout must be a duration from PT0.1S to PT1M",
    "QUERY_TIMEOUT, 60, query-timeout must be a duration from PT1S to PT10M",
    "KEEP_ALIVE, -PT30S, keep-alive must be a duration from PT1S to PT5M",
    "KEEP_ALIVE, PT0.01S, keep-alive must be a duration from PT1S to PT5M",
    "QR_TIME, soon, qr-time must be a duration from PT1S to PT2M",
    "PACING, none, pacing must be a number"
  })
  void badValues(Setting setting, String value, String message) {
    assertThatThrownBy(() -> Settings.of(Optional.empty(), Map.of(), flags(setting, value)))
        .isInstanceOf(BadSettings.class)
        .hasMessageContaining(message);
  }

  @Test
  @DisplayName("R21 On this machine, where nobody is harmed, sessions come back faster")
  void onThisMachine() {
    var settings =
        Settings.of(
            Optional.empty(), Map.of(), flags(Setting.WHATSAPP_URL, "ws://127.0.0.1:8090/ws/chat"));
    assertThat(settings.care().restoreRate()).isEqualTo(500);
    assertThat(settings.whatsapp().isReal()).isFalse();
  }

  private static Map<Setting, String> flags(Setting setting, String value) {
    var flags = new EnumMap<Setting, String>(Setting.class);
    flags.put(setting, value);
    return flags;
  }
}
