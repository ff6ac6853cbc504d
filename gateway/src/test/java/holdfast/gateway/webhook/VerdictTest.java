package holdfast.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.gateway.store.Webhook.Progress;
import holdfast.gateway.store.Webhook.Tries;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Progress FRESH =
      new Progress(
          6, Optional.empty(), Tries.NONE, Optional.empty(), Optional.empty(), Optional.empty());

  @Test
  @DisplayName("What is taken moves the cursor and clears the trouble")
  void taken() {
    var troubled = FRESH.failed(NOON, NOON, "answered 503");
    assertThat(Verdict.of(new Answer.Taken(), troubled, 7, NOON, 0))
        .isEqualTo(new Verdict.Next(FRESH.taken(7)));
  }

  @Test
  @DisplayName("R37 The pauses double from 1 s to 5 min, less up to a fifth")
  void pauses() {
    assertThat(Verdict.pause(0, 0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Verdict.pause(3, 0)).isEqualTo(Duration.ofSeconds(8));
    assertThat(Verdict.pause(3, 1)).isEqualTo(Duration.ofMillis(6_400));
    assertThat(Verdict.pause(1_000, 0)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  @DisplayName("R37 An event that is rejected five times is put aside, so that the rest goes on")
  void poison() {
    var progress = FRESH;
    for (int tries = 1; tries < 5; tries++) {
      var verdict = Verdict.of(new Answer.Rejected(400), progress, 7, NOON, 0);
      progress = ((Verdict.Later) verdict).progress();
      assertThat(progress.cursor()).isEqualTo(6);
      assertThat(progress.tries().all()).isEqualTo(tries);
    }
    assertThat(Verdict.of(new Answer.Rejected(400), progress, 7, NOON, 0))
        .isEqualTo(
            new Verdict.PutAside(progress.putAside(7, "rejected with 400"), "rejected with 400"));
  }

  @Test
  @DisplayName("R37 What failed in an outage doesn't count as a rejection of the event")
  void outage() {
    var progress = FRESH;
    for (int tries = 1; tries <= 6; tries++) {
      progress = progress.failed(NOON, NOON, "answered 503");
    }
    for (int rejections = 1; rejections < 5; rejections++) {
      var verdict = Verdict.of(new Answer.Rejected(401), progress, 7, NOON, 0);
      assertThat(verdict).isInstanceOf(Verdict.Later.class);
      progress = ((Verdict.Later) verdict).progress();
      assertThat(progress.tries()).isEqualTo(new Tries(6 + rejections, rejections));
    }
    assertThat(Verdict.of(new Answer.Rejected(401), progress, 7, NOON, 0))
        .isInstanceOf(Verdict.PutAside.class);
  }

  @Test
  @DisplayName("R37 An endpoint in trouble is tried for 3 days, then disabled; no event is lost")
  void patience() {
    var failing = FRESH.failed(NOON, NOON, "answered 503");
    var answer = new Answer.Failed("answered 503");
    var justBefore = NOON.plus(Verdict.PATIENCE);

    var later = (Verdict.Later) Verdict.of(answer, failing, 7, justBefore, 0);
    assertThat(later.progress().failingSince()).hasValue(NOON);
    var disabled = (Verdict.Disable) Verdict.of(answer, failing, 7, justBefore.plusMillis(1), 0);
    assertThat(disabled.progress().cursor()).isEqualTo(6);
    assertThat(disabled.progress().disabled()).hasValue("failing for 3 days: answered 503");
  }

  @Test
  @DisplayName("Statuses mean what the docs say")
  void judges() {
    assertThat(Delivery.judge(204)).isEqualTo(new Answer.Taken());
    assertThat(Delivery.judge(410)).isEqualTo(new Answer.Gone());
    assertThat(Delivery.judge(422)).isEqualTo(new Answer.Rejected(422));
    for (int status : new int[] {302, 408, 429, 500, 503}) {
      assertThat(Delivery.judge(status)).isEqualTo(new Answer.Failed("answered " + status));
    }
  }
}
