package holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.chaos.Oracle.Verdict;
import holdfast.chaos.Wishes.Wish;
import holdfast.sandbox.world.FaultLog.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OracleTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  @DisplayName("Without a fatal fault a tenant is what was last wanted of it")
  void wanted() {
    var harmless = List.of(fault(-60, "drop", Map.of()), failure(-50, 503), failure(5, 405));
    assertThat(verdict(true, harmless).states()).containsExactly("connected");
    assertThat(verdict(true, harmless).doubtful()).isFalse();
    assertThat(verdict(false, harmless).states()).containsExactly("stopped");
    assertThat(Oracle.of(Optional.empty(), List.of()).states()).containsExactly("connected");
  }

  @Test
  @DisplayName("A fatal fault after the start says what the tenant is")
  void fatal() {
    assertThat(verdict(true, List.of(failure(5, 401))).states()).containsExactly("logged_out");
    assertThat(verdict(true, List.of(failure(5, 402))).states()).containsExactly("refused");
    assertThat(verdict(true, List.of(fault(5, "downgrade", Map.of()))).states())
        .containsExactly("refused");
    assertThat(verdict(true, List.of(fault(5, "device_removed", Map.of()))).states())
        .containsExactly("logged_out");
  }

  @Test
  @DisplayName("A start after a fatal fault connects again, or begins a link where the old is gone")
  void startedAgain() {
    assertThat(verdict(true, List.of(failure(-60, 402))).states()).containsExactly("connected");
    for (int code : List.of(401, 403, 406)) {
      assertThat(verdict(true, List.of(failure(-60, code))).states())
          .containsExactly("awaiting_scan", "qr_expired");
    }
  }

  @Test
  @DisplayName("A fault that falls together with the start is a doubt, and both ends are right")
  void doubt() {
    var verdict = verdict(true, List.of(failure(0, 402)));
    assertThat(verdict.states()).containsExactly("connected", "refused");
    assertThat(verdict.doubtful()).isTrue();
  }

  @Test
  @DisplayName("R16, R41: only enough conflicts, and only a second 405, are an end")
  void ladders() {
    var conflict = fault(-5, "stream_error", Map.of("conflict", "replaced"));
    assertThat(verdict(true, List.of(conflict, conflict)).states()).containsExactly("connected");
    assertThat(verdict(true, List.of(conflict, conflict, conflict)).states())
        .containsExactly("conflicted", "connected");
    var longAgo = fault(-90, "rival", Map.of());
    assertThat(verdict(true, List.of(longAgo, longAgo)).states()).containsExactly("connected");
    assertThat(verdict(true, List.of(failure(1, 405), failure(5, 405))).states())
        .containsExactly("connected", "refused");
    assertThat(verdict(true, List.of(failure(-9, 405), failure(-5, 405))).states())
        .containsExactly("connected");
  }

  private static Verdict verdict(boolean start, List<Entry> log) {
    return Oracle.of(Optional.of(new Wish(start, NOON, NOON.plusMillis(50), 200)), log);
  }

  private static Entry failure(int second, int code) {
    return fault(second, "failure", Map.of("code", code));
  }

  /// So many seconds after the wish, or before it.
  private static Entry fault(int second, String fault, Map<String, Object> settings) {
    long at = NOON.plusSeconds(second).toEpochMilli();
    return new Entry(1, at, fault, Optional.of("1:1"), Optional.empty(), settings);
  }
}
