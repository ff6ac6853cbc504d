package holdfast.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a session's life stands. A phase owns its deadline and its callers: to leave it is to
/// give them up, or to hand them on in plain sight.
public sealed interface Phase {
  /// As people see it (design § 3).
  String word();

  /// When the phase wants to be woken.
  default Optional<Instant> deadline() {
    return Optional.empty();
  }

  /// A start under way: who waits for it, until when, and how often it has failed so far.
  ///
  record Attempt(Instant deadline, List<Waiter> waiters, Aim aim, Tally tally) {
    static Attempt begin(Instant now, Aim aim) {
      return new Attempt(now.plus(Life.START_LIMIT), List.of(), aim, Tally.NONE);
    }

    /// Whether it is to make a link, not to use one.
    boolean registering() {
      return aim == Aim.LINK;
    }

    Attempt joinedBy(Waiter waiter) {
      var all = new ArrayList<>(waiters);
      all.add(waiter);
      return waitedForBy(List.copyOf(all));
    }

    Attempt waitedForBy(List<Waiter> who) {
      return new Attempt(deadline, who, aim, tally);
    }

    Attempt until(Instant end) {
      return new Attempt(end, waiters, aim, tally);
    }

    /// The link is made; what follows uses it.
    Attempt linked() {
      return new Attempt(deadline, waiters, Aim.LOGIN, Tally.NONE);
    }

    /// Whoever waits, waits for a new link from now on.
    Attempt relinking() {
      return new Attempt(deadline, waiters, Aim.LINK, Tally.NONE);
    }

    Attempt counting(Tally other) {
      return new Attempt(deadline, waiters, aim, other);
    }

    /// Whether somebody is told, or something is freed, when the deadline passes.
    boolean isBound() {
      return registering() || !waiters.isEmpty();
    }
  }

  /// What an attempt is to come to.
  enum Aim {
    /// To use the link that there is.
    LOGIN,
    /// To make one.
    LINK,
    /// To bring back the link that a relink has put aside, and to use it (R27).
    RETURN
  }

  /// What an attempt has been through.
  ///
  /// `unanswered`: tries in a row that no server answered; `ended`: ends in a row that a server
  /// gave. `refreshed`: the revision has been refreshed once for a 405; `restarted`: it was
  /// reopened once for a 515.
  record Tally(int unanswered, int ended, boolean refreshed, boolean restarted) {
    static final Tally NONE = new Tally(0, 0, false, false);

    static Tally afterEnds(int ended) {
      return new Tally(0, ended, false, false);
    }

    Tally withUnanswered() {
      return new Tally(Math.min(unanswered + 1, 16), ended, refreshed, restarted);
    }

    Tally withEnded() {
      return new Tally(0, Math.min(ended + 1, 16), refreshed, restarted);
    }

    Tally withRefreshed() {
      return new Tally(unanswered, ended, true, restarted);
    }

    Tally withRestarted() {
      return new Tally(unanswered, ended, refreshed, true);
    }
  }

  /// One caller of start. `joined`: the start was another one's.
  record Waiter(Caller caller, Input.Wait until, boolean joined) {}

  record Stopped(Optional<Ending> why) implements Phase {
    @Override
    public String word() {
      return "stopped";
    }
  }

  /// The socket has been asked for; until the handshake is done and the server speaks.
  /// `restarting`: after a 515.
  record Connecting(long generation, Attempt attempt, Instant until, boolean restarting)
      implements Phase {
    @Override
    public String word() {
      return restarting ? "restarting" : "starting";
    }

    @Override
    public Optional<Instant> deadline() {
      return Optional.of(until.isBefore(attempt.deadline()) ? until : attempt.deadline());
    }
  }

  /// A QR is on show; `later`: the refs still to come (R9).
  record AwaitingScan(
      long generation, Attempt attempt, String ref, Instant refEnds, List<String> later)
      implements Phase {
    @Override
    public String word() {
      return "awaiting_scan";
    }

    @Override
    public Optional<Instant> deadline() {
      return Optional.of(refEnds);
    }
  }

  /// A pairing code is on show (R10). `askers`: those who wait for the code itself.
  record AwaitingCode(long generation, Attempt attempt, Instant codeEnds) implements Phase {
    @Override
    public String word() {
      return "awaiting_code";
    }

    @Override
    public Optional<Instant> deadline() {
      return Optional.of(codeEnds);
    }
  }

  /// The pause before a 515's reconnect (R13), or before one that a start has brought forward.
  record Restarting(Attempt attempt, Instant until) implements Phase {
    @Override
    public String word() {
      return attempt.tally().restarted() ? "restarting" : "starting";
    }

    @Override
    public Optional<Instant> deadline() {
      return Optional.of(until);
    }
  }

  /// Logged in as the right account; prekeys, `active` and the send probe are under way (R11).
  record Verifying(long generation, Attempt attempt) implements Phase {
    @Override
    public String word() {
      return "verifying";
    }

    @Override
    public Optional<Instant> deadline() {
      return Optional.of(attempt.deadline());
    }
  }

  /// Proven. `pingDue`: the next ping, which is the heartbeat as well (R19); `answerDue`: when
  /// the one under way is lost. `ended`: the back-off count, forgotten once the connection has
  /// been stable.
  record Connected(
      long generation,
      Instant since,
      Instant verifiedAt,
      Instant pingDue,
      Optional<Instant> answerDue,
      int ended)
      implements Phase {
    @Override
    public String word() {
      return "connected";
    }

    @Override
    public Optional<Instant> deadline() {
      return Optional.of(answerDue.filter(due -> due.isBefore(pingDue)).orElse(pingDue));
    }
  }

  /// The socket has been told to close; its end is awaited, and only then `next` begins (R7).
  /// `stoppers` wait for the end.
  record Closing(
      long generation, Instant until, boolean destroyed, Phase next, List<Caller> stoppers)
      implements Phase {
    Closing then(Phase other, List<Caller> who) {
      return new Closing(generation, until, destroyed, other, List.copyOf(who));
    }

    @Override
    public String word() {
      return next instanceof Stopped ? "stopping" : next.word();
    }

    @Override
    public Optional<Instant> deadline() {
      return Optional.of(until);
    }
  }

  /// A reconnect is planned. `fixed`: after a conflict, a start joins the wait instead of cutting
  /// it short (R15).
  record Waiting(Attempt attempt, Instant until, Ending why, boolean fixed) implements Phase {
    @Override
    public String word() {
      return "waiting";
    }

    @Override
    public Optional<Instant> deadline() {
      return Optional.of(
          attempt.isBound() && attempt.deadline().isBefore(until) ? attempt.deadline() : until);
    }
  }

  record Conflicted(Instant coolDownEnds) implements Phase {
    @Override
    public String word() {
      return "conflicted";
    }

    Duration left(Instant now) {
      return now.isBefore(coolDownEnds) ? Duration.between(now, coolDownEnds) : Duration.ZERO;
    }
  }

  record LoggedOut(Ending why) implements Phase {
    @Override
    public String word() {
      return "logged_out";
    }
  }

  record Refused(Ending why) implements Phase {
    @Override
    public String word() {
      return "refused";
    }
  }
}
