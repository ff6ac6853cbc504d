package holdfast.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What of a session's life must survive the process: a handful of facts, written only when they
/// change.
///
/// `wanted`: somebody asked for the session to be connected and nobody has taken it back.
/// `phase`: the public name of the state, one of `PHASES`, as in `session.<phase>`. `generation`:
/// the number of the newest connection ever allowed to open. `former`: the account of the link
/// that a relink has put aside, until the new link has proven itself (R27).
public record Control(
    boolean wanted,
    String phase,
    long generation,
    Optional<Account> account,
    Optional<Account> former,
    Conflicts conflicts,
    Optional<Disconnect> lastDisconnect) {
  /// What a phase may be, in the order of a session's life.
  public static final List<String> PHASES =
      List.of(
          "stopped",
          "starting",
          "awaiting_scan",
          "awaiting_code",
          "restarting",
          "verifying",
          "connected",
          "waiting",
          "conflicted",
          "logged_out",
          "refused",
          "stopping");

  public static final Control NEW =
      new Control(false, "stopped", 0, Optional.empty(), Conflicts.NONE, Optional.empty());

  /// With no link put aside.
  public Control(
      boolean wanted,
      String phase,
      long generation,
      Optional<Account> account,
      Conflicts conflicts,
      Optional<Disconnect> lastDisconnect) {
    this(wanted, phase, generation, account, Optional.empty(), conflicts, lastDisconnect);
  }

  /// How often another connection of the same device took this one's place (R16). `waitEnds`:
  /// before then the reconnect that was planned for the last of them isn't made.
  public record Conflicts(int count, Instant last, Instant coolDownEnds, Instant waitEnds) {
    public static final Conflicts NONE = new Conflicts(0, Instant.EPOCH, Instant.EPOCH);

    /// With no reconnect planned.
    public Conflicts(int count, Instant last, Instant coolDownEnds) {
      this(count, last, coolDownEnds, Instant.EPOCH);
    }

    /// None counted, and nothing begins before `end`.
    public static Conflicts coolingDown(Instant end) {
      return new Conflicts(0, Instant.EPOCH, end);
    }

    public Conflicts waitingUntil(Instant end) {
      return new Conflicts(count, last, coolDownEnds, end);
    }
  }

  /// Why a connection ended (R14). `code` is WhatsApp's number or the field's usual one for local
  /// causes (408, 428); `reason` a word of ours such as `logged_out`; `text` whatever the server
  /// said beside it, never a secret.
  public record Disconnect(int code, String reason, String text, Instant at, long generation) {}

  public Control withWanted(boolean wish) {
    return new Control(wish, phase, generation, account, former, conflicts, lastDisconnect);
  }

  public Control withPhase(String word) {
    return new Control(wanted, word, generation, account, former, conflicts, lastDisconnect);
  }

  public Control withGeneration(long number) {
    return new Control(wanted, phase, number, account, former, conflicts, lastDisconnect);
  }

  public Control withAccount(Optional<Account> other) {
    return new Control(wanted, phase, generation, other, former, conflicts, lastDisconnect);
  }

  public Control withConflicts(Conflicts other) {
    return new Control(wanted, phase, generation, account, former, other, lastDisconnect);
  }

  public Control withLastDisconnect(Disconnect end) {
    return new Control(wanted, phase, generation, account, former, conflicts, Optional.of(end));
  }

  public Control withFormer(Optional<Account> other) {
    return new Control(wanted, phase, generation, account, other, conflicts, lastDisconnect);
  }
}
