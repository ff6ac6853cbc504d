package holdfast.session;

import holdfast.crypto.KeyPair;
import holdfast.stanza.Element;
import holdfast.store.Draft;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// A tenant's session: its life, and the features that work on what the connection brings. Pure:
/// what changes for good goes into the draft, what must be done is returned.
public final class Session {
  /// All that a session is, between two batches. `wish`: a pairing code is wanted and can't be
  /// asked for yet. `patient`: who waits for a recovery with something to send.
  public record State(
      Life life,
      Wire wire,
      Optional<CodeWish> wish,
      Optional<Status.Prompt> prompt,
      Traffic traffic,
      List<Input.Send> patient) {
    /// What the draft remembers, and nothing running.
    public static State restored(Draft draft, RandomGenerator random) {
      return new State(
          Life.restored(draft.control()),
          Wire.begin(random),
          Optional.empty(),
          Optional.empty(),
          Traffic.NONE,
          List.of());
    }
  }

  /// `probe`: how the send probe of this connection passed; `received` and `sent`: stanzas so far.
  public record Traffic(
      Optional<Instant> lastReceived,
      Optional<Instant> lastSent,
      Optional<String> probe,
      long received,
      long sent) {
    static final Traffic NONE =
        new Traffic(Optional.empty(), Optional.empty(), Optional.empty(), 0, 0);

    Traffic receivedAt(Instant now) {
      return new Traffic(Optional.of(now), lastSent, probe, received + 1, sent);
    }

    Traffic sentAt(Instant now) {
      return new Traffic(lastReceived, Optional.of(now), probe, received, sent + 1);
    }

    Traffic probed(Optional<String> how) {
      return new Traffic(lastReceived, lastSent, how, received, sent);
    }
  }

  public record CodeWish(Caller caller, String phone) {}

  public sealed interface Effect {
    /// Opens THE connection of this generation. The only effect that makes a socket.
    record Open(long generation, String why, KeyPair noiseKey, byte[] payload, byte[] routing)
        implements Effect {}

    record Close(long generation) implements Effect {}

    record Destroy(long generation) implements Effect {}

    record Write(long generation, Element stanza) implements Effect {}

    record WriteBytes(long generation, byte[] stanza) implements Effect {}

    /// Written after everything else of the batch.
    record Acknowledge(long generation, Element stanza) implements Effect {}

    record Answer(Caller caller, Outcome outcome) implements Effect {}

    record RefreshRevision() implements Effect {}

    /// A line for the log, without secrets.
    record Say(String line) implements Effect {}

    /// The heartbeat's line (R19), for whoever looks closely.
    record Beat(String line) implements Effect {}
  }

  /// What the life was given on the way, and where it stood then. For counting what is met.
  public record Lived(Phase before, Life.Input input) {}

  public record Step(State state, List<Effect> effects, List<Lived> lived) {}

  private Session() {}

  /// Dropped, for who asked asks again, and what the server has to bring it brings again at the
  /// next login. But before the login is through it may have been the word that all else waits
  /// for.
  private static void unreadable(Work work, long generation, String why) {
    if (work.owns(generation) && work.life().phase() instanceof Phase.Connecting) {
      work.life(new Life.Input.Ended(generation, Ending.of(Input.Cause.MALFORMED, why)));
    }
  }

  /// Routes an input to its feature. Total: there is no input in no state that throws for what an
  /// outsider did.
  public static Step step(
      State state,
      Draft draft,
      Input input,
      Instant now,
      RandomGenerator random,
      Settings settings) {
    var work = new Work(state, draft, now, random, settings);
    switch (input) {
      case Input.Start _, Input.Stop _, Input.LogOut _, Input.RequestCode _ ->
          Commands.take(work, input);
      case Input.Send _, Input.SendAll _, Input.Cancel _ -> Commands.take(work, input);
      case Input.GiveUpWaiting _, Input.Restore _, Input.ShutDown _ -> Commands.take(work, input);
      case Input.NetworkBack _ -> Commands.take(work, input);
      case Input.Opened _ -> {}
      case Input.Received it -> {
        if (work.owns(it.generation())) {
          Stanzas.take(work, it.stanza());
        }
      }
      case Input.Unreadable it -> unreadable(work, it.generation(), it.why());
      case Input.Indigestible it -> {
        if (work.owns(it.generation())) {
          Stanzas.drop(work, it.stanza(), "it can't be taken in");
        }
        unreadable(work, it.generation(), "a stanza that can't be taken in");
      }
      case Input.Closed it -> {
        if (work.owns(it.generation())) {
          Commands.connectionGone(work);
        }
        work.life(
            new Life.Input.ConnectionClosed(it.generation(), Ending.of(it.cause(), it.text())));
      }
      case Input.Alarm _ -> Alarms.ring(work);
    }
    Intake.recovered(work);
    Sending.pump(work);
    Linking.dropWish(work);
    draft
        .damaged()
        .forEach(table -> work.say("a stored " + table + " can't be read: as if there were none"));
    return work.done();
  }

  /// When the session wants an [Input.Alarm]: the earliest deadline of all its parts.
  public static Optional<Instant> deadline(State state) {
    return Stream.concat(
            state.life().phase().deadline().stream(), Alarms.deadlines(state.life(), state.wire()))
        .min(Instant::compareTo);
  }
}
